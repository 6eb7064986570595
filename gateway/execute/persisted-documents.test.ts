import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createPersistedDocuments, findDocument, keepDocument } from "./persisted-documents.ts";

const document = "{ a }";
const hash = createHash("sha256").update(document).digest("hex");

test("a document is found by its hash once it was kept, and not before", async () => {
  const documents = createPersistedDocuments();
  const named = { document, hash };
  expect(findDocument(documents, named)).toBe(document);
  const alone = { document: undefined, hash };
  await expect(findDocument(documents, alone)).rejects.toMatchObject({
    message: "PersistedQueryNotFound",
    extensions: { code: "PERSISTED_QUERY_NOT_FOUND" },
  });
  await keepDocument(documents, named);
  expect(await findDocument(documents, alone)).toBe(document);
});

test("a document without a hash is taken as it is, and not kept", async () => {
  const documents = createPersistedDocuments();
  const plain = { document, hash: undefined };
  expect(findDocument(documents, plain)).toBe(document);
  await keepDocument(documents, plain);
  await expect(findDocument(documents, { document: undefined, hash })).rejects.toThrow();
});

test("S33 the hash of another document is refused, and what is kept stays within bounds", async () => {
  const documents = createPersistedDocuments();
  expect(() => findDocument(documents, { document: "{ b }", hash })).toThrow(
    expect.objectContaining({ extensions: { code: "BAD_REQUEST" } }),
  );
  await keepDocument(documents, { document, hash });
  const large = "#".repeat(1024 * 1024);
  for (let n = 0; n < 20; n++) await keepDocument(documents, { document: large + n, hash: `${n}` });
  await expect(findDocument(documents, { document: undefined, hash })).rejects.toThrow();
  expect(await findDocument(documents, { document: undefined, hash: "19" })).toBe(`${large}19`);
});
