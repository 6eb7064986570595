import { type Example, plain, ref, refs } from "../example.ts";

/** A price is in the currency of the account that it is seen under. */
export const contexts: Example = {
  ...plain,
  name: "contexts",
  shows: ["@context and @fromContext"],
  subgraphs: {
    accounts: `
      type Query { accounts: [Account!] guest: Guest }
      type Account @key(fields: "id") @context(name: "viewer") { id: ID! currency: String! basket: [Item] best: Item }
      type Guest @key(fields: "id") @context(name: "viewer") { id: ID! currency: String! best: Item }
      type Item @key(fields: "id") { id: ID! price(round: Boolean, currency: String @fromContext(field: "$viewer { currency }")): String }
    `,
    stock: `
      type Query { items: Int }
      type Item @key(fields: "id") { id: ID! stock: Int label(long: Boolean): String }
    `,
  },
  root: { accounts: refs("Account:1", "Account:2"), guest: ref("Guest:g"), items: 2 },
  things: {
    "Account:1": {
      id: "1",
      currency: "EUR",
      basket: [ref("Item:a"), null, ref("Item:b")],
      best: ref("Item:b"),
    },
    "Account:2": { id: "2", currency: "USD", basket: refs("Item:b", "Item:a"), best: null },
    "Guest:g": { id: "g", currency: "YEN", best: ref("Item:a") },
    "Item:a": { id: "a", price: "1", stock: 3, label: "apple" },
    "Item:b": { id: "b", price: "2", stock: null, label: null },
  },
  ids: ["1", "a"],
};
