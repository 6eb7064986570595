import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { createLog } from "../../runtime/log.ts";
import { createRedis, type Redis } from "../../runtime/redis.ts";
import { startRedis, type TestRedis } from "../../tests/harness/redis.ts";
import { withRedis } from "../../tests/harness/with-redis.ts";
import {
  findDocument,
  keepDocument,
  keepInMemory,
  keepInRedis,
  type PersistedDocuments,
} from "./persisted-documents.ts";

const document = "{ a }";
const hash = sha256(document);
const named = { document, hash, operationName: undefined };
const alone = { ...named, document: undefined };
const unknown = {
  message: "PersistedQueryNotFound",
  extensions: { code: "PERSISTED_QUERY_NOT_FOUND" },
};

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function inMemory(): PersistedDocuments {
  return { kept: keepInMemory(), trust: undefined };
}

async function find(documents: PersistedDocuments, asked: typeof named | typeof alone) {
  return findDocument(documents, asked, {});
}

test("a document is found by its hash once it was kept, and not before", async () => {
  const documents = inMemory();
  expect(findDocument(documents, named, {})).toBe(document);
  await expect(find(documents, alone)).rejects.toMatchObject(unknown);
  await keepDocument(documents, named);
  expect(await find(documents, alone)).toBe(document);
});

test("a document without a hash is taken as it is, and not kept", async () => {
  const documents = inMemory();
  const plain = { ...named, hash: undefined };
  expect(findDocument(documents, plain, {})).toBe(document);
  await keepDocument(documents, plain);
  await expect(find(documents, alone)).rejects.toThrow();
});

test("S33 the hash of another document is refused, and what is kept stays within bounds", async () => {
  const documents = inMemory();
  expect(() => findDocument(documents, { ...named, document: "{ b }" }, {})).toThrow(
    expect.objectContaining({ extensions: { code: "BAD_REQUEST" } }),
  );
  await keepDocument(documents, named);
  const large = "#".repeat(1024 * 1024);
  for (let n = 0; n < 20; n++)
    await keepDocument(documents, { ...named, document: large + n, hash: `${n}` });
  await expect(find(documents, alone)).rejects.toThrow();
  expect(await find(documents, { ...alone, hash: "19" })).toBe(`${large}19`);
});

test("S33 nothing is kept of ids that nobody knows", async () => {
  const kept = keepInMemory();
  const set = jest.spyOn(kept, "set");
  const documents = { kept, trust: undefined };
  await keepDocument(documents, named);
  for (let n = 0; n < 1_000; n++) {
    await expect(find(documents, { ...alone, hash: `${n}` })).rejects.toMatchObject(unknown);
  }
  expect(set).toHaveBeenCalledTimes(1);
  expect(await find(documents, alone)).toBe(document);
});

withRedis("with Redis", () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    const log = createLog("test", "silent");
    redis = createRedis({ url: server.url, name: "test", log, commandTimeout: 20 });
    await redis.start();
  });
  afterAll(async () => {
    await redis.stop();
    await server.stop();
  });

  function replica(): PersistedDocuments {
    return { kept: keepInRedis(keepInMemory(), redis), trust: undefined };
  }

  test("a document that one replica was sent is known to the others, for a while", async () => {
    await keepDocument(replica(), named);
    expect(await find(replica(), alone)).toBe(document);
    const seconds = await server.ask((client) => client.ttl(`gateway:apq:${hash}`));
    expect(seconds).toBeGreaterThan(6 * 24 * 3600);
    expect(seconds).toBeLessThanOrEqual(7 * 24 * 3600);
  });

  test("S37 what stands in Redis and is another document, or none, counts as unknown", async () => {
    const hashOfNone = sha256("{ none }");
    await server.ask((client) => client.set(`gateway:apq:${hashOfNone}`, "{ poisoned }"));
    await expect(find(replica(), { ...alone, hash: hashOfNone })).rejects.toMatchObject(unknown);
    const hashOfList = sha256("{ list }");
    await server.ask((client) => client.lpush(`gateway:apq:${hashOfList}`, "x"));
    await expect(find(replica(), { ...alone, hash: hashOfList })).rejects.toMatchObject(unknown);
  });

  test("R62 without Redis a replica knows what it was sent itself", async () => {
    const documents = replica();
    server.pause();
    try {
      await keepDocument(documents, named);
      expect(await find(documents, alone)).toBe(document);
      await expect(find(replica(), alone)).rejects.toMatchObject(unknown);
    } finally {
      server.resume();
    }
  });
});
