import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse } from "graphql";
import { answerJson, createHttpDouble, type HttpDouble } from "./http-double.ts";

/** A subgraph of a few lines, behind real HTTP. */
export interface TinySubgraph extends HttpDouble {
  readonly name: string;
  readonly sdl: string;
}

type TinyResolvers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export async function createTinySubgraph(
  name: string,
  sdl: string,
  resolvers: TinyResolvers,
): Promise<TinySubgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never });
  const double = await createHttpDouble(async ({ body }, response) => {
    const { query, variables, operationName } = JSON.parse(body);
    const answer = await graphql({
      schema,
      source: query,
      variableValues: variables,
      operationName,
    });
    answerJson(response, answer);
  });
  return { ...double, name, sdl };
}
