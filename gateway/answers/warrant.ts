import type { Position } from "../../runtime/hearing/hearing.ts";
import type { Heard, Source } from "./sources.ts";
import type { Tags } from "./tags.ts";

/** Why something that is kept is right: nothing of these tags was dropped after it was read. */
export interface Warrant {
  readonly source: Source;
  readonly generation: number;
  /** Of the last drop that the subgraph had heard when it began to read. */
  readonly number: number;
  readonly tags: Tags;
}

/**
 * Judges whether what a subgraph has just read is right to keep.
 * @param sent up to where the gateway had heard that subgraph's drops when it asked
 * @returns undefined when nobody knows, or one of the tags was dropped meanwhile
 */
export function warrantOf(
  { at, source, upTo }: Heard,
  sent: Position | undefined,
  tags: Tags,
): Warrant | undefined {
  const position = source.position();
  if (position === undefined || position.at !== at) return undefined;
  const began = upTo ?? (sent?.at === at ? sent : undefined);
  if (began === undefined || began.epoch !== position.epoch) return undefined;
  const warrant = { source, generation: source.generation(), number: began.number, tags };
  return isRight(warrant) ? warrant : undefined;
}

/** Whether nothing was dropped since, as far as this gateway has heard. */
export function isRight({ generation, number, source, tags }: Warrant): boolean {
  return source.generation() === generation && !source.droppedSince(tags, number);
}
