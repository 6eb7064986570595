import { type Example, fails, firstOf, plain, ref, refs } from "../example.ts";

/** Reviews know the name of the product and of its maker, and of what a gift is, so that nobody else is asked. */
export const reviews: Example = {
  ...plain,
  name: "reviews",
  shows: ["@provides", "nested @provides", "@provides through a union", "unions"],
  subgraphs: {
    products: `
      type Query { products: [Product!]! }
      type Product @key(fields: "id") { id: ID! name: String @shareable maker: Maker @shareable price: Int! }
      type Maker @key(fields: "id") { id: ID! name: String @shareable country: Country @shareable }
      type Country @shareable { code: String! name(in: String): String }
      type Voucher @key(fields: "code") { code: ID! worth: Int @shareable text: String }
    `,
    reviews: `
      type Query {
        reviews(first: Int = 10): [Review!]
        best: Review @provides(fields: "product { name }")
        gift: Gift @provides(fields: "... on Product { name } ... on Voucher { worth }")
        gifts: [[Gift!]]
      }
      type Review @key(fields: "id") {
        id: ID!
        stars: Int!
        text(max: Int): String
        product: Product @provides(fields: "name maker { name country { code } }")
        others: [Product]
      }
      union Gift = Product | Voucher
      type Product @key(fields: "id") { id: ID! name: String @external maker: Maker @external reviews: [Review!]! }
      type Maker @key(fields: "id") { id: ID! name: String @external country: Country @external }
      type Country { code: String! @external }
      type Voucher @key(fields: "code") { code: ID! worth: Int @external usable: Boolean! }
    `,
    authors: `
      type Query { authors: [Author] }
      type Author @key(fields: "name") { name: ID! wrote: [Review] favourite: Gift }
      type Review @key(fields: "id") { id: ID! author: Author! }
      union Gift = Product | Voucher
      type Product @key(fields: "id") { id: ID! }
      type Voucher @key(fields: "code") { code: ID! }
    `,
  },
  root: {
    products: refs("Product:p1", "Product:p2", "Product:p3"),
    reviews: refs("Review:r1", "Review:r2", "Review:r3", "Review:r4"),
    best: ref("Review:r2"),
    gift: ref("Voucher:v1"),
    gifts: [
      refs("Product:p1", "Voucher:v1"),
      [],
      null,
      refs("Voucher:v2", "Product:p3", "Product:p1"),
    ],
    authors: [ref("Author:ann"), null, ref("Author:bob")],
  },
  things: {
    "Product:p1": {
      id: "p1",
      name: "chair",
      maker: ref("Maker:m1"),
      price: 5,
      reviews: refs("Review:r1", "Review:r4"),
    },
    "Product:p2": { id: "p2", name: null, maker: null, price: 7, reviews: refs("Review:r2") },
    "Product:p3": { id: "p3", name: "lamp", maker: ref("Maker:m2"), price: 1, reviews: [] },
    "Maker:m1": { id: "m1", name: "Ito", country: { code: "jp", name: "Japan" } },
    "Maker:m2": { id: "m2", name: null, country: null },
    "Voucher:v1": { code: "v1", worth: 10, text: "thank you", usable: true },
    "Voucher:v2": { code: "v2", worth: null, text: fails("the text is blurred"), usable: false },
    "Review:r1": {
      id: "r1",
      stars: 5,
      text: "good",
      product: ref("Product:p1"),
      others: refs("Product:p2", "Product:p1"),
      author: ref("Author:ann"),
    },
    "Review:r2": {
      id: "r2",
      stars: 1,
      text: null,
      product: ref("Product:p2"),
      others: null,
      author: ref("Author:bob"),
    },
    "Review:r3": {
      id: "r3",
      stars: 3,
      text: fails("too long"),
      product: null,
      others: [null, ref("Product:p3")],
      author: ref("Author:ann"),
    },
    "Review:r4": {
      id: "r4",
      stars: 4,
      text: "as shown",
      product: ref("Product:p3"),
      others: [],
      author: ref("Author:bob"),
    },
    "Author:ann": {
      name: "ann",
      wrote: refs("Review:r1", "Review:r3"),
      favourite: ref("Product:p1"),
    },
    "Author:bob": { name: "bob", wrote: [ref("Review:r4"), null], favourite: ref("Voucher:v2") },
  },
  computed: { "Query.reviews": firstOf("reviews") },
  missing: { authors: ["Review:r2"] },
  ids: ["p1", "r1"],
};
