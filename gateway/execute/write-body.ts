import type { GraphQLFormattedError } from "graphql";
import { catalogue, isErrorCode } from "../../runtime/errors.ts";
import type { Gathering } from "../answers/gathering.ts";
import type { Answer } from "../request.ts";
import type { Refusal } from "./reply.ts";
import type { Result } from "./run/link-program.ts";

export const noHeaders: ReadonlyMap<string, string> = new Map();

export type FormatError = (error: GraphQLFormattedError, cause: unknown) => GraphQLFormattedError;

/** Writes what becomes of an operation as clients get it. */
export interface WriteBody {
  /** The body of an operation that has run. @param gathering what its parts were taken from; undefined: nothing is kept */
  ran(result: Result, gathering: Gathering | undefined): string;
  /** The answer to an operation that is not run, by the code of its first error. */
  refused(errors: Refusal): Answer;
}

export function createWriteBody(formatError: FormatError): WriteBody {
  const format = (error: GraphQLFormattedError): GraphQLFormattedError => formatError(error, error);
  return {
    ran({ data, errors }, gathering) {
      if (errors.length > 0) gathering?.spoil();
      const stale = gathering?.stale() ?? [];
      const more = stale.length === 0 ? "" : `,"extensions":${JSON.stringify({ stale })}`;
      if (errors.length === 0) return `{"data":${data}${more}}`;
      return `{"errors":${JSON.stringify(errors.map(format))},"data":${data}${more}}`;
    },
    refused(errors) {
      const formatted = errors.map(format);
      const code = formatted[0]?.extensions?.["code"];
      const status = isErrorCode(code) ? catalogue[code].status : 500;
      return {
        status,
        headers: noHeaders,
        body: JSON.stringify({ errors: formatted }),
        code: isErrorCode(code) ? code : "INTERNAL_SERVER_ERROR",
      };
    },
  };
}
