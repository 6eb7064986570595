import type pg from "pg";
import { InFlight } from "../../../runtime/in-flight.ts";
import { type Call, isOver } from "./calls.ts";
import { cancelStatement } from "./cancel-statement.ts";

/** A statement that a request waits for. */
export interface StatementInFlight {
  readonly client: pg.Client;
  readonly call: Call;
  /** While the database is asked to end it. */
  cancelling: Promise<void> | undefined;
  /** When it may be asked, or asked again: it passes over what it is told before the statement has reached it. */
  cancelAt: number;
}

export interface StatementsInFlight {
  begin(client: pg.Client, call: Call): StatementInFlight;
  /** @returns what its connection has to wait for before it is used again, if anything */
  end(statement: StatementInFlight): Promise<void> | undefined;
}

/** Milliseconds between two rounds, and between two tries to end one statement. */
const [round, pause] = [20, 500] as const;

/** Ends statements that nobody waits for any more. One timer goes round all of them, so a statement costs none of its own. */
export function watchStatements(): StatementsInFlight {
  const statements = new InFlight<StatementInFlight, StatementInFlight>();
  let timer: NodeJS.Timeout | undefined;

  function goRound(): void {
    if (statements.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    for (const statement of statements.values()) {
      const isDue = statement.cancelAt <= performance.now();
      if (isDue && isOver(statement.call)) cancel(statement);
    }
  }

  function cancel(statement: StatementInFlight): void {
    statement.cancelAt = Number.POSITIVE_INFINITY;
    statement.cancelling = cancelStatement(statement.client).then(() => {
      statement.cancelling = undefined;
      statement.cancelAt = performance.now() + pause;
    });
  }

  return {
    begin(client, call) {
      const statement = { client, call, cancelling: undefined, cancelAt: 0 };
      statements.set(statement, statement);
      timer ??= setInterval(goRound, round);
      return statement;
    },
    end(statement) {
      statements.delete(statement);
      return statement.cancelling;
    },
  };
}
