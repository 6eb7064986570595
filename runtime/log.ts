import { type DestinationStream, type Logger, pino } from "pino";
import { scrub } from "./scrub.ts";

export type Log = Pick<Logger, "trace" | "debug" | "info" | "warn" | "error" | "fatal"> & {
  child(bindings: Record<string, unknown>): Log;
};

export const logLevels = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * Structured logs, one JSON object a line, on standard output or where they are sent instead. Secrets are cut wherever they
 * stand one level deep, and what looks like one wherever it stands.
 */
export function createLog(name: string, level: LogLevel, to?: DestinationStream): Log {
  return pino(
    {
      name,
      level,
      base: { name },
      serializers: { err: (error: unknown) => describe(error, 0) },
      redact: {
        paths: ["authorization", "password", "token", "refreshToken", "email", "variables"].flatMap(
          (field) => [field, `*.${field}`],
        ),
        censor: "[redacted]",
      },
      hooks: { streamWrite: scrub },
    },
    to ?? pino.destination(1),
  );
}

/** How many causes of an error are told. */
const mostCauses = 5;

/**
 * What went wrong and where. Libraries hang more on their errors, such as the arguments of a command or the values of a
 * row: those are people's.
 */
function describe(error: unknown, depth: number): unknown {
  if (!(error instanceof Error) && !isErrorLike(error)) return String(error);
  const { cause, code, message, name, stack } = error as Error & { code?: unknown };
  return {
    type: name,
    message,
    ...(typeof code === "string" && { code }),
    stack,
    ...(cause !== undefined && depth < mostCauses && { cause: describe(cause, depth + 1) }),
  };
}

/** An error of another realm, or what came of one on its way between processes. */
function isErrorLike(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && "message" in thrown;
}
