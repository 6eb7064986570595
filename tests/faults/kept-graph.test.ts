import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";
import { eventually } from "../harness/library.ts";
import { startRedis, type TestRedis } from "../harness/redis.ts";
import { withRedis } from "../harness/with-redis.ts";

withRedis("answers of users and todos that the gateway keeps", () => {
  let redis: TestRedis;
  let graph: Graph;
  let ada: Client & { readonly id: string };
  let bob: Client & { readonly id: string };

  beforeAll(async () => {
    redis = await startRedis();
    graph = await startGraph({ data: "empty", env: { REDIS_URL: redis.url } });
    [ada, bob] = [await graph.signUp("ada"), await graph.signUp("bob")];
    // From the first answers of both on, the gateway hears what they drop.
    const { id } = await makeList("a list", "PUBLIC");
    await eventually(async () => {
      await kept(ada, '{ userByHandle(handle: "ada") { name } }');
      await kept(ada, `{ list(id: "${id}") { name } }`);
    });
  });

  afterAll(async () => {
    await graph.stop();
    await redis.stop();
  });

  async function makeList(name: string, visibility: string): Promise<{ readonly id: string }> {
    const input = { name, visibility };
    const { createList } = await ada.data(
      "mutation ($input: CreateListInput!) { createList(input: $input) { list { id } } }",
      { input },
    );
    return createList.list;
  }

  /** Asks, and looks that the next answer was kept. An operation stays linked, and what it answers is found, from its second use on. */
  async function kept(client: Client, query: string): Promise<unknown> {
    for (let time = 1; time <= 2; time++) await client.data(query);
    const before = await lookups();
    const data = await client.data(query);
    expect(await lookups()).toBe(before + 1);
    return data;
  }

  async function lookups(): Promise<number> {
    const text = await (await fetch(graph.url.replace("/graphql", "/metrics"))).text();
    const line = /gateway_kept_lookups_total\{level="answer",outcome="hit"\} (\d+)/.exec(text);
    return Number(line?.[1] ?? 0);
  }

  test("a profile is kept for everyone, by id, handle and page, and is new to everyone once its change is answered", async () => {
    const queries = [
      '{ userByHandle(handle: " ADA ") { name } }',
      `{ user(id: "${ada.id.toUpperCase()}") { name } }`,
      "{ users { edges { node { id name } } totalCount } }",
    ];
    for (const query of queries) expect(JSON.stringify(await kept(bob, query))).toContain('"ada"');
    await ada.data('mutation { updateProfile(input: { name: "Ada II" }) { user { name } } }');
    for (const client of [bob, graph.anonymous, ada]) {
      for (const query of queries) {
        expect(JSON.stringify(await client.data(query))).toContain('"Ada II"');
      }
    }
  });

  test("R36 a viewer's own account is kept for them alone, and what only they may see is not kept", async () => {
    expect(await kept(ada, "{ me { id } }")).toEqual({ me: { id: ada.id } });
    expect(await bob.data("{ me { id } }")).toEqual({ me: { id: bob.id } });
    expect(await graph.anonymous.data("{ me { id } }")).toEqual({ me: null });
    const before = await lookups();
    await ada.data("{ me { email } }");
    await ada.data("{ me { email } }");
    expect(await lookups()).toBe(before);
  });

  test("R36 a list is kept for each viewer: what its members do to it, and who they are, is seen at once", async () => {
    const { id } = await makeList("secret", "PRIVATE");
    const query = `{ list(id: "${id}") { name viewerRole todos { totalCount edges { node { title owner { name } } } } } }`;
    expect(await kept(ada, query)).toMatchObject({ list: { viewerRole: "OWNER" } });
    expect(await kept(bob, query)).toEqual({ list: null });
    expect(await kept(graph.anonymous, query)).toEqual({ list: null });

    const member = { listId: id, userId: bob.id, role: "READER" };
    const add = "mutation ($i: AddMemberInput!) { addMember(input: $i) { list { id } } }";
    await ada.data(add, { i: member });
    expect(await bob.data(query)).toMatchObject({ list: { viewerRole: "READER" } });
    const todo = { listId: id, title: "Tea" };
    await ada.data("mutation ($i: CreateTodoInput!) { createTodo(input: $i) { todo { id } } }", {
      i: todo,
    });
    for (const one of [ada, bob]) {
      expect(await one.data(query)).toMatchObject({
        list: { todos: { totalCount: 1, edges: [{ node: { title: "Tea" } }] } },
      });
    }
    const remove = "mutation ($i: RemoveMemberInput!) { removeMember(input: $i) { list { id } } }";
    await ada.data(remove, { i: { listId: id, userId: bob.id } });
    expect(await bob.data(query)).toEqual({ list: null });
  });

  test("R64 the account that is deleted is gone at once, wherever it was kept", async () => {
    const eve = await graph.signUp("eve");
    const queries = [
      `{ user(id: "${eve.id}") { name } }`,
      '{ userByHandle(handle: "eve") { name } }',
    ];
    for (const query of queries) await kept(bob, query);
    const input = { password: "correct-horse-battery" };
    await eve.data(
      "mutation ($i: DeleteAccountInput!) { deleteAccount(input: $i) { deletedId } }",
      { i: input },
    );
    for (const query of queries) expect(Object.values(await bob.data(query))).toEqual([null]);
  });
});
