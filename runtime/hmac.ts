import { createHmac, createSecretKey, hash } from "node:crypto";

/** Bytes of a block of SHA-256, and of its result. */
const [block, digest] = [64, 32];
/** Bytes for texts that are usual: what is longer costs so much anyway that nothing is won. */
const room = 64 * 1024;

/** HMAC-SHA256 over a text and a body after it, as base64url. */
export type Hmac = (text: string, body: string | Buffer) => string;

/**
 * Makes HMACs with one key, as RFC 2104 has them: `H(key ^ outer pad, H(key ^ inner pad, message))`. `createHmac` makes two native
 * objects for each, which are then to be collected; hashing at once makes none and takes half of the time.
 * @param key of 64 bytes at most
 */
export function createHmacs(key: Uint8Array): Hmac {
  const secret = createSecretKey(key);
  const inner = Buffer.alloc(room, 0x36);
  const outer = Buffer.alloc(block + digest, 0x5c);
  for (const [at, byte] of key.entries()) {
    inner.writeUInt8(byte ^ 0x36, at);
    outer.writeUInt8(byte ^ 0x5c, at);
  }

  return (text, body) => {
    // A character of UTF-16 is three bytes at most.
    if (block + 3 * (text.length + body.length) > room) {
      return createHmac("sha256", secret).update(text).update(body).digest("base64url");
    }
    let end = block + inner.write(text, block);
    end += typeof body === "string" ? inner.write(body, end) : body.copy(inner, end);
    outer.write(hash("sha256", inner.subarray(0, end), "binary"), block, "latin1");
    return hash("sha256", outer, "base64url");
  };
}
