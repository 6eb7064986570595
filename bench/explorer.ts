import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { projectRoot } from "../runtime/project-root.ts";
import { findChromium, startBrowser } from "./browser.ts";
import { freePort } from "./house.ts";
import { median } from "./load.ts";
import { ready } from "./processes.ts";

const rounds = 5;

interface Loaded {
  /** Milliseconds from the navigation to an operation in the editor, with the schema read. */
  readonly milliseconds: number;
  /** What went over the wire to the browser, headers included. */
  readonly sentBytes: number;
}

/**
 * `npm run bench -- explorer`: how long the packaged explorer takes until one can run something, and what it weighs: in a
 * browser that never saw it, and again in the same one. The gateway serves the committed supergraph; it needs no subgraph.
 */
export async function benchExplorer(): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error("there is no Chromium on this machine");
  const folder = await mkdtemp(join(tmpdir(), "explorer-bench-"));
  const port = await freePort();
  const gateway = startGateway(port, folder);
  const wire = await createCountingWire(port);
  try {
    await ready("gateway", gateway);
    const first: Loaded[] = [];
    const again: Loaded[] = [];
    for (let round = 0; round < rounds; round++) {
      const browser = await startBrowser(chromium);
      try {
        const page = await browser.context.newPage();
        first.push(await load(page, wire));
        again.push(await load(page, wire));
      } finally {
        await browser.stop();
      }
    }
    report("first", first);
    report("again", again);
  } finally {
    await wire.stop();
    if (gateway.exitCode === null) {
      gateway.kill("SIGTERM");
      await once(gateway, "exit");
    }
    await rm(folder, { recursive: true });
  }
}

async function load(page: Page, wire: Wire): Promise<Loaded> {
  const sentBefore = wire.sentBytes();
  const started = performance.now();
  await page.goto(`http://127.0.0.1:${wire.port}/graphql`);
  await page.getByRole("button", { name: "First query" }).waitFor();
  await page.locator(".graphiql-query-editor .view-line", { hasText: "FirstQuery" }).waitFor();
  const milliseconds = performance.now() - started;
  await quiet(wire);
  return { milliseconds, sentBytes: wire.sentBytes() - sentBefore };
}

/** Until nothing came over the wire for half a second: workers and parts of the editor load late. */
async function quiet(wire: Wire): Promise<void> {
  for (let before = -1; before !== wire.sentBytes(); ) {
    before = wire.sentBytes();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface Wire {
  readonly port: number;
  sentBytes(): number;
  stop(): Promise<void>;
}

/** Stands before the gateway and counts: a browser does not tell what its workers load. */
async function createCountingWire(target: number): Promise<Wire> {
  let sent = 0;
  const sockets = new Set<Socket>();
  const server = createServer((browser) => {
    const gateway = connect(target, "127.0.0.1");
    for (const socket of [browser, gateway]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    gateway.on("data", (chunk) => {
      sent += chunk.length;
    });
    browser.pipe(gateway).pipe(browser);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sentBytes: () => sent,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function startGateway(port: number, folder: string): ChildProcess {
  const root = projectRoot();
  return spawn(process.execPath, [join(root, "dist/gateway/main.js")], {
    env: {
      PORT: String(port),
      LOG_LEVEL: "error",
      DATA_DIR: folder,
      SUPERGRAPH: join(root, "graph/supergraph.graphql"),
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

function report(name: string, loads: readonly Loaded[]): void {
  const milliseconds = median(loads.map((one) => one.milliseconds)).toFixed(0);
  const sent = median(loads.map((one) => one.sentBytes)).toFixed(0);
  process.stdout.write(`explorer ${name} load_ms ${milliseconds} sent_bytes ${sent}\n`);
}
