import { expect, test } from "@jest/globals";
import { anonymous, type Viewer } from "../../../runtime/identity.ts";
import { projection } from "./user-columns.ts";

const user: Viewer = { kind: "user", id: "an id", role: "USER", session: "" };

test("a column that nobody asked for is not in the select list", () => {
  expect(projection(["name", "avatarUrl"], user).text).toBe(
    'u.name AS "name",u.avatar_url AS "avatarUrl"',
  );
  expect(projection([], user).text).toBe("");
});

test("private columns are read of every row for an admin, of the own row for a user, of none for others", () => {
  expect(projection(["email"], { ...user, role: "ADMIN" }).text).toBe('u.email AS "email"');
  expect(projection(["email"], user)).toMatchObject({
    text: 'CASE WHEN u.id = $1::uuid THEN u.email END AS "email"',
    values: ["an id"],
  });
  expect(projection(["email", "role"], anonymous).text).toBe("");
});
