/** Of the meaning of tags. */
const prefix = "tag.1:";

/**
 * A key that stands for what contains entities, such as a page or a count, and for what is made of them elsewhere, such as an
 * answer of the gateway. docs/consistency.md has all of them.
 */
export function tagOf(...parts: readonly string[]): string {
  return `${prefix}${parts.join(":")}`;
}

export function isTag(key: string): boolean {
  return key.startsWith(prefix);
}
