import { z } from "zod";
import { failure } from "../../runtime/errors.ts";

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && uuidPattern.test(value);
}

/** An id that a client sent. @throws BAD_USER_INPUT naming the argument */
export function parseId(argument: string, id: string): string {
  if (isUuid(id)) return id.toLowerCase();
  throw failure("BAD_USER_INPUT", `\`${argument}\` is not a UUID.`, { argument });
}

/**
 * Checks an input object against a zod schema. The messages speak of what is allowed, never repeat what was sent.
 * @throws BAD_USER_INPUT with the path of the first wrong value in `argument`, all of them in `problems`
 */
export function parseInput<Schema extends z.ZodType>(
  argument: string,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({
    argument: [argument, ...issue.path.map(String)].join("."),
    message: issue.message,
  }));
  const [first] = problems;
  throw failure("BAD_USER_INPUT", `\`${first?.argument}\` ${first?.message}.`, {
    argument: first?.argument,
    problems,
  });
}

/** Text of one line: trimmed, NFC, no control characters, no lone surrogates. Emoji and right-to-left text are text. */
export function line(min: number, max: number): z.ZodType<string, unknown> {
  return text(min, max, "one line of", forbiddenInLine);
}

/** Text of several lines: as `line`, with tabs and line feeds. */
export function lines(max: number): z.ZodType<string, unknown> {
  return text(0, max, "text of", forbiddenInLines);
}

// U+2028 and U+2029 break lines; U+202A–U+202E and U+2066–U+2069 turn the text around them.
const forbiddenInLine = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const forbiddenInLines = /(?![\t\n])[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;

function text(
  min: number,
  max: number,
  what: string,
  forbidden: RegExp,
): z.ZodType<string, unknown> {
  const message = `must be ${what} ${min} to ${max} characters, without control characters`;
  return z
    .string({ error: message })
    .transform((value) => value.normalize("NFC").replaceAll("\r\n", "\n").trim())
    .refine((value) => {
      const length = [...value].length;
      return length >= min && length <= max && !forbidden.test(value);
    }, message);
}

/** A UUID as an input field. */
export const id: z.ZodType<string, unknown> = z
  .string({ error: "must be a UUID" })
  .refine(isUuid, "must be a UUID")
  .transform((value) => value.toLowerCase());
