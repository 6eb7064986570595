import { type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from "graphql";
import { type ColumnsOfFields, columnsOf, selectedFields } from "../../kit/selection.ts";
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

/** The columns of the users that this position selects. */
export function selectedColumns(info: GraphQLResolveInfo): readonly UserColumn[] {
  return columnsOf(selectedFields(info, userType(info)), userFields);
}

/** Positions that return an interface or union, such as `_entities`, do not name the type themselves. */
function userType(info: GraphQLResolveInfo): GraphQLObjectType {
  const type = info.schema.getType("User");
  if (!isObjectType(type)) throw new Error("the schema has no type User");
  return type;
}
