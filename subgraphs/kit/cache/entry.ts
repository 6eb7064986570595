import { crc32 } from "node:zlib";

/** What is cached of one entity: its row, or null when there is none. */
export interface Known {
  readonly value: unknown;
}

/** As it is kept in Redis. */
export interface Entry extends Known {
  /** Of the shape of its value. */
  readonly version: number;
}

/** An entry as text: a checksum over its key and the rest, its version, and its value as JSON. */
export function encodeEntry(key: string, { value, version }: Entry): string {
  const rest = `${version} ${JSON.stringify(value)}`;
  return `${checksum(key, rest)}${rest}`;
}

/** Undefined for what is not an entry of this key: truncated, of another key, or never written here. */
export function decodeEntry(key: string, text: string): Entry | undefined {
  const rest = text.slice(checksumLength);
  if (text.slice(0, checksumLength) !== checksum(key, rest)) return undefined;
  const space = rest.indexOf(" ");
  try {
    return { version: Number(rest.slice(0, space)), value: JSON.parse(rest.slice(space + 1)) };
  } catch {
    return undefined;
  }
}

const checksumLength = 8;

function checksum(key: string, rest: string): string {
  return crc32(rest, crc32(key)).toString(16).padStart(checksumLength, "0");
}
