import { byId, type Example, fails, firstOf, plain, ref, refs } from "../example.ts";

/** Interfaces and unions whose members live in different places, with failures and holes in non-null lists. */
export const newsroom: Example = {
  ...plain,
  name: "newsroom",
  shows: [
    "interfaces",
    "unions",
    "missing entities at non-null fields",
    "null propagation",
    "errors",
  ],
  subgraphs: {
    stories: `
      type Query { feed(first: Int): [Entry!]! node(id: ID!): Node front: Story pages: [[Entry]!]! strict: [Story!] broken: Int! wrong: Int }
      interface Node { id: ID! }
      interface Titled { title: String }
      type Story implements Node & Titled @key(fields: "id") { id: ID! title: String body(format: Format = TEXT): String! author: Writer tags: [String] more: [Entry!] }
      type Picture implements Node & Titled @key(fields: "id") { id: ID! title: String url: String! takenBy: Writer! }
      type Quote { text: String! of: Story saidBy: Writer! }
      union Entry = Story | Picture | Quote
      type Writer @key(fields: "id") { id: ID! }
      enum Format { TEXT HTML }
    `,
    writers: `
      type Query { writers: [Writer!] }
      interface Node { id: ID! }
      interface Titled { title: String }
      type Writer implements Node & Titled @key(fields: "id") { id: ID! title: String name: String! mentor: Writer badge: Badge! }
      type Badge { number: Int! colour: String }
    `,
    ads: `
      type Query { ads: [Ad] }
      type Ad { text: String! price: Int! next: Ad! story: Story }
      type Story @key(fields: "id") { id: ID! ads: [Ad!] reach: Int! }
      type Picture @key(fields: "id") { id: ID! rights: String! }
    `,
  },
  root: {
    feed: [
      ref("Story:1"),
      { __typename: "Quote", text: "so be it", of: ref("Story:2"), saidBy: ref("Writer:w1") },
      ref("Picture:3"),
      ref("Story:2"),
      ref("Story:4"),
    ],
    node: null,
    front: ref("Story:1"),
    pages: [[ref("Story:1"), null], [], refs("Picture:3", "Story:2")],
    strict: refs("Story:1", "Story:2"),
    broken: fails("always broken"),
    wrong: "not a number",
    writers: refs("Writer:w1", "Writer:w3"),
    ads: [
      {
        text: "buy",
        price: 1,
        next: { text: "more", price: 2, next: null, story: ref("Story:4") },
        story: ref("Story:2"),
      },
      null,
      { text: fails("torn"), price: 3, next: null, story: null },
    ],
  },
  things: {
    "Story:1": {
      id: "1",
      title: "One",
      body: "body one",
      author: ref("Writer:w1"),
      tags: ["a", null, "b"],
      more: refs("Story:2", "Picture:3"),
      ads: [{ text: "eat", price: 4, next: null, story: null }],
      reach: 10,
    },
    "Story:2": {
      id: "2",
      title: fails("untitled"),
      body: "body two",
      author: ref("Writer:w2"),
      tags: null,
      more: [],
      ads: null,
      reach: fails("nobody read it"),
    },
    "Story:4": {
      id: "4",
      title: null,
      body: fails("censored"),
      author: null,
      tags: [fails("no tag")],
      more: null,
      ads: [],
      reach: 4,
    },
    "Picture:3": { id: "3", title: "Sea", url: "/sea", takenBy: ref("Writer:w3"), rights: null },
    "Writer:w1": {
      id: "w1",
      title: "editor",
      name: "Ann",
      mentor: ref("Writer:w3"),
      badge: { number: 1, colour: null },
    },
    "Writer:w2": {
      id: "w2",
      title: "intern",
      name: "Bo",
      mentor: null,
      badge: { number: 2, colour: "red" },
    },
    "Writer:w3": {
      id: "w3",
      title: null,
      name: "Cy",
      mentor: ref("Writer:w1"),
      badge: { number: null, colour: "blue" },
    },
  },
  // A writer whose name must not be null is gone, and a story that ads do not know.
  missing: { writers: ["Writer:w2"], ads: ["Story:1"] },
  computed: {
    "Query.node": byId("Story", "Picture"),
    "Query.feed": firstOf("feed"),
  },
  ids: ["1", "2", "3", "4", "w1", "x"],
};
