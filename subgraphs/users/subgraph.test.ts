import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signViewer, type Viewer, viewerHeader } from "../../runtime/identity.ts";
import { createClient } from "../../tests/harness/client.ts";
import { signingKey } from "../../tests/harness/signed-client.ts";
import { type Person, startUsers, type Users } from "../../tests/harness/users-subgraph.ts";

let users: Users;
let ada: Person;

beforeAll(async () => {
  users = await startUsers();
  ada = await users.signUp("ada");
});

afterAll(() => users.stop());

const direct = (document: string, headers: Readonly<Record<string, string>>, variables = {}) =>
  createClient(`${users.url}/graphql`).send(document, variables, headers);

test.each([
  ["_service", "{ _service { sdl } }"],
  ["_entities", "{ _entities(representations: []) { __typename } }"],
  ["a query", "{ users { totalCount } }"],
])("S27 %s is refused to whoever is not the gateway", async (_what, document) => {
  const now = users.clock.now();
  const signed = signViewer(ada.viewer, signingKey, now);
  const forgeries = [
    undefined,
    "",
    "v1..",
    "v1.W10.",
    signViewer(ada.viewer, "another key of at least thirty-two characters", now),
    signed.replace(
      /^v1\.[^.]+/,
      `v1.${Buffer.from(JSON.stringify([now / 1000, "x", "ADMIN", "y"])).toString("base64url")}`,
    ),
    signed.slice(0, -1),
    `${signed}, ${signed}`,
    signViewer(ada.viewer, signingKey, now - 66_000),
    signViewer(ada.viewer, signingKey, now + 10_000),
    "x".repeat(5_000),
  ];
  const statements = await users.statements.during(async () => {
    for (const header of forgeries) {
      const answer = await direct(document, {
        authorization: `Bearer ${ada.accessToken}`,
        "x-user-id": ada.id,
        ...(header !== undefined && { [viewerHeader]: header }),
      });
      expect(answer.status).toBe(401);
      expect(answer.data).toBeUndefined();
      expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(["UNSIGNED_REQUEST"]);
    }
  });
  expect(statements).toEqual([]);
});

test("S28 headers that claim an identity beside the signed one mean nothing", async () => {
  const anonymous = signViewer({ kind: "anonymous" }, signingKey, users.clock.now());
  const answer = await direct("{ me { id } }", {
    [viewerHeader]: anonymous,
    authorization: `Bearer ${ada.accessToken}`,
    "x-user-id": ada.id,
    "x-user-role": "ADMIN",
    "x-forwarded-user": ada.id,
    "apollo-federation-include-trace": "ftv1",
  });
  expect(answer).toEqual({ status: 200, data: { me: null } });
});

test("the key set has the public key alone and may be kept for some minutes", async () => {
  const response = await fetch(`${users.url}/.well-known/jwks.json`);
  expect(response.headers.get("cache-control")).toBe("public, max-age=300");
  expect(await response.json()).toEqual({
    keys: [
      { kty: "OKP", crv: "Ed25519", x: expect.any(String), kid: "test", alg: "EdDSA", use: "sig" },
    ],
  });
});

test("its schema says of everything what it is", async () => {
  const { __schema } = await users.data(
    `{ __schema { types { name description fields { name description args { name description } }
       inputFields { name description } enumValues { name description } } } }`,
  );
  type Described = { name: string; description: string | null } & Record<string, unknown>;
  const isOurs = ({ name }: Described): boolean =>
    !/^(__|_|Query$|Mutation$|String$|Int$|Float$|Boolean$|ID$)|^(link|federation)__/.test(name);
  const undescribed = (thing: Described, path: string): string[] => [
    ...(thing.description === null || thing.description === "" ? [path] : []),
    ...["fields", "args", "inputFields", "enumValues"].flatMap((part) =>
      ((thing[part] ?? []) as Described[])
        .filter(({ name }) => !name.startsWith("_"))
        .flatMap((child) => undescribed(child, `${path}.${child.name}`)),
    ),
  ];
  const types: Described[] = __schema.types;
  expect(types.filter(isOurs).flatMap((type) => undescribed(type, type.name))).toEqual([]);
  expect(
    types
      .filter(({ name }) => name === "Query" || name === "Mutation")
      .flatMap((type) => undescribed({ ...type, description: "a root" }, type.name)),
  ).toEqual([]);
});

test("a viewer of another issuer has no account here", async () => {
  const viewer: Viewer = { kind: "user", id: "auth0|{1}", role: "USER", session: "" };
  expect(await users.data("{ me { id } }", {}, viewer)).toEqual({ me: null });
  expect(await users.codes("{ users(first: 1) { edges { node { email } } } }", {}, viewer)).toEqual(
    ["FORBIDDEN users.edges.0.node.email"],
  );
});

test("an unknown field does not fit the schema", async () => {
  const answer = await users.send("{ users(first: 1) { edges { node { nmae } } } }");
  expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
    { code: "GRAPHQL_VALIDATION_FAILED" },
  ]);
});
