import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { v7 as uuid } from "uuid";
import { columnsRead } from "../../../tests/harness/columns-read.ts";
import { startRedis, type TestRedis } from "../../../tests/harness/redis.ts";
import type { SignedClient } from "../../../tests/harness/signed-client.ts";
import { until } from "../../../tests/harness/until.ts";
import { startUserReplicas, type UserReplicas } from "../../../tests/harness/user-replicas.ts";
import { withRedis } from "../../../tests/harness/with-redis.ts";

let redis: TestRedis;
let replicas: UserReplicas;
let one: SignedClient;
let other: SignedClient;

const byHandle = "query ($handle: String!) { userByHandle(handle: $handle) { name } }";
const byId = "query ($id: ID!) { user(id: $id) { handle name } }";
const update =
  "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { handle name } } }";

withRedis("users of two replicas, from the cache", () => {
  beforeAll(async () => {
    redis = await startRedis();
    replicas = await startUserReplicas(2, redis.url);
    [one, other] = replicas.clients as [SignedClient, SignedClient];
  });

  afterAll(async () => {
    await replicas?.stop();
    await redis?.stop();
  });

  test("a user who is read again costs no statement", async () => {
    const { id } = await replicas.signUp("again");
    const again = async () => {
      const statements = await replicas.statements.during(async () => {
        await one.data(byId, { id });
        await one.data(byHandle, { handle: "again" });
      });
      return statements.length === 0;
    };
    await until(again);
    expect(await again()).toBe(true);
  });

  test("C50 a miss reads the columns that are cached, whatever was selected, and no others", async () => {
    const id = uuid();
    const [statement] = await replicas.statements.during(() =>
      one.data("query ($id: ID!) { user(id: $id) { name } }", { id }),
    );
    expect(columnsRead(statement?.text ?? "")).toEqual([
      "users.avatar_url",
      "users.created_at",
      "users.handle",
      "users.id",
      "users.name",
    ]);
  });

  test("S36 what only some may see is read each time, and never kept", async () => {
    const viewer = await replicas.signUp("secretive");
    const query = "query ($id: ID!) { user(id: $id) { name email role } }";
    const own = {
      user: { name: "0", email: expect.stringContaining("@example.com"), role: "USER" },
    };
    for (let time = 0; time < 2; time++) {
      expect(await one.data(query, { id: viewer.id }, viewer)).toEqual(own);
      expect(await one.codes(query, { id: viewer.id })).toEqual([
        "FORBIDDEN user.email",
        "FORBIDDEN user.role",
      ]);
    }
    await one.data(byId, { id: viewer.id }, viewer);
    const kept = await redis.ask(async (client) => {
      const keys = await client.keys("*:user:*");
      return keys.length > 0 ? client.mget(keys) : [];
    });
    expect(kept.join()).not.toContain("@example.com");
  });

  test("a handle that is free, taken, changed and passed on leads to whom it belongs", async () => {
    const holderOf = (client: SignedClient, handle: string) => client.data(byHandle, { handle });
    for (const client of [one, other]) {
      expect(await holderOf(client, "wanted")).toEqual({ userByHandle: null });
    }
    const first = await replicas.signUp("wanted");
    for (const client of [one, other]) {
      expect(await holderOf(client, "wanted")).toEqual({ userByHandle: { name: "0" } });
      expect(await holderOf(client, "moved")).toEqual({ userByHandle: null });
    }
    await other.data(update, { input: { handle: "moved", name: "Moved" } }, first);
    for (const client of [one, other]) {
      expect(await holderOf(client, "wanted")).toEqual({ userByHandle: null });
      expect(await holderOf(client, "moved")).toEqual({ userByHandle: { name: "Moved" } });
    }
    const second = await replicas.signUp("wanted");
    for (const client of [one, other]) {
      expect(await holderOf(client, "wanted")).toEqual({ userByHandle: { name: "0" } });
    }
    const deletion =
      "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }";
    await one.data(deletion, { input: { password: "a long password" } }, second);
    for (const client of [one, other]) {
      expect(await holderOf(client, "wanted")).toEqual({ userByHandle: null });
      expect(await client.data(byId, { id: second.id })).toEqual({ user: null });
    }
  });

  test("a change of a profile is one statement, which gives what is selected and announces what it makes old", async () => {
    const viewer = await replicas.signUp("brief");
    const document = `mutation { updateProfile(input: { name: "Brief", avatarUrl: null }) {
      user { name email } again: user { label: handle createdAt } } }`;
    const statements = await replicas.statements.during(async () => {
      expect(await one.data(document, {}, viewer)).toEqual({
        updateProfile: {
          user: { name: "Brief", email: expect.stringContaining("@example.com") },
          again: { label: "brief", createdAt: expect.stringMatching(/^\d{4}-.*Z$/) },
        },
      });
    });
    expect(statements.map(({ text }) => columnsRead(text))).toEqual([
      ["users.created_at", "users.email (own row)", "users.handle", "users.name"],
    ]);
    expect(statements[0]?.text).toMatch(/^\s*WITH.*UPDATE users.*INSERT INTO outbox/s);
  });

  test("of changes of one account at once each is whole, and no handle of before is left", async () => {
    const viewer = await replicas.signUp("busy");
    const handles = Array.from({ length: 12 }, (_, index) => `busy_${index}`);
    const holderOf = (client: SignedClient, handle: string) =>
      client.data("query ($handle: String!) { userByHandle(handle: $handle) { handle name } }", {
        handle,
      });
    for (const handle of handles)
      expect(await holderOf(one, handle)).toEqual({ userByHandle: null });
    const changed = await Promise.all(
      handles.map((handle, index) =>
        (index % 2 === 0 ? one : other).data(
          update,
          { input: { handle, name: `of ${handle}` } },
          viewer,
        ),
      ),
    );
    for (const [index, { updateProfile }] of changed.entries()) {
      const handle = handles[index];
      expect(updateProfile.user).toEqual({ handle, name: `of ${handle}` });
    }
    const { user } = await one.data(byId, { id: viewer.id });
    for (const client of [one, other]) {
      for (const handle of ["busy", ...handles]) {
        const expected = handle === user.handle ? user : null;
        expect(await holderOf(client, handle)).toEqual({ userByHandle: expected });
      }
    }
  });

  test("a change that fails leaves all as it was", async () => {
    const viewer = await replicas.signUp("steady");
    await one.data(byId, { id: viewer.id });
    const taken = { input: { handle: "moved" } };
    expect(await other.codes(update, taken, viewer)).toEqual(["HANDLE_TAKEN updateProfile"]);
    expect(await one.data(byId, { id: viewer.id })).toEqual({
      user: { handle: "steady", name: "0" },
    });
  });
});
