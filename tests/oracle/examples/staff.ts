import { byId, type Example, plain, ref, refs } from "../example.ts";

/** Each subgraph knows a person by another key: by id, by e-mail, by office and number, by the firm's code. */
export const staff: Example = {
  ...plain,
  name: "staff",
  shows: ["several keys", "compound keys", "nested keys", "null keys", "missing entities"],
  subgraphs: {
    people: `
      type Query { people: [Person] person(id: ID!): Person boss: Person! }
      type Person @key(fields: "id") @key(fields: "email") @key(fields: "number firm { code }") {
        id: ID! email: String number: Int firm: Firm name: String! knows: [[Person!]!]
      }
      type Firm @key(fields: "code") { code: ID! }
    `,
    mail: `
      type Query { inbox(of: String!): Box newest: [Person!]! }
      type Person @key(fields: "email") { email: String box: Box }
      type Box { unread: Int! from: [Person] }
    `,
    payroll: `
      type Query { salaries: [Salary!]! }
      type Person @key(fields: "number firm { code }") { number: Int firm: Firm salary: Salary }
      type Firm @key(fields: "code") { code: ID! payday(month: Int): String }
      type Salary { amount: Int! paidTo: Person }
    `,
    rooms: `
      type Query { rooms: [Room!] }
      type Firm @key(fields: "code") { code: ID! name: String seat: Room }
      type Room @key(fields: "firm { code } label") { firm: Firm! label: String! seats: Int }
      type Person @key(fields: "id") { id: ID! room: Room }
    `,
    plants: `
      type Query { plant: String }
      type Room @key(fields: "firm { code } label") { firm: Firm! label: String! plants: [String!] }
      type Firm @key(fields: "code") { code: ID! }
    `,
  },
  root: {
    people: [...refs("Person:1", "Person:2", "Person:3"), null, ref("Person:4")],
    person: ref("Person:2"),
    boss: ref("Person:1"),
    inbox: { unread: 4, from: [ref("Person:3"), null, ref("Person:1")] },
    newest: refs("Person:1", "Person:3"),
    salaries: [
      { amount: 10, paidTo: ref("Person:1") },
      { amount: 0, paidTo: null },
      { amount: 7, paidTo: ref("Person:4") },
    ],
    rooms: refs("Room:a", "Room:b"),
    plant: "fern",
  },
  things: {
    "Person:1": {
      id: "1",
      email: "ann@a",
      number: 1,
      firm: ref("Firm:acme"),
      name: "Ann",
      knows: [refs("Person:2", "Person:3"), refs("Person:1")],
      box: { unread: 1, from: [ref("Person:3")] },
      salary: { amount: 10, paidTo: ref("Person:1") },
      room: ref("Room:a"),
    },
    "Person:2": {
      id: "2",
      email: null,
      number: null,
      firm: null,
      name: "Bob",
      knows: null,
      box: { unread: 2, from: [] },
      salary: { amount: 9, paidTo: null },
      room: null,
    },
    "Person:3": {
      id: "3",
      email: "cy@c",
      number: 3,
      firm: ref("Firm:bits"),
      name: "Cy",
      knows: [],
      box: null,
      salary: null,
      room: ref("Room:b"),
    },
    "Person:4": {
      id: "4",
      email: null,
      number: 4,
      firm: ref("Firm:acme"),
      name: "Di",
      knows: [[]],
      box: { unread: 3, from: null },
      salary: { amount: 7, paidTo: ref("Person:4") },
      room: ref("Room:a"),
    },
    "Firm:acme": { code: "acme", name: "Acme", payday: "the first", seat: ref("Room:a") },
    "Firm:bits": { code: "bits", name: null, payday: null, seat: null },
    "Room:a": { firm: ref("Firm:acme"), label: "a", seats: 4, plants: ["fern", "palm"] },
    "Room:b": { firm: ref("Firm:bits"), label: "b", seats: null, plants: null },
  },
  // Who has no e-mail is unknown to who knows people by e-mail.
  missing: { mail: ["Person:2", "Person:4"], payroll: ["Person:2"] },
  computed: { "Query.person": byId("Person") },
  ids: ["1", "2", "3", "4", "5"],
};
