import { describe, expect, test } from "@jest/globals";
import { anonymous } from "../../runtime/identity.ts";
import type { SubgraphAnswer, SubgraphCall } from "./send.ts";
import { withDistinctEntities } from "./with-distinct-entities.ts";

const user = (id: string) => ({ __typename: "User", id });

function call(representations: readonly unknown[], query = entitiesQuery): SubgraphCall {
  return {
    subgraph: "users",
    url: "http://127.0.0.1:1/graphql",
    query,
    operationName: undefined,
    variables: { representations, first: 3 },
    context: { viewer: anonymous, requestId: "test", forwarded: {}, trace: {} },
  };
}

const entitiesQuery =
  "query($representations:[_Any!]!){_entities(representations:$representations){...on User{name}}}";

function sending(answer: (representations: readonly string[]) => Partial<SubgraphAnswer>) {
  const asked: unknown[] = [];
  const send = withDistinctEntities()(async ({ variables }) => {
    asked.push(variables);
    const ids = (variables["representations"] as { id: string }[]).map(({ id }) => id);
    return { data: null, errors: [], ...answer(ids) };
  });
  return { send, asked };
}

const named = (ids: readonly string[]) => ({
  data: { _entities: ids.map((id) => ({ name: id, tags: [{ of: id }] })) },
});

test("C39 an entity that is wanted 500 times is asked for once, and each place has its own copy", async () => {
  const { send, asked } = sending(named);
  const wanted = Array.from({ length: 500 }, (_, index) => user(index % 2 === 0 ? "a" : "b"));
  const { data } = await send(call(wanted));
  expect(asked).toEqual([{ representations: [user("a"), user("b")], first: 3 }]);
  const entities = data?.["_entities"] as { name: string; tags: object[] }[];
  expect(entities.map(({ name }) => name)).toEqual(wanted.map(({ id }) => id));
  expect(entities[2]).toEqual(entities[0]);
  expect(entities[2]?.tags[0]).not.toBe(entities[0]?.tags[0]);
});

test("C39 an error of an entity is an error at each of its places", async () => {
  const { send } = sending((ids) => ({
    ...named(ids),
    errors: [{ message: "no", path: ["_entities", 1, "name"], extensions: { code: "FORBIDDEN" } }],
  }));
  const { errors } = await send(call([user("b"), user("a"), user("b"), user("a")]));
  expect(errors.map(({ path }) => path)).toEqual([
    ["_entities", 1, "name"],
    ["_entities", 3, "name"],
  ]);
});

describe("C44 an answer without one entity for each representation", () => {
  test.each([
    ["too few", [user("a"), user("b")], () => ({ data: { _entities: [{}] } })],
    [
      "as many as there are places",
      [user("a"), user("a")],
      () => ({ data: { _entities: [{}, {}] } }),
    ],
    ["no list", [user("a")], () => ({ data: { _entities: {} } })],
  ])("is thrown away: %s", async (_name, wanted, answer) => {
    await expect(sending(answer).send(call(wanted))).rejects.toMatchObject({
      code: "SUBGRAPH_INVALID_RESPONSE",
    });
  });
});

test("an answer without data, and a call that is not for entities, pass as they are", async () => {
  const { send, asked } = sending(() => ({}));
  expect(await send(call([user("a"), user("a")]))).toEqual({ data: null, errors: [] });
  await send(call([user("a"), user("a")], "query($representations:[In!]){f(in:$representations)}"));
  expect(asked[1]).toMatchObject({ representations: [user("a"), user("a")] });
});
