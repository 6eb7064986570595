/** Lengths are bounded, so that no text takes more than its length to look through. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // Credentials in a URL, before addresses: what follows them looks like one.
  [/:\/\/[^\s/@"\\]{1,512}@/g, "://[redacted]@"],
  [/[^\s"'`<>()\\,;:=@[\]]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, "[e-mail]"],
  // Tokens that carry claims, whole or in pieces.
  [/\beyJ[\w-]+(?:\.[\w-]*){0,4}/g, "[token]"],
  [/\b(bearer)\s{1,8}[\w.~+/-]{8,}=*/gi, "$1 [token]"],
];

/** A text without what looks like a credential or an e-mail address, for who reads logs. */
export function scrub(text: string): string {
  return patterns.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}
