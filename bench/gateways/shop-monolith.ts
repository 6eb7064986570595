import { buildSchema, defaultFieldResolver, type ExecutionResult, graphql } from "graphql";
import { firstShop, usualUsers } from "./shop.ts";
import { shopSubgraphs } from "./shop-subgraphs.ts";

const schema = buildSchema(`
type Query {
  user(id: ID!): User
  users(first: Int! = ${usualUsers}, shop: ID! = "${firstShop}"): [User]
  topProducts(first: Int! = 5, shop: ID! = "${firstShop}"): [Product]
}
type User { id: ID! name: String username: String birthday: String reviews: [Review] }
type Review { id: ID! body: String author: User product: Product }
type Product {
  upc: String! name: String price: Int weight: Int
  inStock: Boolean shippingEstimate: Int reviews: [Review]
}
`);

/** The whole shop in one schema, executed by graphql-js: what the answer of every gateway is compared with. */
export function askMonolith(
  source: string,
  variableValues: Readonly<Record<string, unknown>>,
): Promise<ExecutionResult> {
  return graphql({
    schema,
    source,
    variableValues,
    fieldResolver(parent, args, context, info) {
      for (const { resolvers } of shopSubgraphs) {
        const resolve = resolvers[info.parentType.name]?.[info.fieldName];
        if (resolve !== undefined) return resolve(parent as never, args as never);
      }
      return defaultFieldResolver(parent, args, context, info);
    },
  });
}
