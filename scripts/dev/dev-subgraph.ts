import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../runtime/clock.ts";
import type { Env } from "../../runtime/env.ts";
import { anonymous, writeAsker } from "../../runtime/identity.ts";
import { createRequestSigner, signatureHeader } from "../../runtime/request-signature.ts";
import { type Child, startChild } from "../start/child.ts";
import { Broken, describeFault } from "./broken.ts";
import { describeCrash } from "./crash.ts";
import { createFront, type Front } from "./front.ts";

/** Milliseconds. */
export interface Patience {
  /** After which a start is slow: its author hears of it, and their next save gives it up. */
  readonly slow: number;
  /** That a process may take until it is ready. */
  readonly start: number;
  /** That requests may take to end before the process that has them is stopped. */
  readonly requests: number;
}

export const usualPatience: Patience = { slow: 2_000, start: 15_000, requests: 10_000 };

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
  /** Starts what is compiled now beside what runs. @throws Broken when it crashes, hangs or is given up */
  begin(): Promise<RunningVersion>;
  /** Something newer was saved: a start that is slow already is given up for it, or else as soon as it is slow. */
  hurry(): void;
  /** Gives up a start that is under way, and begins none any more. */
  abandon(): void;
  /** Makes the next `begin` fast, when there is time. */
  warmUp(): void;
  /** The schema that a process says it has. @throws when it does not answer */
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
  readonly patience: Patience;
  /** Hears of a start that is slow. */
  readonly slow: (seconds: number) => void;
}

/** A process that is not ready yet. */
interface Starting {
  readonly child: Child;
  /** What it said on standard error; undefined once it is ready, as all goes to ours then. */
  said: string | undefined;
  /** Whether something newer waits for the end of this start. */
  hurried: boolean;
  giveUp: (why: string) => void;
}

const whatHangs =
  "look for what main.ts and what it imports wait for: a promise that never settles, or a loop that never ends.";

export function createDevSubgraph(options: DevSubgraphOptions): DevSubgraph {
  const { dist, env, name, patience, portVariable } = options;
  const host = env["HOST"] ?? "127.0.0.1";
  const front = createFront({ host, port: Number(env[portVariable]) });
  const key = env["GATEWAY_SIGNING_KEY"] ?? "";
  const sign = createRequestSigner({ key, sender: "gateway", clock: systemClock });
  const children = new Set<Child>();

  let spare: Starting | undefined;
  let beginning: Starting | undefined;
  let stopping = false;

  function start(): Starting {
    const starting: Starting = {
      said: "",
      hurried: false,
      giveUp: () => {},
      child: startWarm((text) => hear(starting, text)),
    };
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
    if (stopping) throw new Broken(`${name} is being stopped.`);
    const starting = spare ?? start();
    spare = undefined;
    const { child } = starting;
    beginning = starting;
    child.tell("become the subgraph");
    try {
      const { url } = await readiness(starting);
      process.stderr.write(starting.said ?? "");
      starting.said = undefined;
      return { child, url, since: Date.now() };
    } finally {
      beginning = undefined;
    }
  }

  /** @throws Broken when the process ends before it is ready, or when nobody waits for it any more, which ends it too */
  async function readiness(starting: Starting): Promise<{ readonly url: string }> {
    const { child } = starting;
    const begun = Date.now();
    const seconds = (): number => Math.round((Date.now() - begun) / 100) / 10;
    let notice: NodeJS.Timeout | undefined;
    let late: NodeJS.Timeout | undefined;
    const givenUp = new Promise<string>((resolve) => {
      late = setTimeout(() => resolve(""), patience.start);
      notice = setTimeout(() => {
        starting.giveUp = resolve;
        if (starting.hurried) resolve(", and something newer was saved");
        else options.slow(seconds());
      }, patience.slow);
    });
    const ended = child.ready.catch(() => undefined);
    const outcome = await Promise.race([ended, givenUp]);
    clearTimeout(notice);
    clearTimeout(late);
    if (typeof outcome === "object") return outcome;
    if (outcome === undefined) {
      const how = await child.ended;
      throw new Broken(describeCrash({ subgraph: name, how, said: starting.said ?? "" }, dist));
    }
    child.kill();
    const message = `${name} was not ready ${seconds()} s after its start${outcome}`;
    throw new Broken(describeFault({ message, hint: whatHangs }));
  }

  return {
    name,
    env,
    front,
    begin,
    hurry() {
      if (beginning === undefined) return;
      beginning.hurried = true;
      beginning.giveUp(", and something newer was saved");
    },
    abandon() {
      stopping = true;
      beginning?.child.kill();
    },
    warmUp() {
      if (!stopping) spare ??= start();
    },
    async schemaOf({ url }) {
      const request = {
        method: "POST",
        path: "/graphql",
        body: JSON.stringify({ query: "{ _service { sdl } }" }),
      };
      const { body, method, path } = request;
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          "content-type": "application/json",
          [signatureHeader]: sign(request, writeAsker(anonymous, "")),
        },
        body,
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
