import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { createLog } from "../../runtime/log.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import {
  createEmbeddedPostgres,
  type EmbeddedPostgres,
  findRunningPostgres,
} from "./embedded-postgres.ts";

let dataDir: string;
let lost = 0;
let server: EmbeddedPostgres;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "supergraph-embedded-"));
  // PostgreSQL's user passes through.
  await chmod(dataDir, 0o711);
  server = create();
});

afterAll(async () => {
  await server.remove();
  await rm(dataDir, { recursive: true, force: true });
});

function create(): EmbeddedPostgres {
  return createEmbeddedPostgres({
    dataDir,
    log: createLog("test", "silent"),
    onLost: () => {
      lost += 1;
    },
  });
}

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query({ text, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

test("a server whose parent was killed is taken over, with its data, on the same port", async () => {
  const parent = await startInProcess();
  const before = await findRunningPostgres(dataDir);
  parent.kill("SIGKILL");
  await once(parent, "exit");

  await server.start();
  expect(server.adminUrl()).toBe(before);
  expect(await query(server.adminUrl("written"), "SELECT text FROM words")).toEqual(["kept"]);
}, 20_000);

test("each role opens its own database and no other", async () => {
  const users = await server.createDatabase("users");
  const todos = await server.createDatabase("todos");
  expect(await query(users, "SELECT current_user::text")).toEqual(["users"]);
  expect(await query(todos, "SELECT current_user::text")).toEqual(["todos"]);
  for (const [url, other] of [
    [users, "todos"],
    [todos, "users"],
    [users, "postgres"],
    [todos, "template1"],
  ] as const) {
    const elsewhere = new URL(url);
    elsewhere.pathname = `/${other}`;
    await expect(query(elsewhere.href, "SELECT 1")).rejects.toThrow("permission denied");
  }
  expect(await server.createDatabase("users")).toBe(users);
});

test("it listens on loopback only, and forgets nothing", async () => {
  const settings = await query(
    server.adminUrl(),
    `SELECT name || '=' || setting FROM pg_settings
     WHERE name IN ('listen_addresses', 'unix_socket_directories', 'fsync', 'full_page_writes', 'synchronous_commit') ORDER BY 1`,
  );
  expect(settings).toEqual([
    "fsync=on",
    "full_page_writes=on",
    "listen_addresses=127.0.0.1",
    "synchronous_commit=on",
    "unix_socket_directories=",
  ]);
});

test("a second owner of one data folder is refused with a sentence", async () => {
  await expect(create().start()).rejects.toThrow(`DATA_DIR: another process uses`);
});

test("the end of the server is told, and the next start recovers what was committed", async () => {
  const [pid] = await query(
    server.adminUrl(),
    "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int",
  );
  await query(server.adminUrl("written"), "INSERT INTO words VALUES ('late')");
  process.kill(Number(pid), "SIGKILL");
  while (lost === 0) await new Promise((resolve) => setTimeout(resolve, 10));

  server = create();
  await server.start();
  expect(await query(server.adminUrl("written"), "SELECT text FROM words")).toEqual([
    "kept",
    "late",
  ]);
}, 20_000);

/** A process that starts the server, writes to it and waits to be killed. */
async function startInProcess(): Promise<ChildProcess> {
  const from = (path: string): string =>
    JSON.stringify(pathToFileURL(join(projectRoot(), "dist", path)).href);
  const script = `
    import pg from "pg";
    const { createEmbeddedPostgres } = await import(${from("scripts/postgres/embedded-postgres.js")});
    const { createLog } = await import(${from("runtime/log.js")});
    const server = createEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: createLog("test", "silent") });
    await server.start();
    const client = new pg.Client({ connectionString: await server.createDatabase("written") });
    await client.connect();
    await client.query("CREATE TABLE words (text text); INSERT INTO words VALUES ('kept')");
    process.send("ready");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: projectRoot(),
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await once(child, "message");
  return child;
}
