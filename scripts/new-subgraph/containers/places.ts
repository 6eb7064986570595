import {
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Node,
  parseDocument,
  type YAMLMap,
} from "yaml";

/** Whole lines of a text, by the offsets of their first character and of the first character behind them. */
export type Place = readonly [start: number, end: number];

/** Undefined when one of the patterns is found nowhere or more than once. Each ends with a line break. */
export function placesOfPatterns(
  text: string,
  patterns: readonly RegExp[],
): readonly Place[] | undefined {
  const places = patterns.map((pattern): Place | undefined => {
    const [found, ...more] = text.matchAll(new RegExp(pattern, "gm"));
    if (found === undefined || more.length > 0) return undefined;
    return [found.index, found.index + found[0].length];
  });
  return allOf(places);
}

/** An entry of a map in a YAML file: the keys that lead to the map, and the entry's own. */
export type YamlEntry = readonly [map: readonly string[], key: string];

/** Undefined when an entry is missing, or does not have its lines for itself. */
export function placesOfEntries(
  text: string,
  entries: readonly YamlEntry[],
): readonly Place[] | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const places = entries.map(([path, key]) => {
    const map = document.getIn(path, true);
    return isMap(map) && map.flow !== true ? linesOf(text, map, key) : undefined;
  });
  return allOf(places);
}

function linesOf(text: string, map: YAMLMap, key: string): Place | undefined {
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  const from = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  const to = isNode(pair?.value) ? endOf(pair.value) : undefined;
  if (from === undefined || to === undefined) return undefined;
  const start = text.lastIndexOf("\n", from) + 1;
  const end = text.indexOf("\n", to - 1) + 1;
  return end > 0 && text.slice(start, from).trim() === "" ? [start, end] : undefined;
}

/** Behind the last value in a node: the range of a block goes on to the comments before what follows it. */
function endOf(node: Node): number | undefined {
  const last = isCollection(node) && node.flow !== true ? node.items.at(-1) : undefined;
  if (isPair(last)) return isNode(last.value) ? endOf(last.value) : undefined;
  return isNode(last) ? endOf(last) : node.range?.[1];
}

function allOf(places: readonly (Place | undefined)[]): readonly Place[] | undefined {
  const found = places.filter((place) => place !== undefined);
  return found.length === places.length ? found : undefined;
}
