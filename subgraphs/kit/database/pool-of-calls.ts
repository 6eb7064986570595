import pg from "pg";
import type { Calls } from "./calls.ts";
import { clientOfCalls } from "./client-of-calls.ts";

type Callback = Parameters<pg.Pool["connect"]>[0];

/**
 * A pool whose statements last no longer than somebody waits for them.
 * @param Client what its connections are otherwise
 */
export function createPoolOfCalls(
  options: pg.PoolConfig,
  calls: Calls,
  Client: typeof pg.Client,
): pg.Pool {
  class PoolOfCalls extends pg.Pool {
    override connect(): Promise<pg.PoolClient>;
    override connect(callback: Callback): void;
    override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
      if (callback === undefined) return super.connect();
      const call = calls.current();
      super.connect((...given) => {
        // Who has waited for a connection is called by the request that gives it back, and would go on in its name.
        if (calls.current() === call) callback(...given);
        else calls.during(call, () => callback(...given));
      });
      return undefined;
    }
  }

  return new PoolOfCalls({ ...options, Client: clientOfCalls(calls, Client) });
}
