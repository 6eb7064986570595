import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { projectRoot } from "../../runtime/project-root.ts";
import { createClient } from "../harness/client.ts";
import { alive, nodeStart, type StartProcess } from "../start/start-process.ts";

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
  const file = join(folder, "connections");
  await writeFile(file, "");
  await chmod(file, 0o666);
  const preload = join(projectRoot(), "tests", "harness", "record-connections.js");
  started = nodeStart({
    env: {
      DATA_DIR: join(folder, "data"),
      CONNECTIONS: file,
      NODE_OPTIONS: `--import=${preload}`,
      // In the gateway's process what plans is recorded too.
      PLANNER: "inline",
      // What the vendor's plugins and packages would start by.
      APOLLO_KEY: "service:canary:0123456789",
      APOLLO_GRAPH_REF: "canary@current",
      APOLLO_SCHEMA_REPORTING: "true",
      ...env,
    },
  });
  const client = createClient(await started.ready());
  await client.data("{ users(first: 2) { edges { node { name lists { totalCount } } } } }");
  await client.data(
    'mutation { signIn(input: { email: "ada@example.com", password: "correct-horse-battery" }) { accessToken } }',
  );
  await client.codes("{ nothing }");
  process.kill(started.pid, "SIGTERM");
  expect((await started.ended()).code).toBe(0);
  return (await readFile(file, "utf8")).trim().split("\n");
}

/** Whether it stays on this machine. A name that is an address is looked up without asking anyone. */
function isOurs(contact: string): boolean {
  const target = contact.replace(/^(process|connect|look up|datagram) /, "");
  const host = target.replace(/:\d+$/, "");
  if (contact.startsWith("process ") || target === "pipe" || host === "localhost") return true;
  return isIP(host) !== 0 && /^(127\.|::1$)/.test(host);
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
    expect(contacts.filter((contact) => !isOurs(contact))).toEqual([]);
  },
  60_000,
);
