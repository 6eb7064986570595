import { DateTimeResolver } from "graphql-scalars";
import type { Resolvers } from "./generated/resolver-types.ts";
import {
  createThing,
  ownerOf,
  pageOfThings,
  thingById,
  thingOfReference,
  writtenThing,
} from "./model/things.ts";

export const resolvers: Resolvers = {
  DateTime: DateTimeResolver,
  Query: {
    thing: (_, { id }, context, info) => thingById(id, context, info),
    things: (_, args, context, info) => pageOfThings(args, context, info),
  },
  Mutation: {
    createThing: (_, { input }, context) => createThing(input, context),
  },
  Thing: {
    __resolveReference: (reference, context, info) => thingOfReference(reference, context, info),
    owner: (row) => ownerOf(row),
  },
  ThingPayload: {
    thing: ({ id }, _, context, info) => writtenThing(id, context, info),
  },
};
