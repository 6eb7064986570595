import { isDeepStrictEqual } from "node:util";
import { firstShop, type ShopId } from "./shop.ts";
import { createTemplate, type Template } from "./template.ts";

/** What the answers of one gateway to one question have to be. */
export interface Expectation {
  /** @throws Error when it is another answer */
  check(bytes: Buffer, shop: ShopId): void;
  /** Whether the gateway writes the right data in other bytes. */
  otherBytes(): boolean;
}

/**
 * Compares bytes, which costs microseconds. A gateway that writes the same data in another way is parsed once, and then
 * held to its own bytes.
 */
export function createExpectation(right: Template): Expectation {
  let known = right;
  return {
    otherBytes: () => known !== right,
    check(bytes, shop) {
      if (known.is(bytes, shop)) return;
      const { data, errors } = JSON.parse(bytes.toString("utf8"));
      const expected = JSON.parse(right.of(shop).toString("utf8")).data;
      if (errors !== undefined || !isDeepStrictEqual(data, expected))
        throw new Error(`a wrong answer about shop ${shop}: ${bytes.subarray(0, 1_000)}`);
      known = createTemplate(bytes.toString("latin1").replaceAll(shop, firstShop));
    },
  };
}
