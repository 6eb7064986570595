import type { Position } from "../../runtime/hearing/hearing.ts";
import type { Source, Sources } from "./sources.ts";

/** Why something that is kept is right: nothing of these tags was dropped after it was read. */
export interface Warrant {
  readonly source: Source;
  readonly generation: number;
  /** Of the last drop that the subgraph had heard when it began to read. */
  readonly number: number;
  readonly tags: readonly string[];
}

/** `supergraph:users:0123456789ab:ba9876543210: EPOCH 17`; `*` for the last two: later than everything committed before it was asked. */
const form = /^(\S{1,200}) (\S{1,64}) (\d{1,15}|\*)$/;

/**
 * Judges whether what a subgraph has just read is right to keep.
 * @param heard under which names it drops, and which drops what it read is later than
 * @param sent up to where the gateway had heard that subgraph's drops when it asked
 * @returns undefined when nobody knows, or one of the tags was dropped meanwhile
 */
export function warrantOf(
  sources: Sources,
  heard: string,
  sent: Position | undefined,
  tags: readonly string[],
): Warrant | undefined {
  const [, names = "", epoch = "", number = ""] = form.exec(heard) ?? [];
  const source = sources.of(names);
  const position = source?.position();
  if (source === undefined || position === undefined || position.at !== names) return undefined;
  const began = number === "*" ? sent : { at: names, epoch, number: Number(number) };
  if (began === undefined || began.at !== names || began.epoch !== position.epoch) return undefined;
  const warrant = { source, generation: source.generation(), number: began.number, tags };
  return isRight(warrant) ? warrant : undefined;
}

/** Whether nothing was dropped since, as far as this gateway has heard. */
export function isRight({ generation, number, source, tags }: Warrant): boolean {
  return source.generation() === generation && !source.droppedSince(tags, number);
}
