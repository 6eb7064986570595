import type { Example } from "./example.ts";
import { borders } from "./examples/borders.ts";
import { contexts } from "./examples/contexts.ts";
import { currencies } from "./examples/currencies.ts";
import { ledger } from "./examples/ledger.ts";
import { media } from "./examples/media.ts";
import { moves } from "./examples/moves.ts";
import { newsroom } from "./examples/newsroom.ts";
import { parcels } from "./examples/parcels.ts";
import { reviews } from "./examples/reviews.ts";
import { shelves } from "./examples/shelves.ts";
import { staff } from "./examples/staff.ts";

/** Each is a small supergraph; together they use every feature of federation that a query can meet. */
export const examples: readonly Example[] = [
  parcels,
  currencies,
  reviews,
  media,
  staff,
  moves,
  shelves,
  newsroom,
  ledger,
  borders,
  contexts,
];
