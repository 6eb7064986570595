import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Env } from "../../runtime/env.ts";
import { anonymous, signViewer, viewerHeader } from "../../runtime/identity.ts";
import { type Child, startChild } from "../start/child.ts";
import { Broken } from "./broken.ts";
import { describeCrash } from "./crash.ts";
import { createFront, type Front } from "./front.ts";

/** Milliseconds that a process may take until it is ready, and requests to end before it is stopped. */
const patience = { start: 15_000, requests: 10_000 };

/** A process of a subgraph that can answer. */
export interface RunningVersion {
  readonly child: Child;
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** A subgraph while its author works on it: one port, behind it the process of what was saved last. */
export interface DevSubgraph {
  readonly name: string;
  readonly env: Env;
  readonly front: Front;
  /** Starts what is compiled now beside what runs. @throws Broken when it crashes */
  begin(): Promise<RunningVersion>;
  /** Makes the next `begin` fast, when there is time. */
  warmUp(): void;
  /** The schema that a process says it has. */
  schemaOf(version: RunningVersion): Promise<string>;
  /** Ends a process after its last request. */
  end(version: RunningVersion): Promise<void>;
  stop(): Promise<void>;
  kill(): void;
}

export interface DevSubgraphOptions {
  readonly name: string;
  /** As the process has it when it listens at the subgraph's port. */
  readonly env: Env;
  readonly portVariable: string;
  /** The folder of the compiled programs. */
  readonly dist: string;
}

/** A process that is not ready yet. */
interface Starting {
  readonly child: Child;
  /** What it said on standard error; undefined once it is ready, as all goes to ours then. */
  said: string | undefined;
}

export function createDevSubgraph(options: DevSubgraphOptions): DevSubgraph {
  const { dist, env, name, portVariable } = options;
  const host = env["HOST"] ?? "127.0.0.1";
  const front = createFront({ host, port: Number(env[portVariable]) });
  const children = new Set<Child>();

  let spare: Starting | undefined;
  let stopping = false;

  function start(): Starting {
    const starting: Starting = { said: "", child: startWarm((text) => hear(starting, text)) };
    const { child } = starting;
    children.add(child);
    child.ended.then(() => {
      children.delete(child);
      if (spare === starting) spare = undefined;
    });
    return starting;
  }

  function startWarm(onStderr: (text: string) => void): Child {
    const own = { ...env, [portVariable]: "0" };
    return startChild(name, join(dist, "scripts/dev/warm.js"), own, { args: [name], onStderr });
  }

  async function begin(): Promise<RunningVersion> {
    const starting = spare ?? start();
    spare = undefined;
    const { child } = starting;
    child.tell("become the subgraph");
    const late = sleep(patience.start, undefined, { ref: false });
    const ready = await Promise.race([child.ready.catch(() => undefined), late]);
    if (ready === undefined) {
      child.kill();
      const how = await child.ended;
      throw new Broken(describeCrash({ subgraph: name, how, said: starting.said ?? "" }, dist));
    }
    process.stderr.write(starting.said ?? "");
    starting.said = undefined;
    return { child, url: ready.url, since: Date.now() };
  }

  return {
    name,
    env,
    front,
    begin,
    warmUp() {
      if (!stopping) spare ??= start();
    },
    async schemaOf({ url }) {
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          [viewerHeader]: signViewer(anonymous, env["GATEWAY_SIGNING_KEY"] ?? "", Date.now()),
        },
        body: JSON.stringify({ query: "{ _service { sdl } }" }),
      });
      const { data } = (await response.json()) as { data?: { _service: { sdl: string } } };
      return data?._service.sdl ?? "";
    },
    async end({ child, url }) {
      const late = sleep(patience.requests, undefined, { ref: false });
      await Promise.race([front.leave(url), late]);
      await child.stop();
    },
    async stop() {
      stopping = true;
      await Promise.all([...children].map((child) => child.stop()));
      await front.stop();
    },
    kill() {
      for (const child of children) child.kill();
    },
  };
}

function hear(starting: Starting, text: string): void {
  if (starting.said === undefined) process.stderr.write(text);
  else starting.said += text;
}
