/** Tells what is asked for again and again from what is asked for once: to keep something pays only when somebody asks for it again. */
export interface Newcomers {
  /**
   * Whether none of some keys was asked for lately, and more such come than are welcome: the quick answer for most of what is asked for once.
   * They are known from now on.
   * @param prefix of all of them
   */
  turnAway(prefix: string, rests: readonly string[]): boolean;
  /** Whether a key was asked for lately. It is known from now on. */
  meet(key: string): boolean;
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
  /** Of each place the number of a key that is known, and of one that was before; which is which changes with each turn. */
  const numbers = new Int32Array(2 * places);
  let side = 0;
  let turned = performance.now();
  /** New keys that are welcome now. */
  let budget = perSecond;
  let counted = turned;

  function turn(now: number): void {
    const age = now - turned;
    if (age < memory) return;
    // A process that was asked nothing for long knows nothing.
    if (age > 2 * memory) numbers.fill(0);
    side = 1 - side;
    for (let at = side; at < numbers.length; at += 2) numbers[at] = 0;
    turned = now;
  }

  function isKnown(number: number): boolean {
    const at = 2 * (number & (places - 1));
    return numbers[at] === number || numbers[at + 1] === number;
  }

  /** Whether it was known. */
  function note(number: number): boolean {
    const before = isKnown(number);
    numbers[2 * (number & (places - 1)) + side] = number;
    return before;
  }

  /** Lets time pass. */
  function goOn(): void {
    const now = performance.now();
    turn(now);
    budget = Math.min(perSecond, budget + ((now - counted) / 1_000) * perSecond);
    counted = now;
  }

  return {
    turnAway(prefix, rests) {
      goOn();
      if (rests.length <= budget) return false;
      const start = numberOf(prefix);
      const fresh: number[] = [];
      for (const rest of rests) {
        const number = numberOf(rest, start);
        if (isKnown(number)) return false;
        fresh.push(number);
      }
      for (const number of fresh) note(number);
      return true;
    },
    meet(key) {
      turn(performance.now());
      return note(numberOf(key));
    },
    welcome(asked) {
      goOn();
      const again = asked.filter(({ key }) => note(numberOf(key)));
      const fresh = asked.length - again.length;
      if (fresh > budget) return again;
      budget -= fresh;
      return asked;
    },
  };
}

/** FNV-1a, as a signed number of 32 bits. @param start that of what stands before the text */
function numberOf(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}
