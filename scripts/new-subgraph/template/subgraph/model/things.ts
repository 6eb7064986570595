import { type GraphQLResolveInfo, isObjectType } from "graphql";
import { v7 as uuid } from "uuid";
import { z } from "zod";
import { failure } from "../../../runtime/errors.ts";
import { type Connection, planConnection, readConnection } from "../../kit/connection.ts";
import { isUuid, line, parseId, parseInput } from "../../kit/input.ts";
import { type PageArguments, parsePage } from "../../kit/pagination.ts";
import { type ColumnsOfFields, columnsOf, selectedFields } from "../../kit/selection.ts";
import type { Context } from "../context.ts";
import type { ThingColumn, ThingRow } from "../store/rows.ts";

/** What a payload is made of; the thing itself is read when it is selected. */
export interface WrittenThing {
  readonly id: string;
}

/** A user as this subgraph knows them: by id alone. The rest is the users service's to tell. */
export interface UserStub {
  readonly id: string;
}

/** The columns behind each field: what is not selected is not read. */
const fields: ColumnsOfFields<ThingColumn> = {
  id: ["id"],
  title: ["title"],
  owner: ["ownerId"],
  createdAt: ["createdAt"],
};

const createInput = z.object({ title: line(1, 200) });

/** Null when there is none. @throws BAD_USER_INPUT */
export function thingById(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ThingRow | null> {
  return context.loaders.things.load(parseId("id", id), columnsAt(context, info));
}

/** @throws BAD_USER_INPUT, INVALID_CURSOR */
export async function pageOfThings(
  args: PageArguments,
  { loaders, store }: Context,
  info: GraphQLResolveInfo,
): Promise<Connection<ThingRow>> {
  const page = parsePage("Query.things", store.newestFirst, args);
  const plan = planConnection(info, page, loaders.allThings(page), { columns: fields, id: "id" });
  return readConnection(plan, "", "id");
}

/** For other subgraphs that refer to it. Null when there is none. @throws INVALID_REPRESENTATION */
export function thingOfReference(
  { id }: { readonly id?: unknown },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ThingRow | null> {
  if (!isUuid(id)) throw failure("INVALID_REPRESENTATION");
  return context.loaders.things.load(id.toLowerCase(), columnsAt(context, info));
}

/** One that was just written, read anew. */
export function writtenThing(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<ThingRow | null> {
  return context.loaders.things.load(id, columnsAt(context, info));
}

export function ownerOf({ ownerId }: ThingRow): UserStub | null {
  return ownerId === undefined ? null : { id: ownerId };
}

/** @throws UNAUTHENTICATED, BAD_USER_INPUT */
export async function createThing(
  raw: unknown,
  { clock, store, viewer }: Context,
): Promise<WrittenThing> {
  // Another issuer's subject need not be one of our ids.
  if (viewer.kind === "anonymous" || !isUuid(viewer.id)) throw failure("UNAUTHENTICATED");
  const { title } = parseInput("input", createInput, raw);
  const id = uuid();
  await store.insert({ id, title, ownerId: viewer.id, createdAt: new Date(clock.now()) });
  return { id };
}

/** Worked out once for each place of an operation, however many parents it has. */
function columnsAt(context: Context, info: GraphQLResolveInfo): readonly ThingColumn[] {
  return context.positions.at(info, () => {
    const type = info.schema.getType("Thing");
    if (!isObjectType(type)) throw new Error("Thing is not an object");
    return columnsOf(selectedFields(info, type), fields);
  });
}
