import { readFileSync } from "node:fs";
import { ApolloServer } from "@apollo/server";
import { loadApiSchema } from "../../gateway/plan/load-supergraph.ts";
import { serveApollo } from "./serve-apollo.ts";
import { firstShop } from "./shop.ts";
import { askMonolith } from "./shop-monolith.ts";

/**
 * The process of Apollo Server with a gateway that knows every answer and asks nobody, which is what its pipeline costs:
 * `node serve-floor.js SUPERGRAPH PORT`.
 */
const [supergraph = "", port] = process.argv.slice(2);
const schema = loadApiSchema(readFileSync(supergraph, "utf8"));
const known = new Map<string, string>();

/** The beginning of any id. */
const idOfShop = /"(\d{6})(?=["-])/;

async function answer(
  source: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<object> {
  const text = JSON.stringify(variables);
  const shop = idOfShop.exec(text)?.[1] ?? firstShop;
  const question = text.replaceAll(shop, firstShop);
  let right = known.get(`${source} ${question}`);
  if (right === undefined) {
    right = JSON.stringify(await askMonolith(source, JSON.parse(question)));
    known.set(`${source} ${question}`, right);
  }
  return JSON.parse(shop === firstShop ? right : right.replaceAll(firstShop, shop));
}

const server = new ApolloServer({
  stopOnTerminationSignals: false,
  gateway: {
    onSchemaLoadOrUpdate(listener) {
      listener({ apiSchema: schema, coreSupergraphSdl: "" });
      return () => undefined;
    },
    load: async () => ({
      executor: ({ request, source }) => answer(source, request.variables ?? {}),
    }),
    stop: async () => undefined,
  },
});
await serveApollo(server, Number(port), "http");
