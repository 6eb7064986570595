import type { GraphQLFormattedError } from "graphql";
import { catalogue, codeOf, type ErrorCode, failure, isErrorCode } from "./errors.ts";

export interface MaskOptions {
  /** Development shows validation suggestions ("Did you mean …"); production does not. */
  readonly development: boolean;
  /** Turns an unexpected error, such as one of a driver, into a code of the catalogue. */
  readonly classify?: (error: unknown) => ErrorCode | undefined;
  /** Hears of every error that the catalogue does not know. */
  readonly unexpected: (error: unknown) => void;
}

/**
 * The last thing that an error meets on its way out, the same in every process. Errors of the catalogue pass
 * with their code and details; anything else becomes one of them, without its words, stack or cause.
 */
export function createErrorMask(
  options: MaskOptions,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const place = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    const cause = innermost(error);
    const code = codeOf(cause) ?? codeOf(formatted);
    if (code === undefined || code === "INTERNAL_SERVER_ERROR") {
      const known = options.classify?.(cause) ?? coercion(formatted, cause);
      if (known === undefined) options.unexpected(cause);
      const masked = failure(
        known ?? "INTERNAL_SERVER_ERROR",
        known === "BAD_USER_INPUT" ? formatted.message : undefined,
      );
      return { message: masked.message, ...place, extensions: masked.extensions };
    }
    const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
    const message = options.development
      ? formatted.message
      : formatted.message.replace(/ Did you mean [^?]*\?/g, "");
    return { message, ...place, extensions: { ...extensions, code } };
  };
}

/** The error behind the wrappers of graphql-js and Apollo Server. They wrap as "not an error" what another realm threw. */
function innermost(error: unknown): unknown {
  let current = error;
  for (;;) {
    if (typeof current !== "object" || current === null) return current;
    const within =
      "originalError" in current
        ? current.originalError
        : "thrownValue" in current
          ? current.thrownValue
          : undefined;
    if (typeof within !== "object" || within === null) return current;
    current = within;
  }
}

/** graphql-js throws plain errors when an argument given by a variable cannot be coerced during execution. */
function coercion(formatted: GraphQLFormattedError, cause: unknown): ErrorCode | undefined {
  const code = formatted.extensions?.["code"];
  if (isErrorCode(code) && catalogue[code].fault === "client") return code;
  return cause instanceof Error && /^(Argument|Variable) "/.test(cause.message)
    ? "BAD_USER_INPUT"
    : undefined;
}
