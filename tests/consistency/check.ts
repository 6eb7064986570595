import type { Answer, AnswerError } from "../harness/client.ts";
import { anyQuestion } from "./any-question.ts";
import type { Ids } from "./change.ts";
import { createHistory, type History } from "./history.ts";
import { judge } from "./judge.ts";
import type { Town } from "./town.ts";
import { createVoice, type Voice } from "./voice.ts";
import { createWriter, type Writer } from "./writer.ts";

export interface Checked {
  readonly reads: number;
  /** What they said: each claim was judged. */
  readonly claims: number;
  readonly writes: number;
  /** In words: reads that missed an answered write or said too much, and what failed. */
  readonly violations: readonly string[];
  /** Milliseconds by which a read was behind what another had shown already, while the write was not answered yet; at most. */
  readonly stalest: number;
  /** Milliseconds. */
  readonly readTimes: readonly number[];
  readonly writeTimes: readonly number[];
}

export interface Checker {
  /** Reads and writes for so many milliseconds, or until too much was wrong. */
  run(milliseconds: number): Promise<Checked>;
}

/** Milliseconds that each of them rests at most; without it they would measure themselves. */
const longestRest = 10;
/** Violations that are told; one makes many. */
const mostTold = 20;

/**
 * People write and read at random, each request through any of the gateways, and a stranger reads too. One person's writes follow
 * each other, so at any time it is known which of them an answer must show, and which it may.
 */
export function createChecker(town: Town): Checker {
  const ids = town.people.map(({ id }) => id);
  const numbers = new Map(ids.map((id, number) => [id, number]));
  const histories = town.people.map(({ handle, id, name }) =>
    createHistory({ id, handle, name, lists: [] }),
  );
  const [lists, tasks]: [Ids, Ids] = [new Map(), new Map()];
  const estate = (number: number) => (histories[number] as History).latest();
  const world = { numbers, lists, tasks, estate };
  const authors = town.people.map((person, number) => ({
    voice: createVoice(town, person),
    history: histories[number] as History,
    writer: createWriter({ number, people: ids, lists, tasks }),
  }));
  const voices = [createVoice(town, undefined), ...authors.map(({ voice }) => voice)];
  let news = 0;

  async function run(milliseconds: number): Promise<Checked> {
    const violations: string[] = [];
    const [readTimes, writeTimes]: [number[], number[]] = [[], []];
    let [claims, stalest] = [0, 0];
    const end = performance.now() + milliseconds;

    function wrong(violation: string): void {
      if (violations.length < mostTold) violations.push(violation);
    }

    async function read(voice: Voice): Promise<void> {
      const question = anyQuestion(world, news);
      const low = histories.map((history) => history.answered());
      const began = performance.now();
      const answer = await voice.read(question);
      const ended = performance.now();
      readTimes.push(ended - began);
      const failure = failureOf(answer);
      if (failure !== undefined) return wrong(`a read failed: ${failure}`);
      const reading = { low, high: histories.map((history) => history.sent()), began, ended };
      for (const claim of question.claims(answer.data, voice.asker)) {
        const { lag, violation } = judge(claim, reading, histories);
        claims += 1;
        stalest = Math.max(stalest, lag);
        if (violation !== undefined) wrong(`${voice.asker ?? "a stranger"} read ${violation}`);
      }
    }

    async function write(author: Author): Promise<void> {
      const { history, voice, writer } = author;
      const change = writer.next(history.latest());
      history.send(change.next);
      const began = performance.now();
      const [said, expected] = await change.send(voice.write).catch((error: unknown) => {
        throw new Error(`${change.name} failed: ${error}`);
      });
      writeTimes.push(performance.now() - began);
      history.answer();
      news = authors.indexOf(author);
      const [told, wanted] = [JSON.stringify(said), JSON.stringify(expected)];
      if (told !== wanted) wrong(`${change.name} answered ${told} instead of ${wanted}`);
    }

    /** What fails ends its author: nobody knows what became of the write. */
    async function goOn(work: () => Promise<void>): Promise<void> {
      try {
        while (performance.now() < end && violations.length < mostTold) {
          await work();
          await new Promise((resolve) => setTimeout(resolve, Math.random() * longestRest));
        }
      } catch (error) {
        wrong(String(error));
      }
    }

    // Others go on reading while an author waits, the author too.
    await Promise.all([
      ...authors.map((author) => goOn(() => write(author))),
      ...voices.map((voice) => goOn(() => read(voice))),
    ]);
    const [reads, writes] = [readTimes.length, writeTimes.length];
    return { reads, claims, writes, violations, stalest, readTimes, writeTimes };
  }

  return { run };
}

interface Author {
  readonly voice: Voice;
  readonly history: History;
  readonly writer: Writer;
}

/** In words; undefined when an answer has its data. */
function failureOf({ data, errors = [] }: Answer): string | undefined {
  const failed = errors.filter((error) => !isGone(error));
  return failed.length > 0 || data == null ? JSON.stringify(errors) : undefined;
}

/** A todo whose list went out of sight between two statements of one request is told as missing. */
function isGone({ extensions, path }: AnswerError): boolean {
  return extensions.code === "NOT_FOUND" && path?.join(".") === "todo.list";
}
