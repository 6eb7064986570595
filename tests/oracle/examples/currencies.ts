import { compute, type Example, plain, ref, refs } from "../example.ts";

/** One field wants the price in euros, another in dollars, and the client a third currency under the same name. */
export const currencies: Example = {
  ...plain,
  name: "currencies",
  shows: ["@requires with arguments", "@requires of one field with different arguments"],
  subgraphs: {
    catalog: `
      type Query { products: [Product!] product(id: ID!): Product }
      type Product @key(fields: "id") { id: ID! price(currency: Currency = EUR, digits: Int): String rating(of: [Int!]): Int }
      enum Currency { EUR USD YEN }
    `,
    customs: `
      type Query { imported: Product }
      enum Currency { EUR USD YEN }
      type Product @key(fields: "id") {
        id: ID!
        price(currency: Currency = EUR, digits: Int): String @external
        duty: String @requires(fields: "price(currency: EUR)")
      }
    `,
    exports: `
      type Query { exported: [Product] }
      enum Currency { EUR USD YEN }
      type Product @key(fields: "id") {
        id: ID!
        price(currency: Currency = EUR, digits: Int): String @external
        rating(of: [Int!]): Int @external
        rebate: String @requires(fields: "price(currency: USD, digits: 2)")
        rank(scale: Int! = 5): String @requires(fields: "rating(of: [1, 2])")
      }
    `,
    twins: `
      type Query { twin: Product }
      enum Currency { EUR USD YEN }
      type Product @key(fields: "id") {
        id: ID!
        price(currency: Currency = EUR, digits: Int): String @external
        east: String @requires(fields: "price(currency: YEN)")
        west: String @requires(fields: "price(currency: USD)")
      }
    `,
  },
  root: {
    products: refs("Product:1", "Product:2", "Product:3"),
    product: ref("Product:2"),
    imported: ref("Product:1"),
    exported: [null, ref("Product:3")],
    twin: ref("Product:2"),
  },
  things: {
    "Product:1": { id: "1", price: "ten", rating: 3 },
    "Product:2": { id: "2", price: "two", rating: null },
    "Product:3": { id: "3", price: null, rating: 5 },
  },
  computed: {
    "Product.duty": ({ required }) => `duty of ${JSON.stringify(required)}`,
    "Product.rebate": ({ required }) => `rebate of ${JSON.stringify(required)}`,
    "Product.rank": compute<{ scale: number }>(
      ({ required, args: { scale } }) => `${JSON.stringify(required)} of ${scale}`,
    ),
    "Product.east": ({ required }) => `east of ${JSON.stringify(required)}`,
    "Product.west": ({ required }) => `west of ${JSON.stringify(required)}`,
  },
  plannerFaults: ["fetches a field once for two `@requires` with different arguments"],
  ids: ["1", "2", "3"],
};
