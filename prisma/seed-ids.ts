/** The first millisecond of made-up ids: long before any real one, so the two never mix. */
const epoch = Date.UTC(2020, 0, 1);
/** There is room for so many rows of a kind. */
const room = 1_000_000_000;

const kinds = { user: 1, list: 2, todo: 3 } as const;
export type SeedKind = keyof typeof kinds;

/**
 * The UUIDv7 of the made-up user, list or todo with a number from 0: the same on every machine, which is how the two
 * databases agree on users without knowing each other. Ids rise with their numbers.
 */
export function seedId(kind: SeedKind, index: number): string {
  const time = hex(epoch + index, 12);
  const draw = createDraws(kind, index);
  const bits = (width: number): number => Math.floor(draw() * 2 ** width);
  const random = `7${hex(bits(12), 3)}-${hex(0x8000 + bits(14), 4)}-${hex(bits(24), 6)}${hex(bits(24), 6)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${random}`;
}

/** The number of a made-up id. */
export function seedIndex(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16) - epoch;
}

/** Every made-up id is from the first of these and below the second. */
export function seedRange(): readonly [from: string, below: string] {
  const bound = (index: number): string => {
    const time = hex(epoch + index, 12);
    return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
  };
  return [bound(0), bound(room)];
}

/** Random numbers from 0 to below 1 that belong to one row: always the same sequence (mulberry32). */
export function createDraws(kind: SeedKind, index: number): () => number {
  let state = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(kinds[kind], 0x85ebca6b);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}
