/**
 * Tells what is asked for again and again from what is asked for once. To look for something in Redis, to put it there and to keep a copy
 * costs more than reading it from the database; that pays only when somebody asks for it again.
 */
export interface Newcomers {
  /**
   * Those of some keys that are worth it: the ones that were asked for lately, and newcomers while few come. The others are known when they
   * come again.
   */
  welcome<Asked extends { readonly key: string }>(asked: readonly Asked[]): readonly Asked[];
}

export interface NewcomersOptions {
  /** So many new keys a second cost little, and are welcome at once. */
  readonly perSecond: number;
  /** Milliseconds for which a key is known at least, as long as no other takes its place. */
  readonly memory: number;
  /** Places for keys, a power of two; each key has one. */
  readonly places: number;
}

/**
 * What is known is kept as one number for each key, and not as the key: it must cost next to nothing. Two keys with the same number, one
 * in four billion, are one key here, which does no harm.
 */
export function createNewcomers({ memory, perSecond, places }: NewcomersOptions): Newcomers {
  let known = new Int32Array(places);
  /** What was known before that. */
  let fading = new Int32Array(places);
  let turned = performance.now();
  /** New keys that are welcome now. */
  let budget = perSecond;
  let counted = turned;

  function turn(now: number): void {
    const age = now - turned;
    if (age < memory) return;
    [known, fading] = [fading, known];
    known.fill(0);
    // A process that was asked nothing for long knows nothing.
    if (age > 2 * memory) fading.fill(0);
    turned = now;
  }

  /** Whether it was known. */
  function meet(key: string): boolean {
    const number = numberOf(key);
    const place = number & (places - 1);
    if (known[place] === number) return true;
    known[place] = number;
    return fading[place] === number;
  }

  return {
    welcome(asked) {
      const now = performance.now();
      turn(now);
      budget = Math.min(perSecond, budget + ((now - counted) / 1_000) * perSecond);
      counted = now;
      const again = asked.filter(({ key }) => meet(key));
      const fresh = asked.length - again.length;
      if (fresh > budget) return again;
      budget -= fresh;
      return asked;
    },
  };
}

/** FNV-1a, as a signed number of 32 bits. */
function numberOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  return hash;
}
