import { hash } from "node:crypto";
import { catalogue } from "../../runtime/errors.ts";
import type { Position } from "../../runtime/hearing/hearing.ts";
import { inOnePiece } from "../../runtime/in-one-piece.ts";
import type { Keeping } from "../plan/program.ts";
import type { SubgraphAnswer, SubgraphError } from "../upstream/send.ts";
import { SubgraphFault } from "../upstream/subgraph-fault.ts";
import type { Gathering } from "./gathering.ts";
import { KeptData } from "./kept-data.ts";
import type { Sources } from "./sources.ts";
import type { Candidate, Entry, Freshness, Store } from "./store.ts";
import { fillEntityTags, fillTags, type Tags, type TagValues } from "./tags.ts";
import { warrantOf } from "./warrant.ts";
import type { AnswersWatch } from "./watch.ts";
import { weigh, weighBody } from "./weigh.ts";

/** A call whose answer may be kept, as a fetch makes it. */
export interface KeepableCall {
  readonly subgraph: string;
  readonly document: string;
  /** Tells apart what is asked, and of which subgraph, but for the variables. */
  readonly question: string;
  /** JSON text of an object. */
  readonly variables: string;
  readonly prefix: readonly string[];
  readonly keeping: Keeping | undefined;
  /** Of a call for entities: the texts of their representations, and the rest of `variables` behind them. */
  readonly entities: { readonly texts: readonly string[]; readonly rest: string } | undefined;
}

/** An answer, and up to where its subgraph's drops had been heard when it was asked. */
export interface HeardAnswer extends SubgraphAnswer {
  readonly sent?: Position | undefined;
}

export interface KeptCallsOptions {
  readonly store: Store<unknown>;
  readonly sources: Sources;
  /** Milliseconds for which an old copy may stand in for a subgraph that gives no answer. */
  readonly staleFor: number;
  readonly watch: AnswersWatch;
}

export type KeptCalls = <Call extends KeepableCall>(
  call: Call,
  keeping: Keeping,
  /** What tells apart for whom it is kept, and all else that it depends on beside the call. */
  owner: string,
  values: TagValues,
  gathering: Gathering,
  /** @param key tells the call apart from every other, and for whom it is made */
  make: (call: Call, key?: string) => Promise<HeardAnswer>,
) => Promise<SubgraphAnswer>;

