import type { Fetch, Program } from "../../plan/program.ts";
import { askEntities, askRoot, type LinkedFetch, linkHead, nothingGiven } from "./ask.ts";
import type { LinkedPlaces } from "./gather.ts";
import { linkRepresent, type Represent } from "./represent.ts";
import { rewriteText } from "./rewrite.ts";
import type { Entity, Given, KnownEntities, Run } from "./run.ts";
import { linkTargets, type Target } from "./targets.ts";

/** Runs one node of a plan. It never rejects for what a subgraph does: that is in the answer. */
export type RunStep = (run: Run) => Promise<void> | void;

/** What the other fetches of its program are to a fetch of entities. */
interface Others {
  /** See `findAlike`. */
  readonly alike: number | undefined;
  /** Whether what it gives for one representation may differ from place to place later. */
  readonly apart: boolean;
}

/** Links a fetch: asks a subgraph and notes what it gives for the objects that it is of. */
export function linkFetch(
  program: Program,
  index: number,
  linked: LinkedPlaces,
  others: Others,
): RunStep {
  const fetch = linkHead(program.fetches[index] as Fetch);
  const place = linked.places[fetch.place];
  const join = place?.joins.indexOf(index) ?? -1;
  const gather = linked.gathers[fetch.place];
  if (place === undefined || gather === undefined || join < 0)
    throw new Error("a fetch of nothing");
  if (fetch.requires === undefined) {
    return linkRootFetch(fetch, join, (run) => gather(run).entities);
  }
  const represent = withRewrites(fetch, linkRepresent(fetch.requires, place, linked.places));
  return linkEntityFetch(fetch, join, linkTargets(fetch, linked), represent, others);
}

/** What it gives stands at every object of the place: one, unless a mutation's payload leads back to the root type. */
function linkRootFetch(
  fetch: LinkedFetch,
  join: number,
  entities: (run: Run) => readonly Entity[],
): RunStep {
  return async (run) => {
    const targets = entities(run);
    if (targets.length === 0) return;
    const given = await askRoot(fetch, run);
    for (const entity of targets) entity.given[join] = given;
  };
}

/** Representations that travel in one call, and what is given for each. */
interface Parcel {
  readonly variables: string;
  readonly texts: string[];
  readonly asked: Given[];
}

/**
 * Asks for entities, for each of them once however often it stands at the place. Fetches of a query that ask the same
 * subgraph the same, at different places, do not ask for an entity again that one of them has asked for.
 */
function linkEntityFetch(
  fetch: LinkedFetch,
  join: number,
  targets: (run: Run) => readonly Target[],
  represent: Represent,
  { alike, apart }: Others,
): RunStep {
  return async (run) => {
    const known = alike === undefined ? undefined : knownEntities(run, alike);
    const given = known?.given ?? new Map<string, Given>();
    const parcels: Parcel[] = [];
    const copies: Target[] = [];
    for (const target of targets(run)) {
      const { entity, variables } = target;
      const text = represent(entity.sample, entity, run);
      if (text === undefined) continue;
      const name = variables === "" ? text : `${text} ${variables}`;
      let one = given.get(name);
      if (one === undefined) {
        one = nothingGiven();
        given.set(name, one);
        put(parcels, variables, text, one);
      } else if (apart) copies.push(target);
      entity.given[join] = one;
    }
    const asking = parcels.map(({ asked, texts, variables }) =>
      askEntities(fetch, run, texts, variables, asked),
    );
    if (known !== undefined) await waitForAll(known, asking);
    else if (asking.length === 1) await asking[0];
    else await Promise.all(asking);
    for (const { entity } of copies) {
      const one = entity.given[join] as Given;
      entity.given[join] = { ...one, data: structuredClone(one.data) };
    }
  };
}

/** Waits for one's own calls, and for those of others who have asked for the same before. */
async function waitForAll(
  { waiting }: KnownEntities,
  asking: readonly Promise<void>[],
): Promise<void> {
  const others = [...waiting];
  for (const one of asking) waiting.add(one);
  await Promise.all(asking);
  for (const one of asking) waiting.delete(one);
  await Promise.all(others);
}

function put(parcels: Parcel[], variables: string, text: string, given: Given): void {
  const parcel = parcels.find((one) => one.variables === variables);
  if (parcel === undefined) parcels.push({ variables, texts: [text], asked: [given] });
  else {
    parcel.texts.push(text);
    parcel.asked.push(given);
  }
}

function withRewrites({ inputRewrites }: Fetch, represent: Represent): Represent {
  if (inputRewrites.length === 0) return represent;
  return (position, entity, run) => {
    const text = represent(position, entity, run);
    return text === undefined ? undefined : rewriteText(text, inputRewrites);
  };
}

function knownEntities(run: Run, alike: number): KnownEntities {
  const known = run.known[alike] ?? { given: new Map(), waiting: new Set() };
  run.known[alike] = known;
  return known;
}
