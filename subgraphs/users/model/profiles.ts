import type { GraphQLResolveInfo } from "graphql";
import { failure } from "../../../runtime/errors.ts";
import type { Viewer } from "../../../runtime/identity.ts";
import type { Connection } from "../../kit/connection.ts";
import { isUuid, parseId, parseInput } from "../../kit/input.ts";
import type { Positions } from "../../kit/positions.ts";
import { createUserLoaders } from "../loaders.ts";
import type { UserColumn, UserRow } from "../store/user-columns.ts";
import type { UserStore } from "../store/user-store.ts";
import { handleArgument } from "./inputs.ts";
import { readUserPage, type UsersArguments } from "./user-page.ts";
import { selectedColumns } from "./user-selection.ts";

/** What the graph knows of a user at one position: the fields that are selected there. */
export type Profile = UserRow;

/** Profiles as one request's viewer sees them. */
export interface Profiles {
  me(info: GraphQLResolveInfo): Promise<Profile | null>;
  /** @throws BAD_USER_INPUT when it is no UUID */
  byId(id: string, info: GraphQLResolveInfo): Promise<Profile | null>;
  /** @throws BAD_USER_INPUT when it cannot be a handle */
  byHandle(handle: string, info: GraphQLResolveInfo): Promise<Profile | null>;
  /** @throws BAD_USER_INPUT, INVALID_CURSOR */
  page(args: UsersArguments, info: GraphQLResolveInfo): Promise<Connection<Profile>>;
  /** The user that another subgraph refers to. @throws INVALID_REPRESENTATION */
  reference(reference: { readonly id?: unknown }, info: GraphQLResolveInfo): MaybeLater<Profile>;
  /** The user of an account whose holder has just proved who they are, as they see themself. @throws NOT_FOUND */
  holder(userId: string, info: GraphQLResolveInfo): Promise<Profile>;
}

type MaybeLater<Value> = Value | Promise<Value | null>;

export function createProfiles(store: UserStore, viewer: Viewer, positions: Positions): Profiles {
  const loaders = createUserLoaders(store, viewer);
  const columnsAt = (info: GraphQLResolveInfo): readonly UserColumn[] =>
    positions.at(info, () => selectedColumns(info));

  return {
    me: async (info) =>
      viewer.kind === "anonymous" ? null : loaders.byId.load(viewer.id, columnsAt(info)),
    byId: async (id, info) => loaders.byId.load(parseId("id", id), columnsAt(info)),
    byHandle: async (handle, info) =>
      loaders.byHandle.load(parseInput("handle", handleArgument, handle), columnsAt(info)),
    page: (args, info) => readUserPage(store, loaders, args, info),
    reference({ id }, info) {
      if (!isUuid(id)) throw failure("INVALID_REPRESENTATION");
      const columns = columnsAt(info);
      const key = id.toLowerCase();
      return columns.every((column) => column === "id")
        ? { id: key }
        : loaders.byId.load(key, columns);
    },
    async holder(userId, info) {
      const holder: Viewer = { kind: "user", id: userId, role: "USER", session: "" };
      const [profile] = await store.byIds([userId], columnsAt(info), holder);
      if (profile === undefined) throw failure("NOT_FOUND");
      return profile;
    },
  };
}

/** A field that the store reads for those only who may see it, and that every account has. @throws FORBIDDEN */
export function seen<Value>(field: Value | null | undefined): Value {
  if (field == null) throw failure("FORBIDDEN");
  return field;
}
