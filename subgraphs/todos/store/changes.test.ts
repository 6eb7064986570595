import { expect, test } from "@jest/globals";
import { createChanges } from "./changes.ts";

const todo = { id: "t", ownerId: "o" };

test("a todo of a private list is told to its list and its author alone, one of a public list to everybody", () => {
  const inPrivate = ["tag.1:TodoList:l:todos", "todo:t", "tag.1:Todo:t", "tag.1:User:o:todos"];
  const [hidden, open] = [createChanges(), createChanges()];
  hidden.saw("l", false);
  hidden.todos("l", [todo]);
  expect(new Set(hidden.keys())).toEqual(new Set(inPrivate));
  open.saw("l", true);
  open.todos("l", [todo]);
  expect(new Set(open.keys())).toEqual(new Set([...inPrivate, "tag.1:todos:public"]));
});

test("a list that appears or disappears takes with it all that it has, and all pages that it may be on", () => {
  const changes = createChanges();
  changes.saw("l", false);
  changes.exposure("l", ["m"], [todo]);
  expect(new Set(changes.keys())).toEqual(
    new Set([
      "list:l",
      "tag.1:TodoList:l",
      "tag.1:TodoList:l:members",
      "tag.1:TodoList:l:todos",
      "tag.1:User:m:lists",
      "tag.1:lists:public",
      "tag.1:todos:public",
      "todo:t",
      "tag.1:Todo:t",
      "tag.1:User:o:todos",
    ]),
  );
});

test("a role is told to the list, its members and whoever has it", () => {
  const changes = createChanges();
  changes.member("l", "m");
  expect(new Set(changes.keys())).toEqual(
    new Set([
      "role:l/m",
      "tag.1:TodoList:l",
      "tag.1:TodoList:l:members",
      "tag.1:User:m:lists",
      "tag.1:User:m:access",
    ]),
  );
});
