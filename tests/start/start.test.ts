import { chmod, chown, mkdir, mkdtemp, readlink, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { until } from "../harness/until.ts";
import { alive, aliveLater, nodeStart, npmStart, type StartProcess } from "./start-process.ts";

const root = process.getuid?.() === 0;
/** Of the user nobody, who is on every system. */
const nobody = { uid: 65_534, gid: 65_534 };

let folder: string;
let started: StartProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "supergraph-start-"));
  // PostgreSQL's user passes through; the folders in it are each test's.
  await chmod(folder, 0o711);
});

afterAll(async () => {
  for (const pid of alive(started.flatMap((one) => one.processes()))) process.kill(pid, "SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

function keep(process: StartProcess): StartProcess {
  started = [...started, process];
  return process;
}

test("the first start has demo data, later ones keep what was written, whatever ended the one before", async () => {
  const env = { DATA_DIR: join(folder, "kept") };
  const first = keep(npmStart({ env }));
  const url = await first.ready();
  expect(await ask(url, "{ users { totalCount } lists { totalCount } }")).toEqual({
    users: { totalCount: 50 },
    lists: { totalCount: 40 },
  });
  const input =
    '{ handle: "zoe", name: "Zoe", email: "zoe@example.com", password: "a password of mine" }';
  await ask(url, `mutation { signUp(input: ${input}) { user { handle } } }`);
  const running = first.processes();
  expect(running.length).toBeGreaterThan(5);

  // Ctrl-C reaches the group; a process manager sends to npm alone.
  process.kill(first.pid, "SIGINT");
  expect((await first.ended()).code).toBe(0);
  expect(await aliveLater(running, 0)).toEqual([]);

  const second = keep(npmStart({ env }));
  const count = '{ users { totalCount } userByHandle(handle: "zoe") { name } }';
  const kept = { users: { totalCount: 51 }, userByHandle: { name: "Zoe" } };
  expect(await ask(await second.ready(), count)).toEqual(kept);
  const killed = second.processes();
  for (const pid of killed) killHard(pid);
  expect(await aliveLater(killed, 2000)).toEqual([]);

  const third = keep(npmStart({ env }));
  expect(await ask(await third.ready(), count)).toEqual(kept);
  const left = third.processes();
  process.kill(-third.pid, "SIGTERM");
  expect((await third.ended()).code).toBe(0);
  expect(await aliveLater(left, 0)).toEqual([]);
}, 60_000);

test("it starts in a home of mode 0700, and its secrets are only its owner's", async () => {
  const home = join(folder, "home");
  await mkdir(home, { mode: 0o700 });
  const start = keep(nodeStart({ env: { DATA_DIR: join(home, "data"), HOME: home } }));
  expect(await ask(await start.ready(), "{ users { totalCount } }")).toEqual({
    users: { totalCount: 50 },
  });
  for (const name of ["secrets.json", "postgres-password", "postgres.log"]) {
    expect((await stat(join(home, "data", name))).mode & 0o777).toBe(0o600);
  }
  process.kill(start.pid, "SIGTERM");
  expect((await start.ended()).code).toBe(0);
  // As root PostgreSQL's user cannot enter the home, and the data is elsewhere.
  const elsewhere = await readlink(join(home, "data", "postgres")).catch(() => undefined);
  expect(elsewhere !== undefined).toBe(root);
  if (elsewhere !== undefined) await rm(elsewhere, { recursive: true });
}, 60_000);

test("it starts as a user without rights, and a signal in the middle of a start stops it cleanly", async () => {
  const home = join(folder, "nobody");
  await mkdir(home, { mode: 0o700 });
  if (root) await chown(home, nobody.uid, nobody.gid);
  const options = { env: { DATA_DIR: join(home, "data"), HOME: home }, ...(root ? nobody : {}) };
  const first = keep(nodeStart(options));
  // In the middle of making the cluster or of the migration; not before it hears signals, which is before it begins anything.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  await until(async () => first.processes().length > 2);
  const running = first.processes();
  process.kill(first.pid, "SIGTERM");
  expect((await first.ended()).code).toBe(0);
  expect(await aliveLater(running, 0)).toEqual([]);

  const second = keep(nodeStart(options));
  expect(await ask(await second.ready(), "{ users { totalCount } }")).toEqual({
    users: { totalCount: 50 },
  });
  process.kill(second.pid, "SIGTERM");
  expect((await second.ended()).code).toBe(0);
}, 60_000);

test("what is wrong outside is one sentence and exit code 1, and nothing is begun", async () => {
  const dataDir = join(folder, "untouched");
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  const production = {
    NODE_ENV: "production",
    USERS_DATABASE_URL: "postgresql://u@127.0.0.1:1/users",
    TODOS_DATABASE_URL: "postgresql://u@127.0.0.1:1/todos",
    GATEWAY_SIGNING_KEY: "a key of at least thirty-two characters",
  };
  const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ PORT: String(port) }, `PORT: port ${port} is in use`],
    [{ USERS_PORT: String(port) }, `USERS_PORT: port ${port} is in use`],
    [{ TODOS_PORT: "4e3" }, "TODOS_PORT: must be a port"],
    [{ TODOS_DATABASE_URL: "postgresql://u@127.0.0.1:1/t" }, "TODOS_DATABASE_URL: the database t"],
    [{ USERS_DATABASE_URL: "mysql://u@h/t" }, "USERS_DATABASE_URL: must be a URL like"],
    [production, "TOKEN_SIGNING_KEY: is needed in production"],
  ];
  try {
    const wrong = cases.map(([env]) => keep(nodeStart({ env: { DATA_DIR: dataDir, ...env } })));
    for (const [index, [, words]] of cases.entries()) {
      const ended = await wrong[index]?.ended();
      expect(ended?.code).toBe(1);
      expect(ended?.output).toContain(words);
      expect(ended?.output.trim().split("\n")).toHaveLength(1);
    }
    await expect(stat(dataDir)).rejects.toThrow("ENOENT");
  } finally {
    taken.close();
  }
});

async function ask(url: string, query: string): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Some end by themselves in the moment in which their parent is killed. */
function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    expect(error).toMatchObject({ code: "ESRCH" });
  }
}
