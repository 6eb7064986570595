import { type Example, fails, plain, ref, refs } from "../example.ts";

/** Both subgraphs answer the root fields; each knows a part of the value types. */
export const shelves: Example = {
  ...plain,
  name: "shelves",
  shows: [
    "shared root fields",
    "value types partly in two subgraphs",
    "lists of lists of entities",
    "@shareable",
  ],
  subgraphs: {
    left: `
      type Query {
        shop: Shop @shareable
        grid: [[Item]] @shareable
        cube(of: Int = 2): [[[Item!]!]!] @shareable
        spot: Spot @shareable
        leftOnly: String
      }
      type Shop @shareable { name: String at: Spot left: Int }
      type Spot @shareable { x: Int! y: Int owner: Item }
      type Item @key(fields: "id") { id: ID! left: String mark(by: [Spotted!]): String spots: [Spot!] @shareable }
      input Spotted { x: Int! y: [Int] deep: Spotted }
    `,
    right: `
      type Query {
        shop: Shop @shareable
        grid: [[Item]] @shareable
        cube(of: Int = 2): [[[Item!]!]!] @shareable
        spot: Spot @shareable
        rightOnly: [Item]
      }
      type Shop @shareable { name: String at: Spot right: [Item!] }
      type Spot @shareable { x: Int! z: Int }
      type Item @key(fields: "id") { id: ID! right: String! cousins: [[Item!]] spots: [Spot!] @shareable }
    `,
    far: `
      type Query { farOnly(any: JSON): JSON }
      type Item @key(fields: "id") { id: ID! far(any: JSON, to: [[Int!]]): Int }
      scalar JSON
    `,
  },
  root: {
    shop: {
      name: "corner",
      at: { x: 1, y: 2, z: 3, owner: ref("Item:1") },
      left: 1,
      right: refs("Item:2", "Item:3"),
    },
    grid: [[ref("Item:1"), null], null, [], refs("Item:2", "Item:1", "Item:3")],
    cube: [[refs("Item:1"), []], [], [refs("Item:2", "Item:2")]],
    spot: { x: 4, y: null, z: 0, owner: null },
    leftOnly: "left",
    rightOnly: [null, ref("Item:3")],
    farOnly: { any: ["thing", { at: 1 }] },
  },
  things: {
    "Item:1": {
      id: "1",
      left: "l1",
      mark: "m1",
      right: "r1",
      cousins: [refs("Item:2"), null],
      far: 1,
      spots: [
        { x: 1, y: 1, z: 1, owner: ref("Item:2") },
        { x: 2, y: null, z: 2, owner: null },
      ],
    },
    "Item:2": { id: "2", left: null, mark: null, right: "r2", cousins: null, far: null, spots: [] },
    "Item:3": {
      id: "3",
      left: fails("no left"),
      mark: "m3",
      right: "r3",
      cousins: [refs("Item:1", "Item:3")],
      far: fails("too far"),
      spots: null,
    },
  },
  ids: ["1", "2", "3"],
};
