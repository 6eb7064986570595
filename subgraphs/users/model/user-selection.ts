import { type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from "graphql";
import {
  type ColumnsOfFields,
  columnsOf,
  objectTypeOf,
  selectedFields,
} from "../../kit/selection.ts";
import type { UserColumn } from "../store/user-columns.ts";

/** The columns behind each field of a user. */
export const userFields: ColumnsOfFields<UserColumn> = {
  id: ["id"],
  handle: ["handle"],
  name: ["name"],
  avatarUrl: ["avatarUrl"],
  createdAt: ["createdAt"],
  email: ["email"],
  role: ["role"],
};

/** The columns of the users that this position selects. @param path leads to them when they are in what it gives, as in `selectedFields` */
export function selectedColumns(
  info: GraphQLResolveInfo,
  path: readonly string[] = [],
): readonly UserColumn[] {
  const type = path.length === 0 ? userType(info) : objectTypeOf(info);
  return columnsOf(selectedFields(info, type, path), userFields);
}

/** Positions that return an interface or union, such as `_entities`, do not name the type themselves. */
function userType(info: GraphQLResolveInfo): GraphQLObjectType {
  const type = info.schema.getType("User");
  if (!isObjectType(type)) throw new Error("the schema has no type User");
  return type;
}
