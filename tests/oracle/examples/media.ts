import { byId, type Example, fails, firstOf, plain, ref, refs } from "../example.ts";

/** Ratings and shelves know media only as such, whether they are books or films. */
export const media: Example = {
  ...plain,
  name: "media",
  shows: ["interface objects", "interfaces with a key"],
  subgraphs: {
    archive: `
      type Query { media: [Media] medium(id: ID!): Media books: [Book!] }
      interface Media @key(fields: "id") { id: ID! title(upper: Boolean): String year: Int related: [Media!] }
      type Book implements Media @key(fields: "id") { id: ID! title(upper: Boolean): String year: Int related: [Media!] pages: Int! sequel: Book }
      type Film implements Media @key(fields: "id") { id: ID! title(upper: Boolean): String year: Int related: [Media!] minutes: Int stars: [Person!]! }
      type Person { name: String! known: [[Media]] }
    `,
    ratings: `
      type Query { topRated(first: Int! = 3): [Media!] ratings: [Rating] }
      type Media @interfaceObject @key(fields: "id") { id: ID! score: Int ratings(min: Int): [Rating!]! }
      type Rating { stars: Int! of: Media by: String }
    `,
    shelves: `
      type Query { shelf(id: ID!): Shelf shelves: [Shelf] }
      type Shelf @key(fields: "id") { id: ID! label: String holds: [Media] }
      type Media @interfaceObject @key(fields: "id") { id: ID! shelf: Shelf }
    `,
    films: `
      type Query { premiere: Film }
      type Film @key(fields: "id") { id: ID! boxOffice: Int director: String! }
    `,
  },
  root: {
    media: [...refs("Book:1", "Film:2"), null, ...refs("Film:4", "Book:3")],
    medium: null,
    books: refs("Book:1", "Book:3"),
    topRated: refs("Film:2", "Book:1"),
    ratings: [
      { stars: 5, of: ref("Book:1"), by: "ann" },
      null,
      { stars: 1, of: null, by: fails("anonymous") },
      { stars: 2, of: ref("Film:4"), by: null },
    ],
    shelf: ref("Shelf:s1"),
    shelves: refs("Shelf:s1", "Shelf:s2"),
    premiere: ref("Film:2"),
  },
  things: {
    "Book:1": {
      id: "1",
      title: "Dune",
      year: 1965,
      related: refs("Film:2", "Book:3"),
      pages: 600,
      sequel: ref("Book:3"),
      score: 9,
      ratings: [{ stars: 5, of: ref("Book:1"), by: "ann" }],
      shelf: ref("Shelf:s1"),
    },
    "Film:2": {
      id: "2",
      title: "Alien",
      year: 1979,
      related: [],
      minutes: 117,
      stars: [{ name: "Weaver", known: [refs("Film:2", "Book:1"), null, [null]] }],
      score: null,
      ratings: [],
      shelf: null,
      boxOffice: 100,
      director: "Scott",
    },
    "Book:3": {
      id: "3",
      title: null,
      year: null,
      related: null,
      pages: 12,
      sequel: null,
      score: fails("not rated"),
      ratings: [{ stars: 3, of: ref("Book:3"), by: null }],
      shelf: ref("Shelf:s2"),
    },
    "Film:4": {
      id: "4",
      title: "Ran",
      year: 1985,
      related: refs("Book:1"),
      minutes: null,
      stars: [],
      score: 8,
      ratings: [{ stars: 4, of: ref("Film:4"), by: "bob" }],
      shelf: ref("Shelf:s1"),
      boxOffice: null,
      director: "Kurosawa",
    },
    "Shelf:s1": { id: "s1", label: "east", holds: refs("Book:1", "Film:4") },
    "Shelf:s2": { id: "s2", label: null, holds: [ref("Book:3"), null, ref("Film:2")] },
  },
  computed: {
    "Query.medium": byId("Book", "Film"),
    "Query.shelf": byId("Shelf"),
    "Query.topRated": firstOf("topRated"),
  },
  plannerFaults: ["fails on some conditions on types under an interface object"],
  ids: ["1", "2", "3", "4", "s1", "s2", "zz"],
};
