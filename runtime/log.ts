import { type Logger, pino } from "pino";

export type Log = Pick<Logger, "trace" | "debug" | "info" | "warn" | "error" | "fatal"> & {
  child(bindings: Record<string, unknown>): Log;
};

export const logLevels = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Structured logs, one JSON object a line, on standard output. Secrets are cut wherever they stand one level deep. */
export function createLog(name: string, level: LogLevel): Log {
  return pino({
    name,
    level,
    base: { name },
    redact: {
      paths: ["authorization", "password", "token", "refreshToken", "email", "variables"].flatMap(
        (field) => [field, `*.${field}`],
      ),
      censor: "[redacted]",
    },
  });
}
