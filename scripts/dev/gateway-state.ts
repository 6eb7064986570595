import { setTimeout as sleep } from "node:timers/promises";
import { Broken } from "./broken.ts";

/** Milliseconds that a gateway may take to serve a supergraph, and requests to end in the one before. */
const patience = 10_000;
/** Milliseconds between two looks. */
const pause = 25;

/** What a gateway says of itself at `/metrics`. */
interface GatewayState {
  /** SHA-256 of the SDL that is served. */
  readonly serves: string | undefined;
  readonly failures: number;
  /** Supergraphs in which requests run. */
  readonly engines: number;
}

/** @throws when the gateway does not answer */
export async function readGatewayState(gatewayUrl: string): Promise<GatewayState> {
  const text = await (await fetch(`${gatewayUrl}/metrics`)).text();
  const count = (series: string): number =>
    Number(text.match(new RegExp(`^${series} (\\d+)$`, "m"))?.[1] ?? 0);
  return {
    serves: /^gateway_supergraph_info\{id="(\w+)"\} 1$/m.exec(text)?.[1],
    failures: count('gateway_supergraph_loads_total\\{outcome="failed"\\}'),
    engines: count("gateway_engines"),
  };
}

/** Waits until the gateway serves a supergraph. @throws Broken when it will not */
export async function waitUntilServed(
  gatewayUrl: string,
  id: string,
  before: GatewayState,
): Promise<void> {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const state = await readGatewayState(gatewayUrl);
    if (state.serves === id) return;
    if (state.failures > before.failures) {
      throw new Broken(
        "The gateway refuses this graph, although it composes; its line above says why. What to do: take back what it names.",
      );
    }
    await sleep(pause);
  }
  throw new Broken(
    `The gateway has not taken up this graph within ${patience / 1000} s. What to do: save again, or start npm run dev again.`,
  );
}

/** Waits until no request runs in an earlier supergraph any more, but not for ever. */
export async function waitUntilDrained(gatewayUrl: string): Promise<void> {
  const end = Date.now() + patience;
  while (Date.now() < end && (await readGatewayState(gatewayUrl)).engines > 1) await sleep(pause);
}
