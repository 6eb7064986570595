import { chmod, readFile, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { projectRoot } from "../../runtime/project-root.ts";
import { nodeStart, type StartProcess } from "../start/start-process.ts";

/** What `npm start` runs, with a line written for all that its processes connect to, look up and send datagrams to. */
export interface RecordedHouse {
  readonly house: StartProcess;
  /** Each line so far: `process PATH`, `connect HOST:PORT`, `look up NAME` or `datagram TARGET`. */
  contacts(): Promise<readonly string[]>;
}

/** @param folder - one that everybody may enter, as PostgreSQL runs as another user when we are root */
export async function startRecordedHouse(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RecordedHouse> {
  const file = join(folder, "connections");
  await writeFile(file, "");
  await chmod(file, 0o666);
  const preload = join(projectRoot(), "tests", "harness", "record-connections.js");
  const house = nodeStart({
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
  return {
    house,
    contacts: async () => (await readFile(file, "utf8")).trim().split("\n"),
  };
}

/** Whether it stays on this machine. A name that is an address is looked up without asking anyone. */
export function staysHere(contact: string): boolean {
  const target = contact.replace(/^(process|connect|look up|datagram) /, "");
  const host = target.replace(/:\d+$/, "");
  if (contact.startsWith("process ") || target === "pipe" || host === "localhost") return true;
  return isIP(host) !== 0 && /^(127\.|::1$)/.test(host);
}
