import { z } from "zod";

/** The raw environment of the process: names and untouched strings. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A configuration that cannot be used. The message names the variable and says what is allowed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The only place that reads `process.env`. An empty string counts as unset. */
export function readEnv(): Env {
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
}

/** Sets a variable for libraries that offer no other switch. */
export function setEnv(name: string, value: string): void {
  process.env[name] = value;
}

/**
 * Checks the environment against a zod schema whose keys are variable names.
 * @throws ConfigError naming every wrong variable, what it holds and what is allowed.
 */
export function parseEnv<Schema extends z.ZodType>(schema: Schema, env: Env): z.output<Schema> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? "environment");
    return `${name}: ${issue.message}${env[name] === undefined ? " (it is not set)" : ""}`;
  });
  throw new ConfigError(problems.join("; "));
}

/** A TCP port; 0 asks the system for a free one. */
export function port(fallback: number): z.ZodType<number, unknown> {
  return wholeNumber("a port", 0, 65_535, fallback);
}

/** A whole number within bounds, with its unit in the words of the error. */
export function wholeNumber(
  what: string,
  min: number,
  max: number,
  fallback: number,
): z.ZodType<number, unknown> {
  const message = `must be ${what}, a whole number from ${min} to ${max}`;
  return z
    .string()
    .default(String(fallback))
    .refine(
      (text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max,
      message,
    )
    .transform(Number);
}

/** One word out of a list. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
  fallback: Words[number],
): z.ZodType<Words[number], unknown> {
  return z
    .enum(words, { error: `must be one of ${words.join(", ")}` })
    .default(fallback as never) as never;
}

/** Where replicas have things in common; optional everywhere. */
export const redisUrl: z.ZodType<string | undefined, unknown> = z
  .string()
  .regex(/^rediss?:\/\//, "must be a URL that begins with redis:// or rediss://")
  .optional();

/** `name=number` for some of these names, separated by commas; the others are as usual. */
export function numbers<Name extends string>(
  what: string,
  usual: Readonly<Record<Name, number>>,
): z.ZodType<Readonly<Record<Name, number>>, unknown> {
  const entry = /^(\w+)=([1-9]\d{0,8})$/;
  return z
    .string()
    .default("")
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine(
      (list) => list.every((one) => Object.hasOwn(usual, entry.exec(one)?.[1] ?? "")),
      `must be ${what}, separated by commas, out of ${Object.keys(usual).join(", ")}`,
    )
    .transform((list) => {
      const given = list.map((one) => entry.exec(one) ?? []);
      const values = given.map(([, name = "", value]) => [name, Number(value)]);
      return { ...usual, ...Object.fromEntries(values) };
    });
}

/** `development` unless NODE_ENV says `production`; tests run as development. */
export const mode: z.ZodType<"development" | "production", unknown> = z
  .enum(["development", "production", "test"], {
    error: "must be one of development, production, test",
  })
  .default("development")
  .transform((name) => (name === "production" ? "production" : "development"));
