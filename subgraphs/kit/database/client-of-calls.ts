import pg from "pg";
import { type Call, type Calls, isOver } from "./calls.ts";
import { type StatementInFlight, watchStatements } from "./statements-in-flight.ts";

type Callback = (error: Error | null | undefined, result?: unknown) => void;

/**
 * A connection whose statements last no longer than somebody waits for them: none is begun for a request that is over, and
 * what is under way is ended. A transaction that is so interrupted is rolled back by who began it; once its COMMIT is sent
 * it is let run, and what comes after it, too.
 */
export function clientOfCalls(calls: Calls, Client: typeof pg.Client): typeof pg.Client {
  const inFlight = watchStatements();

  function settle(statement: StatementInFlight, tell: () => void): void {
    const busy = inFlight.end(statement);
    if (busy === undefined) tell();
    else busy.then(tell);
  }

  return class extends Client {
    // biome-ignore lint/suspicious/noExplicitAny: pg overloads `query` in eight ways, all with the statement first
    override query(...args: any[]): any {
      const call = calls.current();
      const send = (): unknown => super.query(...(args as Parameters<pg.Client["query"]>));
      const [config] = args;
      const text = typeof config === "string" ? config : config?.text;
      if (call === undefined || typeof text !== "string" || endsTransaction(text, call))
        return send();
      const last = args.at(-1);
      const callback = typeof last === "function" ? (last as Callback) : undefined;
      if (isOver(call)) return refuse(callback);
      const statement = inFlight.begin(this, call);
      if (callback === undefined) {
        const result = send() as Promise<unknown>;
        return result.finally(() => inFlight.end(statement));
      }
      args[args.length - 1] = ((error, result) =>
        settle(statement, () => callback(error, result))) satisfies Callback;
      return send();
    }
  };
}

/** Takes note of where a transaction begins and ends; what ends one is always sent. */
function endsTransaction(text: string, call: Call): boolean {
  if (text === "BEGIN") call.committed = false;
  if (text !== "COMMIT") return text === "ROLLBACK";
  call.committed = true;
  return true;
}

/** As the database refuses what it has no time for. */
function refuse(callback: Callback | undefined): Promise<never> | undefined {
  const error = new pg.DatabaseError("nobody waits for this statement", 0, "error");
  Object.assign(error, { code: "57014", severity: "ERROR" });
  if (callback === undefined) return Promise.reject(error);
  process.nextTick(callback, error);
  return undefined;
}
