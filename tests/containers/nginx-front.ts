import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnv } from "../../runtime/env.ts";
import { projectRoot } from "../../runtime/project-root.ts";
import { checkPort } from "../../scripts/start/ports.ts";
import { eventually } from "../harness/library.ts";
import { read } from "./compose-file.ts";

/** As in the container, nginx is nobody who may do more; only root can be somebody else. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

export interface Front {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The machine's nginx with the committed configuration. Changed are only places: where it listens, where it writes, and
 * where the gateways are, as Docker's name server would tell (`resolve` is younger than Debian's nginx).
 */
export async function startFront(gateways: readonly string[]): Promise<Front> {
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  if (nobody !== undefined) await chown(folder, nobody.uid, nobody.gid);
  const port = await checkPort("PORT", "127.0.0.1", 0);
  const file = join(folder, "nginx.conf");
  const log = join(folder, "error.log");
  const changed = read("deploy/nginx/nginx.conf")
    .replaceAll("/tmp/", `${folder}/`)
    .replaceAll("/dev/stderr", log)
    .replaceAll("/dev/stdout", join(folder, "access.log"))
    .replace("listen 8080;", `listen 127.0.0.1:${port};`)
    .replace(/server gateway:4000 resolve (.*)/, (_, parameters) =>
      gateways.map((url) => `server ${new URL(url).host} ${parameters}`).join(" "),
    );
  await writeFile(file, changed);
  const child = spawn("nginx", ["-e", log, "-c", file, "-p", folder, "-g", "daemon off;"], {
    ...nobody,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints += String(chunk);
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(complaints);
    await fetch(`${url}/readyz`);
  });
  return {
    url,
    async stop() {
      await end(child, "SIGQUIT");
      await rm(folder, { recursive: true });
    },
  };
}

/** A gateway as a process of its own, which can be killed. */
export interface GatewayProcess {
  readonly url: string;
  /** The sum of a counter over its labels. */
  counted(metric: string): Promise<number>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export async function startGatewayProcess(
  supergraph: string,
  data: string,
): Promise<GatewayProcess> {
  const { PATH } = readEnv();
  const child = spawn(process.execPath, [join(projectRoot(), "dist/gateway/main.js")], {
    env: { PATH, PORT: "0", SUPERGRAPH: supergraph, DATA_DIR: data },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stderr.on("data", (chunk) => {
    printed += String(chunk);
  });
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.includes("answers at")) break;
  }
  const [url] = /http:[^"]*(?=\/graphql)/.exec(printed) ?? [];
  if (url === undefined) throw new Error(`the gateway ended before it was ready:\n${printed}`);
  return {
    url,
    async counted(metric) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const values = [...text.matchAll(new RegExp(`^${metric}(?:\\{.*\\})? (\\d+)$`, "gm"))];
      return values.reduce((sum, [, value]) => sum + Number(value), 0);
    },
    kill: () => end(child, "SIGKILL"),
    stop: () => end(child, "SIGTERM"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
