import { hash as hashText } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { failure } from "../../runtime/errors.ts";
import type { Question } from "../http/read-question.ts";
import type { ClientName, TrustedDocuments } from "../plan/trusted-documents.ts";

/** A question for a document that no application of this client was built with. */
export interface Untrusted {
  readonly client: ClientName;
  readonly operationName: string | undefined;
  /** SHA-256 of its text, or the id that was asked for. */
  readonly id: string;
  readonly refused: boolean;
}

/**
 * The document of a question that its client may ask for.
 * @returns undefined for any other, where nothing is refused
 * @throws PERSISTED_QUERY_NOT_IN_LIST, QUERY_NOT_IN_SAFELIST
 */
export interface Trust {
  readonly enforced: boolean;
  documentOf(
    question: Pick<Question, "document" | "hash" | "operationName">,
    headers: IncomingHttpHeaders,
  ): string | undefined;
}

/** @param untrusted hears of every question for another document, and whether it was refused */
export function createTrust(
  trusted: Pick<TrustedDocuments, "find" | "includes">,
  mode: "measure" | "enforce",
  untrusted: (one: Untrusted) => void,
): Trust {
  const refused = mode === "enforce";
  return {
    enforced: refused,
    documentOf({ document, hash = "", operationName }, headers) {
      const client = clientOf(headers);
      if (document === undefined) {
        const found = trusted.find(client, hash);
        if (found !== undefined) return found;
        untrusted({ client, operationName, id: hash, refused });
        if (refused) throw failure("PERSISTED_QUERY_NOT_IN_LIST");
        return undefined;
      }
      if (trusted.includes(client, document)) return document;
      untrusted({ client, operationName, id: hashText("sha256", document), refused });
      if (refused) throw failure("QUERY_NOT_IN_SAFELIST");
      return undefined;
    },
  };
}

/** By the headers in which Apollo's clients name themselves. */
function clientOf(headers: IncomingHttpHeaders): ClientName {
  return {
    name: textOf(headers["apollographql-client-name"]),
    version: textOf(headers["apollographql-client-version"]),
  };
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
