import { crc32 } from "node:zlib";

/** What is cached of one entity: its row, or null when there is none. */
export interface Known {
  readonly value: unknown;
}

/** A cached value as text: a checksum over its key and itself, then JSON. */
export function encodeEntry(key: string, value: unknown): string {
  const json = JSON.stringify(value);
  return `${checksum(key, json)}${json}`;
}

/** Undefined for what is not an entry of this key: truncated, of another key, or never written here. */
export function decodeEntry(key: string, text: string): Known | undefined {
  const json = text.slice(checksumLength);
  if (text.slice(0, checksumLength) !== checksum(key, json)) return undefined;
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}

const checksumLength = 8;

function checksum(key: string, json: string): string {
  return crc32(json, crc32(key)).toString(16).padStart(checksumLength, "0");
}
