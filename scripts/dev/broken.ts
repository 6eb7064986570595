import { relative } from "node:path";

/** A change that cannot go live. Each line of the message says where it is wrong, what, and what to do. */
export class Broken extends Error {
  override readonly name = "Broken";
}

export interface Fault {
  /** Absolute path; undefined when nobody knows. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  readonly message: string;
  readonly hint: string;
}

/** `path:line: message. What to do: hint.`, the path from where the reader is. */
export function describeFault({ file, hint, line, message }: Fault): string {
  const path = file === undefined ? "" : relative(process.cwd(), file) || file;
  const place = path === "" ? "" : `${path}${line === undefined ? "" : `:${line}`}: `;
  return `${place}${message.replace(/[.\s]*$/, ".")} What to do: ${hint}`;
}
