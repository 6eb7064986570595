import {
  firstShop,
  type Product,
  productsOf,
  type Review,
  reviewsBy,
  reviewsOf,
  type ShopId,
  shippingEstimate,
  shopOf,
  type User,
  userOf,
  usersOf,
  usualUsers,
} from "./shop.ts";

type Resolver = (parent: never, args: never) => unknown;

/** One subgraph of the shop: what it owns, and how. */
export interface ShopSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
}

interface PageOfShop {
  readonly first: number;
  readonly shop: ShopId;
}

const link = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [${imports}])\n`;

const users: ShopSubgraph = {
  name: "users",
  sdl: `${link('"@key", "@shareable"')}
type Query {
  user(id: ID!): User
  users(first: Int! = ${usualUsers}, shop: ID! = "${firstShop}"): [User]
}
type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: String }
`,
  resolvers: {
    Query: {
      user: (_, { id }: { readonly id: string }) => userOf(id),
      users: (_, { first, shop }: PageOfShop) => usersOf(shop, first),
    },
    User: { __resolveReference: ({ id }: User) => userOf(id) },
  },
};

const products: ShopSubgraph = {
  name: "products",
  sdl: `${link('"@key"')}
type Query { topProducts(first: Int! = 5, shop: ID! = "${firstShop}"): [Product] }
type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }
`,
  resolvers: {
    Query: {
      topProducts: (_, { first, shop }: PageOfShop) => productsOf(shop).slice(0, first),
    },
    Product: { __resolveReference: ({ upc }: Product) => productOf(upc) },
  },
};

const inventory: ShopSubgraph = {
  name: "inventory",
  sdl: `${link('"@key", "@external", "@requires"')}
type Product @key(fields: "upc") {
  upc: String!
  weight: Int @external
  price: Int @external
  inStock: Boolean
  shippingEstimate: Int @requires(fields: "price weight")
}
`,
  resolvers: {
    Product: {
      __resolveReference: (given: Product) => ({ ...productOf(given.upc), ...given }),
      shippingEstimate: (product: Product) => shippingEstimate(product),
    },
  },
};

const reviews: ShopSubgraph = {
  name: "reviews",
  sdl: `${link('"@key", "@external", "@provides", "@shareable"')}
type Review @key(fields: "id") {
  id: ID!
  body: String
  author: User @provides(fields: "username")
  product: Product
}
type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
type Product @key(fields: "upc") { upc: String! reviews: [Review] }
`,
  resolvers: {
    Review: {
      __resolveReference: ({ id }: Review) => reviewsOf(shopOf(id)).find((one) => one.id === id),
      author: ({ author }: Review) => userOf(author),
      product: ({ product }: Review) => productOf(product),
    },
    User: { reviews: ({ id }: User) => reviewsBy(id) },
    Product: {
      reviews: ({ upc }: Product) => reviewsOf(shopOf(upc)).filter((one) => one.product === upc),
    },
  },
};

export const shopSubgraphs: readonly ShopSubgraph[] = [users, products, reviews, inventory];

function productOf(upc: string): Product | undefined {
  return productsOf(shopOf(upc)).find((one) => one.upc === upc);
}
