import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startRecordedHouse, staysHere } from "../tests/harness/recorded-house.ts";
import { alive } from "../tests/start/start-process.ts";
import { count } from "./gateways/options.ts";

/** What is asked in turn, one a second: over both services, from the caches, refused, a mutation and a schema. */
const operations: readonly string[] = [
  "{ users(first: 5) { edges { node { name lists { totalCount } } } } }",
  '{ userByHandle(handle: "ada") { name todoStats { open } } }',
  "{ nothing }",
  "{ __schema { types { name } } }",
  'mutation { signIn(input: { email: "nobody@example.com", password: "not-the-password" }) { accessToken } }',
];

/**
 * `npm run bench -- egress [--minutes 120]`: the whole house as `npm start` runs it, with a vendor's key in its environment, asked one
 * operation a second. Whatever its processes connect to, look up or send to is written down by themselves, and once a second the
 * kernel is asked for the remote ends of their sockets, PostgreSQL's included. Prints how much that was; what left this machine is
 * listed, and the exit code is 1. Linux only.
 */
export async function benchEgress(...args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { minutes: { type: "string", default: "120" } },
  });
  const minutes = count("minutes", values.minutes);
  const folder = await mkdtemp(join(tmpdir(), "egress-"));
  await chmod(folder, 0o755);
  const { house, contacts } = await startRecordedHouse(folder);
  try {
    const url = await house.ready();
    const end = performance.now() + minutes * 60_000;
    const remotes = new Set<string>();
    let requests = 0;
    while (performance.now() < end) {
      await ask(url, operations[requests++ % operations.length] as string);
      for (const remote of remotesOf(house.processes())) remotes.add(remote);
      await sleep(1_000);
    }
    process.kill(house.pid, "SIGTERM");
    await house.ended();
    const told = await contacts();
    const strangers = [...told, ...remotes].filter((contact) => !staysHere(contact));
    const started = told.filter((contact) => contact.startsWith("process ")).length;
    print(
      `egress minutes ${minutes} requests ${requests} processes ${started} contacts ${told.length - started} sockets ${remotes.size} strangers ${strangers.length}`,
    );
    for (const stranger of new Set(strangers)) print(stranger);
    if (strangers.length > 0) process.exitCode = 1;
  } finally {
    for (const pid of alive(house.processes())) process.kill(pid, "SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(url: string, query: string): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(30_000),
  });
  const answer = (await response.json()) as { data?: unknown; errors?: unknown };
  if (answer.data === undefined && answer.errors === undefined) {
    throw new Error(`the gateway gave no GraphQL answer to ${query}`);
  }
}

/** The remote ends of the sockets that these processes have open: `connect ADDRESS:PORT`, as proc(5) tells of `/proc/net`. */
function remotesOf(pids: readonly number[]): readonly string[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  const found: string[] = [];
  for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
    const lines = readFileSync(`/proc/net/${table}`, "utf8").trim().split("\n").slice(1);
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      const [remote = "", inode = ""] = [fields[2], fields[9]];
      if (inodes.has(inode) && !/^0+:/.test(remote)) found.push(`connect ${readEnd(remote)}`);
    }
  }
  return found;
}

/** Inodes of the sockets of a process; none when it has just ended. */
function socketsOf(pid: number): readonly string[] {
  const open = `/proc/${pid}/fd`;
  try {
    return readdirSync(open).flatMap((fd) => socketAt(join(open, fd)) ?? []);
  } catch {
    return [];
  }
}

/** Undefined for other files, and for one that has just been closed. */
function socketAt(path: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1];
  } catch {
    return undefined;
  }
}

/** Of an end as the kernel writes it: words of four bytes, the last one first, in hexadecimal. */
function readEnd(end: string): string {
  const [address = "", port = ""] = end.split(":");
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  return `${readAddress(bytes)}:${Number.parseInt(port, 16)}`;
}

/** An address of IPv4 inside one of IPv6 is told as the former. */
function readAddress(bytes: readonly number[]): string {
  const mapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0);
  if (bytes.length === 4 || (mapped && bytes[10] === 255)) return bytes.slice(-4).join(".");
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return "::1";
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
