import { compute, type Example, fails, plain, ref, refs } from "../example.ts";

/** Fields that have moved from one subgraph to another, or are on their way; a part that clients do not see. */
export const moves: Example = {
  ...plain,
  name: "moves",
  shows: [
    "@override",
    "@inaccessible",
    "@tag",
    "enums, unions and inputs that differ between subgraphs",
  ],
  subgraphs: {
    old: `
      type Query { orders(filter: Filter): [Order!] order(id: ID!, state: State): Order changes: [Change] }
      type Order @key(fields: "id") { id: ID! total: Int state: State note(of: Filter): String secret: Int @inaccessible lines: [Line!] @shareable }
      type Line @shareable { sku: String! count: Int }
      enum State { OPEN PAID SENT }
      input Filter { state: State min: Int tags: [String!] }
      union Change = Order | Refund
      type Refund @key(fields: "id") { id: ID! amount: Int @tag(name: "money") }
      enum Tone { WARM COLD }
    `,
    fresh: `
      type Query { latest(filter: Filter): Order tones: [Tone!] lastChange: Event }
      type Order @key(fields: "id") {
        id: ID!
        total: Int @override(from: "old")
        secret: Int @external
        risk: String @requires(fields: "secret")
        changes: [Event!]
        lines: [Line!] @shareable
      }
      type Line @shareable { sku: String! count: Int }
      input Filter { state: State tags: [String!] internal: Boolean }
      enum State { OPEN PAID SENT }
      union Event = Refund | Note
      type Refund @key(fields: "id") { id: ID! reason: String tone: Tone }
      type Note { text: String! tone: Tone }
      enum Tone { WARM COLD GREY }
    `,
  },
  root: {
    orders: refs("Order:1", "Order:2", "Order:3"),
    order: ref("Order:1"),
    changes: [ref("Order:2"), ref("Refund:r1"), null, ref("Refund:r2")],
    latest: ref("Order:3"),
    tones: ["WARM", "GREY"],
    lastChange: ref("Refund:r2"),
  },
  things: {
    "Order:1": {
      id: "1",
      total: 10,
      state: "OPEN",
      note: "first",
      secret: 3,
      changes: [ref("Refund:r1"), { __typename: "Note", text: "late", tone: "GREY" }],
      lines: [
        { sku: "x", count: 2 },
        { sku: "y", count: null },
      ],
    },
    "Order:2": {
      id: "2",
      total: null,
      state: null,
      note: null,
      secret: null,
      changes: [],
      lines: [],
    },
    "Order:3": {
      id: "3",
      total: 30,
      state: "SENT",
      note: fails("no note was kept"),
      secret: 5,
      changes: null,
      lines: null,
    },
    "Refund:r1": { id: "r1", amount: 5, reason: "broken", tone: "COLD" },
    "Refund:r2": { id: "r2", amount: null, reason: null, tone: "GREY" },
  },
  stale: { old: { "Order:1": { total: 1 }, "Order:2": { total: 2 }, "Order:3": { total: null } } },
  computed: {
    "Order.risk": compute<object, { secret: number | null }>(({ required: { secret } }) =>
      secret === null ? null : `risk ${secret}`,
    ),
  },
  ids: ["1", "2", "r1"],
};
