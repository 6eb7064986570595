import { failure } from "../../runtime/errors.ts";
import { isUuid } from "./input.ts";

/** Where a row stands in an order: its key as text, and its id, which breaks ties. */
export interface CursorKey {
  readonly key: string;
  readonly id: string;
}

const longestCursor = 2_048;

/** Opaque to clients: base64url of JSON `[scope, key, id]`. It is a position, not a permission: each read checks the viewer anew. */
export function encodeCursor(scope: string, key: string, id: string): string {
  return Buffer.from(JSON.stringify([scope, key, id])).toString("base64url");
}

/** @throws INVALID_CURSOR when it is not a cursor of this scope, or its key is not one of this order */
export function decodeCursor(
  argument: "after" | "before",
  cursor: string | null | undefined,
  scope: string,
  accepts: (text: string) => boolean,
): CursorKey | undefined {
  if (cursor == null) return undefined;
  const parts = cursor.length <= longestCursor ? parse(cursor) : undefined;
  if (Array.isArray(parts) && parts.length === 3) {
    const [from, key, id]: unknown[] = parts;
    if (from === scope && typeof key === "string" && isUuid(id) && accepts(key)) return { key, id };
  }
  throw failure(
    "INVALID_CURSOR",
    `\`${argument}\` is not a cursor of this connection in this order.`,
    {
      argument,
    },
  );
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
