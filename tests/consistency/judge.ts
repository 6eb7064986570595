import type { Claim, Statement, Sum } from "./claims.ts";
import type { History } from "./history.ts";

/** What was certain when a read began and possible when it ended: for each person the numbers of their states. */
export interface Reading {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Milliseconds. */
  readonly began: number;
  readonly ended: number;
}

export interface Verdict {
  /** What is wrong, in words; undefined when the claim is right. */
  readonly violation?: string;
  /**
   * Milliseconds from the moment at which some read had shown a newer state to the begin of this one, which gave an older: the
   * write between them was not answered yet.
   */
  readonly lag: number;
}

const right: Verdict = { lag: 0 };

/** Whether a claim is what one of the states between the certain and the possible would give. */
export function judge(claim: Claim, reading: Reading, histories: readonly History[]): Verdict {
  return claim.kind === "statement"
    ? judgeStatement(claim, reading, histories[claim.about] as History)
    : judgeSum(claim, reading, histories);
}

function judgeStatement(claim: Statement, reading: Reading, history: History): Verdict {
  const low = reading.low[claim.about] ?? 0;
  const high = reading.high[claim.about] ?? 0;
  const says = (number: number): boolean => claim.expected(history.at(number)) === claim.said;
  const fitting = range(low, high).filter(says);
  const [first, last] = [fitting[0], fitting.at(-1)];
  if (first === undefined || last === undefined) {
    return { violation: explain(claim, reading, history, low, high), lag: 0 };
  }
  history.shown(first, reading.ended);
  const newer = history.shownAt(last + 1);
  const lag = newer !== undefined && newer < reading.began ? reading.began - newer : 0;
  return { lag };
}

function explain(
  claim: Statement,
  { began }: Reading,
  history: History,
  low: number,
  high: number,
): string {
  const told = `${claim.what}: ${claim.said}`;
  const allowed = [...new Set(range(low, high).map((at) => claim.expected(history.at(at))))];
  const isLeak = allowed.every((one) => one === claim.nothing);
  const old = range(0, low - 1).findLast((at) => claim.expected(history.at(at)) === claim.said);
  const since = old === undefined ? undefined : history.shownAt(old + 1);
  const age = since === undefined ? "never true" : `${(began - since).toFixed(0)} ms old`;
  return `${isLeak ? "not for the asker, " : ""}${age}: ${told} instead of ${allowed.join(" or ")}`;
}

function judgeSum(claim: Sum, { high, low }: Reading, histories: readonly History[]): Verdict {
  let [least, most] = [0, 0];
  histories.forEach((history, about) => {
    const addends = range(low[about] ?? 0, high[about] ?? 0).map((at) =>
      claim.addend(history.at(at)),
    );
    least += Math.min(...addends);
    most += Math.max(...addends);
  });
  if (claim.said >= least && claim.said <= most) return right;
  return { violation: `${claim.what}: ${claim.said} instead of ${least} to ${most}`, lag: 0 };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}
