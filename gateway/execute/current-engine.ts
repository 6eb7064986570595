import { failure } from "../../runtime/errors.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import type { Supergraph } from "../plan/supergraph.ts";
import type { Answer, Request } from "../request.ts";
import type { Engine } from "./engine.ts";

/** An engine and the requests that it still has to answer. */
interface Generation<Kind> {
  readonly engine: Kind;
  inFlight: number;
  retired: boolean;
}

export interface CurrentEngine extends Part {
  ready(): boolean;
  /** @throws NOT_READY while there is no supergraph. */
  answer(request: Request): Promise<Answer>;
  /**
   * Serves another supergraph from now on. Requests that have begun end where they began; the engine before is
   * stopped after its last one.
   * @throws whatever the engine has against this supergraph; the one before stays.
   */
  use(supergraph: Supergraph): Promise<void>;
}

/** @param busy hears how many engines there are now that a request may run in: 2 and more while requests end in earlier ones */
export function createCurrentEngine<Kind extends Engine>(
  create: (supergraph: Supergraph, before: Kind | undefined) => Promise<Kind>,
  busy: (engines: number) => void = () => {},
): CurrentEngine {
  let current: Generation<Kind> | undefined;
  let engines = 0;

  async function retire(generation: Generation<Kind>): Promise<void> {
    generation.retired = true;
    if (generation.inFlight === 0) await end(generation);
  }

  async function end({ engine }: Generation<Kind>): Promise<void> {
    engines -= 1;
    busy(engines);
    await engine.stop();
  }

  return {
    name: "engine",
    start: () => Promise.resolve(),
    ready: () => current !== undefined,
    async answer(request) {
      const generation = current;
      if (generation === undefined) throw failure("NOT_READY");
      generation.inFlight += 1;
      try {
        return await generation.engine.answer(request);
      } finally {
        generation.inFlight -= 1;
        if (generation.retired && generation.inFlight === 0) await end(generation);
      }
    },
    async use(supergraph) {
      const engine = await create(supergraph, current?.engine);
      const next: Generation<Kind> = { engine, inFlight: 0, retired: false };
      const before = current;
      current = next;
      engines += 1;
      busy(engines);
      if (before !== undefined) await retire(before);
    },
    async stop() {
      const last = current;
      current = undefined;
      if (last !== undefined) await retire(last);
    },
  };
}