/** Answers calls from what earlier ones gave: calls of a root type as a whole, calls for entities one by one. */
export function createKeptCalls(options: KeptCallsOptions): KeptCalls {
  const { sources, staleFor, store, watch } = options;

  function old(
    key: string,
    { prefix, subgraph }: KeepableCall,
    gathering: Gathering,
  ): Entry<unknown> | undefined {
    const entry = store.undropped(key);
    if (entry === undefined || performance.now() - entry.end > staleFor) return undefined;
    const age = Math.floor((performance.now() - entry.born) / 1_000);
    gathering.addStale({ path: prefix, service: subgraph, age });
    watch.stale(subgraph);
    return entry;
  }

  /** Undefined: it may not be kept. */
  function freshnessOf(
    { heard, sent }: HeardAnswer,
    { maxAge }: Keeping,
    born: number,
    tags: Tags | undefined,
  ): Freshness | undefined {
    if (tags === undefined) return undefined;
    const end = born + maxAge * 1_000;
    // Where nothing tells of drops, time alone is what the schema asks for.
    if (tags === "") return heard === undefined ? { born, end, warrants: [] } : undefined;
    const said = heard === undefined ? undefined : sources.read(heard);
    const warrant = said && warrantOf(said, sent, tags);
    return warrant && { born, end, warrants: [warrant] };
  }

  /** How fresh something is takes long to say, and most often nobody asks: neither is it kept, nor may its client store it. */
  function keep(
    key: string,
    freshness: () => Freshness | undefined,
    weighed: () => { readonly value: unknown; readonly bytes: number },
    gathering: Gathering,
  ): void {
    gathering.addNew(freshness);
    store.put(key, (): Candidate<unknown> | undefined => {
      const fresh = freshness();
      if (fresh === undefined) return undefined;
      const { bytes, value } = weighed();
      return { entry: { ...fresh, value }, bytes };
    });
  }

  const keepCalls: KeptCalls = async (call, keeping, owner, values, gathering, make) => {
    if (call.entities !== undefined) {
      return keepEntities(
        { ...call, entities: call.entities },
        keeping,
        owner,
        values,
        gathering,
        make,
      );
    }
    const key = inOnePiece(owner, call.question, shortOf(call.variables));
    const known = store.fresh(key);
    watch.looked("fetch", known === undefined ? 0 : 1, known === undefined ? 1 : 0);
    if (known !== undefined) {
      gathering.addKept(known);
      return { data: (known.value as KeptData).read(), errors: [] };
    }
    const born = performance.now();
    try {
      const answer = await make(call, key);
      const { body, data, errors } = answer;
      if (data === null || errors.length > 0 || body === undefined) gathering.spoil();
      else {
        keep(
          key,
          () => freshnessOf(answer, keeping, born, fillTags(keeping.tags, values)),
          () => ({ value: new KeptData(body, call.document), bytes: weighBody(body) }),
          gathering,
        );
      }
      return answer;
    } catch (error) {
      const stale = isOutage(error) ? old(key, call, gathering) : undefined;
      if (stale === undefined) throw error;
      return { data: (stale.value as KeptData).read(), errors: [] };
    }
  };

  async function keepEntities<Call extends KeepableCall>(
    call: Call & { readonly entities: NonNullable<KeepableCall["entities"]> },
    keeping: Keeping,
    owner: string,
    values: TagValues,
    gathering: Gathering,
    make: (call: Call) => Promise<HeardAnswer>,
  ): Promise<SubgraphAnswer> {
    const { rest, texts } = call.entities;
    const question = inOnePiece(owner, call.question, rest);
    const keys = texts.map((text) => inOnePiece(question, text));
    const entities: unknown[] = [];
    const missing: number[] = [];
    for (let index = 0; index < keys.length; index++) {
      const known = store.fresh(keys[index] ?? "");
      if (known === undefined) missing.push(index);
      else {
        gathering.addKept(known);
        entities[index] = known.value;
      }
    }
    watch.looked("entity", texts.length - missing.length, missing.length);
    if (missing.length === 0) return { data: { _entities: entities }, errors: [] };
    const asked = missing.map((index) => texts[index] ?? "");
    const variables = `{"representations":[${asked.join()}]${rest}`;
    const born = performance.now();
    let answer: HeardAnswer;
    try {
      const all = missing.length === texts.length;
      answer = await make(all ? call : { ...call, variables, entities: { rest, texts: asked } });
    } catch (error) {
      if (!isOutage(error)) throw error;
      const found = missing.map((index) => ({
        index,
        stale: old(keys[index] ?? "", call, gathering),
      }));
      if (found.every(({ stale }) => stale === undefined) && missing.length === texts.length)
        throw error;
      gathering.spoil();
      for (const { index, stale } of found) entities[index] = stale?.value ?? null;
      const errors = found.flatMap(({ index, stale }) =>
        stale === undefined ? [missingEntity(error, call.subgraph, index)] : [],
      );
      return { data: { _entities: entities }, errors };
    }
    const given = answer.data?.["_entities"];
    const errors = answer.errors.map((error) => atIndex(error, missing));
    if (!Array.isArray(given) || given.length !== missing.length) {
      gathering.spoil();
      return { data: null, errors };
    }
    const failed = failedAmong(errors);
    if (failed.size > 0) gathering.spoil();
    given.forEach((entity: unknown, place) => {
      const index = missing[place] ?? 0;
      entities[index] = entity;
      if (failed.has("all") || failed.has(index)) return;
      keep(
        keys[index] ?? "",
        () => {
          const tags = fillEntityTags(keeping.tags, values, texts[index] ?? "{}");
          return freshnessOf(answer, keeping, born, tags);
        },
        () => ({ value: entity, bytes: weigh(entity) }),
        gathering,
      );
    });
    return { data: { _entities: entities }, errors };
  }

  return keepCalls;
}

/** Characters of a name that is kept with what it names, at most. */
const maxName = 256;

/** A text that stands for another, and for no other. */
function shortOf(text: string): string {
  return text.length <= maxName ? text : hash("sha256", text, "base64url");
}

/** Not a client that has left: there is nobody to answer. */
function isOutage(error: unknown): error is SubgraphFault {
  return error instanceof SubgraphFault && error.code !== "CLIENT_CLOSED_REQUEST";
}

function missingEntity({ code }: SubgraphFault, service: string, index: number): SubgraphError {
  const message = catalogue[code].sentence;
  return { message, path: ["_entities", index], extensions: { code, service } };
}

/** An error of a call for some of the entities as one of a call for all. */
function atIndex(error: SubgraphError, asked: readonly number[]): SubgraphError {
  const [field, place, ...rest] = error.path ?? [];
  const index = field === "_entities" && typeof place === "number" ? asked[place] : undefined;
  return index === undefined ? error : { ...error, path: ["_entities", index, ...rest] };
}

/** Which entities have an error; `all` when there is one that says not which. */
function failedAmong(errors: readonly SubgraphError[]): ReadonlySet<number | "all"> {
  return new Set(
    errors.map(({ path = [] }) => {
      const [field, place] = path;
      return field === "_entities" && typeof place === "number" ? place : "all";
    }),
  );
}
