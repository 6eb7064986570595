import { firstShop, type ShopId } from "./shop.ts";

/** A text about one shop, from which the text about any other follows. */
export interface Template {
  readonly bytes: number;
  of(shop: ShopId): Buffer;
  /** Whether these are the bytes of that shop's text; makes no copy. */
  is(bytes: Buffer, shop: ShopId): boolean;
}

/** @param text about the first shop, a character for each byte of it */
export function createTemplate(text: string): Template {
  const buffer = Buffer.from(text, "latin1");
  const places = [...text.matchAll(new RegExp(firstShop, "g"))].map(({ index }) => index);
  function write(shop: ShopId): Buffer {
    const digits = Buffer.from(shop, "latin1");
    for (const place of places) {
      for (let at = 0; at < digits.length; at++) buffer[place + at] = digits[at] ?? 0;
    }
    return buffer;
  }
  return {
    bytes: buffer.length,
    of: (shop) => Buffer.from(write(shop)),
    is: (bytes, shop) => bytes.length === buffer.length && write(shop).equals(bytes),
  };
}
