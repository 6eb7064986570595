import { byId, compute, type Example, fails, plain, ref, refs } from "../example.ts";

type Size = { readonly width: number | null; readonly height?: number | null } | null;

/** The price of a parcel needs its weight; its tax needs the price; an insurance needs both, and the boxes inside. */
export const parcels: Example = {
  ...plain,
  name: "parcels",
  shows: ["@requires", "chained @requires", "@requires of lists and inner objects", "@external"],
  subgraphs: {
    catalog: `
      type Query { parcels: [Parcel] parcel(id: ID!): Parcel heaviest: Parcel! }
      type Parcel @key(fields: "id") { id: ID! name: String weight: Int size: Size boxes: [Box!] next: Parcel }
      type Size @shareable { width: Int height: Int }
      type Box @key(fields: "code") { code: ID! material(in: String = "en"): String }
    `,
    shipping: `
      type Query { cheapest: Parcel }
      type Parcel @key(fields: "id") {
        id: ID!
        weight: Int @external
        size: Size @external
        price: Int @requires(fields: "weight")
        volume: Int @requires(fields: "size { width height }")
        carrier: Carrier @requires(fields: "weight size { width }")
      }
      type Size @shareable { width: Int height: Int }
      type Carrier @key(fields: "name") { name: ID! fleet: Int! }
    `,
    finance: `
      type Query { taxes: [Int!]! }
      type Parcel @key(fields: "id") {
        id: ID!
        price: Int @external
        volume: Int @external
        boxes: [Box!] @external
        tax: Int @requires(fields: "price")
        insurance: String @requires(fields: "price volume boxes { code }")
      }
      type Box @key(fields: "code") { code: ID! deposit: Int }
      type Carrier @key(fields: "name") { name: ID! debt: Int }
    `,
    audit: `
      type Query { audited: [Parcel!] }
      type Parcel @key(fields: "id") {
        id: ID!
        tax: Int @external
        verdict: String @requires(fields: "tax")
      }
    `,
  },
  root: {
    parcels: [...refs("Parcel:1", "Parcel:2"), null, ...refs("Parcel:3", "Parcel:1", "Parcel:4")],
    parcel: null,
    heaviest: ref("Parcel:2"),
    cheapest: ref("Parcel:1"),
    taxes: [1, 2],
    audited: refs("Parcel:3", "Parcel:2"),
  },
  things: {
    "Parcel:1": {
      id: "1",
      name: "letter",
      weight: 1,
      size: { width: 2, height: 3 },
      boxes: refs("Box:b1", "Box:b2"),
      next: ref("Parcel:2"),
    },
    "Parcel:2": {
      id: "2",
      name: null,
      weight: 20,
      size: null,
      boxes: null,
      next: ref("Parcel:3"),
    },
    "Parcel:3": {
      id: "3",
      name: fails("the label is torn"),
      weight: null,
      size: { width: null, height: 4 },
      boxes: [],
      next: null,
    },
    "Parcel:4": {
      id: "4",
      name: "crate",
      weight: 7,
      size: { width: 5, height: 5 },
      boxes: refs("Box:b3"),
      next: ref("Parcel:1"),
    },
    "Box:b1": { code: "b1", material: "wood", deposit: 3 },
    "Box:b2": { code: "b2", material: null, deposit: fails("no deposit is kept") },
    "Box:b3": { code: "b3", material: "tin", deposit: 9 },
    "Carrier:post": { name: "post", fleet: 100, debt: 5 },
    "Carrier:bike": { name: "bike", fleet: fails("nobody counts bikes"), debt: null },
  },
  missing: { finance: ["Box:b3"] },
  computed: {
    "Query.parcel": byId("Parcel"),
    "Parcel.price": compute<object, { weight: number | null }>(({ required: { weight } }) =>
      weight === null ? null : weight * 10,
    ),
    "Parcel.volume": compute<object, { size: Size }>(({ required: { size } }) =>
      size === null ? fails("a parcel without a size") : (size.width ?? 1) * (size.height ?? 1),
    ),
    "Parcel.carrier": compute<object, { weight: number | null; size: Size }>(
      ({ required: { weight, size } }) => {
        if (weight === null) return null;
        return ref(weight > 5 || size === null ? "Carrier:post" : "Carrier:bike");
      },
    ),
    "Parcel.tax": compute<object, { price: number | null }>(({ required: { price } }) =>
      price === null ? null : price / 10,
    ),
    "Parcel.insurance": ({ required }) => JSON.stringify(required),
    "Parcel.verdict": compute<object, { tax: number | null }>(({ required: { tax } }) =>
      tax === null ? "untaxed" : `taxed ${tax}`,
    ),
  },
  plannerFaults: [
    "asks a subgraph for a field of its own entity before what that field requires is known",
  ],
  ids: ["1", "2", "3", "4", "9"],
};
