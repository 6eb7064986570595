import { byId, type Example, plain, ref, refs } from "../example.ts";

/** A subgraph that refers to countries and cannot be asked for them; its own are reached by nobody else's key. */
export const borders: Example = {
  ...plain,
  name: "borders",
  shows: ["non-resolvable keys", "a non-resolvable interface object"],
  subgraphs: {
    atlas: `
      type Query { countries: [Country!] country(code: ID!): Country places: [Place] }
      type Country @key(fields: "code") { code: ID! name: String neighbours: [Country!] capital: City }
      interface Place @key(fields: "id") { id: ID! label: String }
      type City implements Place @key(fields: "id") { id: ID! label: String people: Int }
      type Lake implements Place @key(fields: "id") { id: ID! label: String depth: Int }
    `,
    travel: `
      type Query { trips: [Trip!] next: Trip }
      type Trip @key(fields: "id") { id: ID! to: Country! via: [Country] days: Int stops: [Place!] }
      type Country @key(fields: "code", resolvable: false) { code: ID! }
      type Place @interfaceObject @key(fields: "id", resolvable: false) { id: ID! }
    `,
    visas: `
      type Query { visas: [Visa] }
      type Visa { country: Country fee: Int }
      type Country @key(fields: "code", resolvable: false) { code: ID! warning: String @shareable }
    `,
    warnings: `
      type Query { warned: Int }
      type Country @key(fields: "code") { code: ID! warning: String @shareable level: Int! }
    `,
  },
  root: {
    countries: refs("Country:no", "Country:se"),
    country: null,
    places: [ref("City:o"), null, ref("Lake:m")],
    trips: refs("Trip:1", "Trip:2"),
    next: ref("Trip:2"),
    visas: [
      { country: ref("Country:se"), fee: 3 },
      { country: null, fee: null },
    ],
    warned: 2,
  },
  things: {
    "Country:no": {
      code: "no",
      name: "Norway",
      neighbours: refs("Country:se"),
      capital: ref("City:o"),
      warning: null,
      level: 1,
    },
    "Country:se": {
      code: "se",
      name: null,
      neighbours: refs("Country:no", "Country:se"),
      capital: null,
      warning: "elks",
      level: 2,
    },
    "City:o": { id: "o", label: "Oslo", people: 7 },
    "Lake:m": { id: "m", label: null, depth: 449 },
    "Trip:1": {
      id: "1",
      to: ref("Country:no"),
      via: [ref("Country:se"), null],
      days: 3,
      stops: refs("City:o", "Lake:m"),
    },
    "Trip:2": { id: "2", to: ref("Country:se"), via: null, days: null, stops: [] },
  },
  computed: { "Query.country": byId("Country") },
  plannerFaults: ["cannot tell the type of a non-resolvable interface object"],
  ids: ["no", "se", "xx"],
};
