import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createClient } from "../harness/client.ts";
import { startRecordedHouse, staysHere } from "../harness/recorded-house.ts";
import { alive, type StartProcess } from "../start/start-process.ts";

let folder: string;
let started: StartProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "third-parties-"));
  await chmod(folder, 0o755);
});

afterEach(async () => {
  for (const pid of alive(started?.processes() ?? [])) process.kill(pid, "SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** Starts the whole house, asks it something, stops it. @returns what its processes connected to and looked up */
async function contactsOf(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { house, contacts } = await startRecordedHouse(folder, env);
  started = house;
  const client = createClient(await house.ready());
  await client.data("{ users(first: 2) { edges { node { name lists { totalCount } } } } }");
  await client.data(
    'mutation { signIn(input: { email: "ada@example.com", password: "correct-horse-battery" }) { accessToken } }',
  );
  await client.codes("{ nothing }");
  process.kill(house.pid, "SIGTERM");
  expect((await house.ended()).code).toBe(0);
  return await contacts();
}

test.each(["compiled", "apollo"])(
  "S70 from start to stop the house connects to itself alone, and looks up no name, engine %s",
  async (engine) => {
    const contacts = await contactsOf({ GATEWAY_ENGINE: engine });
    const processes = contacts.filter((contact) => contact.startsWith("process "));
    for (const name of ["start.js", "gateway/main.js", "users/main.js", "todos/main.js"]) {
      expect(processes.filter((one) => one.endsWith(name))).not.toEqual([]);
    }
    expect(contacts.filter((contact) => /^connect 127\.0\.0\.1:\d+$/.test(contact))).not.toEqual(
      [],
    );
    expect(contacts.filter((contact) => !staysHere(contact))).toEqual([]);
  },
  60_000,
);
