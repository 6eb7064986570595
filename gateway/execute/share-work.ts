import { InFlight } from "../../runtime/in-flight.ts";

/** Something that a client waits for, as long as it is there. */
interface Member {
  readonly signal?: { readonly aborted: boolean } | undefined;
}

/** Whether nobody waits any more; looked at while the work goes on. */
export interface SharedSignal {
  readonly aborted: boolean;
}

/** Work that goes on, and all who get what comes of it. */
interface Flight<Result> {
  readonly members: Member[];
  readonly result: Promise<Result>;
}

/**
 * Runs work once for all who ask for the same while it has not begun. Nobody is given what began before they asked:
 * while it goes on, those who come gather for the next run, which begins when it ends. So a read that follows a write
 * sees it, and of one key there is never more than one run and one that waits.
 */
export function createSharedRuns<Result>(): (
  key: string,
  member: Member,
  work: (members: readonly Member[]) => Promise<Result>,
) => Promise<Result> {
  const running = new InFlight<string, Promise<unknown>>();
  const waiting = new InFlight<string, Flight<Result>>();

  function start(
    key: string,
    members: readonly Member[],
    work: (members: readonly Member[]) => Promise<Result>,
  ): Promise<Result> {
    const result = work(members);
    running.set(key, result);
    const end = (): void => {
      if (running.get(key) === result) running.delete(key);
    };
    result.then(end, end);
    return result;
  }

  return (key, member, work) => {
    const before = running.get(key);
    if (before === undefined) return start(key, [member], work);
    const gathered = waiting.get(key);
    if (gathered !== undefined) {
      gathered.members.push(member);
      return gathered.result;
    }
    const members = [member];
    const begin = (): Promise<Result> => {
      waiting.delete(key);
      return start(key, members, work);
    };
    const result = before.then(begin, begin);
    waiting.set(key, { members, result });
    return result;
  };
}

/** Aborted when all have left. A class, as V8 makes a hidden class of its own of each object with an accessor in its literal. */
class WhileAnyWaits implements SharedSignal {
  readonly #members: readonly Member[];

  constructor(members: readonly Member[]) {
    this.#members = members;
  }

  get aborted(): boolean {
    return this.#members.every(({ signal }) => signal?.aborted === true);
  }
}

export function whileAnyWaits(members: readonly Member[]): SharedSignal | undefined {
  return members.length > 1 ? new WhileAnyWaits(members) : members[0]?.signal;
}

/** A call of a subgraph that others may join. */
interface Call<Result> extends Flight<Result> {
  /** When it began, on the clock of `createSharedCalls`. */
  readonly began: number;
}

export interface SharedCalls<Result> {
  /** To be asked when a request arrives. */
  now(): number;
  /**
   * Makes a call, or joins one that is alike and began after the request arrived.
   * @param arrived what `now` said then
   */
  call(
    key: string,
    arrived: number,
    member: Member,
    make: (signal: SharedSignal) => Promise<Result>,
  ): Promise<Result>;
}

/** Shares calls between requests. Its clock counts events: no two of them are at the same time. */
export function createSharedCalls<Result>(): SharedCalls<Result> {
  const calls = new InFlight<string, Call<Result>>();
  let events = 0;
  return {
    now() {
      events += 1;
      return events;
    },
    call(key, arrived, member, make) {
      const known = calls.get(key);
      if (known !== undefined && known.began > arrived) {
        known.members.push(member);
        return known.result;
      }
      events += 1;
      const members = [member];
      const result = make(new WhileAnyWaits(members));
      const call = { began: events, members, result };
      calls.set(key, call);
      const end = (): void => {
        if (calls.get(key) === call) calls.delete(key);
      };
      result.then(end, end);
      return result;
    },
  };
}
