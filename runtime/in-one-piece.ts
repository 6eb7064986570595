/**
 * Puts a key together, with spaces between. Unlike what a template makes, it is one text for V8 as well, which is compared with another at
 * once; a rope is compared piece by piece, by a call out of what is compiled.
 */
export function inOnePiece(...parts: readonly (string | number)[]): string {
  return parts.join(" ");
}
