import { setTimeout as sleep } from "node:timers/promises";
import { announce } from "../../subgraphs/kit/cache/drop-outbox.ts";
import { withClient } from "../house.ts";
import { percentile } from "../load.ts";
import type { Side } from "./sides.ts";

/** What writers that died have announced and nobody has dropped: how long it lies in the outbox until a relay has brought it to all. */
export async function* relayLag({ house }: Side, times: number): AsyncGenerator<string> {
  const lags = await withClient(house.databaseUrl("users"), async (client) => {
    const found: number[] = [];
    for (let time = 0; time < times; time++) {
      const { id, statement } = announce([`user:${time}`]);
      await client.query(statement.text, [...statement.values]);
      const began = performance.now();
      const isThere = async (): Promise<boolean> =>
        (await client.query("SELECT FROM outbox WHERE id = $1", [id])).rowCount !== 0;
      while (await isThere()) await sleep(2);
      found.push(performance.now() - began);
      // At any moment of a relay's round.
      await sleep(Math.random() * 600);
    }
    return found.toSorted((one, other) => one - other);
  });
  const at = (share: number): string => percentile(lags, share).toFixed(0);
  yield `cache relay lag_ms p50 ${at(0.5)} p99 ${at(0.99)} max ${at(1)}`;
}
