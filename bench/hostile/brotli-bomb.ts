import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { constants, createBrotliCompress } from "node:zlib";

/** Bytes compressed at a time, and how often: a gibibyte. */
const [part, parts] = [16 * 1024 * 1024, 64];

/** Less than a kilobyte that becomes a gibibyte of spaces; takes seconds to make. */
export async function makeBrotliBomb(): Promise<Buffer> {
  const spaces = Buffer.alloc(part, " ");
  const brotli = createBrotliCompress({
    params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  return buffer(Readable.from(Array.from({ length: parts }, () => spaces)).pipe(brotli));
}
