/** About how many bytes a parsed JSON value takes. */
export function weigh(value: unknown): number {
  if (typeof value === "string") return 24 + value.length;
  if (typeof value !== "object" || value === null) return 8;
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + weigh(item), 32);
  let sum = 40;
  for (const key in value) sum += 8 + weigh((value as Readonly<Record<string, unknown>>)[key]);
  return sum;
}

/** The same of JSON as bytes, be it parsed later or not. */
export function weighBody(body: Buffer): number {
  return 3 * body.length;
}
