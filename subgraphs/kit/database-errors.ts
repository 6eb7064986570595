import type { ErrorCode } from "../../runtime/errors.ts";

/** Classes and codes of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const bySqlState: Readonly<Record<string, ErrorCode>> = {
  "40001": "CONFLICT",
  "40P01": "CONFLICT",
  "53300": "DATABASE_UNAVAILABLE",
  "55P03": "DATABASE_TIMEOUT",
  "57014": "DATABASE_TIMEOUT",
  "57P01": "DATABASE_UNAVAILABLE",
  "57P02": "DATABASE_UNAVAILABLE",
  "57P03": "DATABASE_UNAVAILABLE",
};

/** Codes of Prisma: https://www.prisma.io/docs/orm/reference/error-reference */
const byPrismaCode: Readonly<Record<string, ErrorCode>> = {
  P1001: "DATABASE_UNAVAILABLE",
  P1002: "DATABASE_TIMEOUT",
  P1008: "DATABASE_TIMEOUT",
  P1017: "DATABASE_UNAVAILABLE",
  P2024: "DATABASE_UNAVAILABLE",
  P2028: "DATABASE_TIMEOUT",
  P2034: "CONFLICT",
  P2037: "DATABASE_UNAVAILABLE",
};

const connectionCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EHOSTUNREACH",
]);

const connectionWords =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after|server closed the connection/i;

/** The code of the catalogue for an error of pg or Prisma, or undefined when the database is not to blame. */
export function classifyDatabaseError(error: unknown): ErrorCode | undefined {
  if (!isError(error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const known = bySqlState[code] ?? byPrismaCode[code];
  if (known !== undefined) return known;
  if (code.startsWith("08") || connectionCodes.has(code)) return "DATABASE_UNAVAILABLE";
  if (/Query read timeout/.test(error.message)) return "DATABASE_TIMEOUT";
  if (connectionWords.test(error.message)) return "DATABASE_UNAVAILABLE";
  return classifyDatabaseError(error.cause ?? causeOfDriver(error));
}

/** The name of the unique index that a write ran into, or undefined for any other error of pg or Prisma. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!isError(error)) return undefined;
  if ("code" in error && error.code === "23505") {
    return "constraint" in error ? String(error.constraint) : undefined;
  }
  const cause = error.cause ?? causeOfDriver(error);
  if (!(cause instanceof Object)) return undefined;
  const { kind, constraint } = cause as { kind?: string; constraint?: { index?: string } };
  return kind === "UniqueConstraintViolation" ? constraint?.index : violatedConstraint(cause);
}

/** By shape, as the errors of Node's own modules may come from another realm than ours. */
function isError(value: unknown): value is Error {
  return typeof value === "object" && value !== null && "message" in value;
}

/** Prisma keeps the driver's error in `meta.driverAdapterError`. */
function causeOfDriver(error: Error): unknown {
  if (!("meta" in error) || typeof error.meta !== "object" || error.meta === null) return undefined;
  return "driverAdapterError" in error.meta ? error.meta.driverAdapterError : undefined;
}
