import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Clock } from "../../runtime/clock.ts";
import { anonymous, type Viewer, writeAsker } from "../../runtime/identity.ts";
import {
  createRequestSigner,
  type SignatureOptions,
  type SignedRequest,
  signatureHeader,
} from "../../runtime/request-signature.ts";
import type { Answer } from "../../tests/harness/client.ts";
import { signingKey } from "../../tests/harness/signed-client.ts";
import {
  newTokenKey,
  type Person,
  startUsers,
  type Users,
} from "../../tests/harness/users-subgraph.ts";

let users: Users;
let ada: Person;

beforeAll(async () => {
  users = await startUsers();
  ada = await users.signUp("ada");
});

afterAll(() => users.stop());

const key = { key: signingKey, sender: "gateway" } as const;

/** A request as it is, with this signature and whatever else a client may say of itself. */
async function post(
  body: string,
  signature: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; data?: unknown; codes?: readonly string[] }> {
  const response = await fetch(`${users.url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...headers,
      ...(signature !== undefined && { [signatureHeader]: signature }),
    },
    body,
  });
  const { data, errors } = (await response.json()) as Answer;
  return {
    status: response.status,
    ...(data !== undefined && { data }),
    ...(errors && { codes: errors.map(({ extensions }) => extensions.code) }),
  };
}

const refused = { status: 401, codes: ["UNSIGNED_REQUEST"] };

test.each([
  ["_service", "{ _service { sdl } }"],
  ["_entities", "{ _entities(representations: []) { __typename } }"],
  ["a query", "{ users { totalCount } }"],
])("S27 %s is refused to whoever is not the gateway", async (_what, query) => {
  const body = JSON.stringify({ query });
  const request = { method: "POST", path: "/graphql", body };
  const claims = writeAsker(ada.viewer, "");
  const signature = (
    asked: Partial<SignedRequest> = {},
    options: Partial<SignatureOptions> = {},
  ): string =>
    createRequestSigner({ ...key, clock: users.clock, ...options })(
      { ...request, ...asked },
      claims,
    );
  const at = (seconds: number): Clock => ({ now: () => users.clock.now() + seconds * 1000 });
  const admin = writeAsker({ kind: "user", id: ada.id, role: "ADMIN", session: "s" }, "");
  const forgeries = [
    undefined,
    "",
    "v1;;;;;",
    signature({}, { key: "another key of at least thirty-two characters" }),
    signature({}, { sender: "service" }),
    signature({ path: "/events" }),
    signature({ body: body.replace("{", "{ ") }),
    signature().replace(claims, admin),
    signature().slice(0, -1),
    `${signature()}, ${signature()}`,
    signature({}, { clock: at(-66) }),
    signature({}, { clock: at(10) }),
    "x".repeat(5_000),
  ];
  const statements = await users.statements.during(async () => {
    for (const header of forgeries) {
      const identity = { authorization: `Bearer ${ada.accessToken}`, "x-user-id": ada.id };
      expect(await post(body, header, identity)).toEqual(refused);
    }
  });
  expect(statements).toEqual([]);
});

test("S27 what the gateway asked counts once: it is refused when it comes again, and with another body", async () => {
  const sign = createRequestSigner({ ...key, clock: users.clock });
  const body = JSON.stringify({ query: "{ me { id } }" });
  const claims = writeAsker(ada.viewer, "");
  const signed = sign({ method: "POST", path: "/graphql", body }, claims);
  expect(await post(body.replace("id", "handle"), signed)).toEqual(refused);
  expect(await post(body, signed)).toEqual({ status: 200, data: { me: { id: ada.id } } });
  const statements = await users.statements.during(async () => {
    expect(await post(body, signed)).toEqual(refused);
    users.clock.pass(50_000);
    expect(await post(body, signed)).toEqual(refused);
  });
  expect(statements).toEqual([]);
});

test("S28 headers that claim an identity beside the signed one mean nothing", async () => {
  const body = JSON.stringify({ query: "{ me { id } }" });
  const request = { method: "POST", path: "/graphql", body };
  const anonymously = createRequestSigner({ ...key, clock: users.clock })(
    request,
    writeAsker(anonymous, ""),
  );
  const answer = await post(body, anonymously, {
    authorization: `Bearer ${ada.accessToken}`,
    "x-user-id": ada.id,
    "x-user-role": "ADMIN",
    "x-forwarded-user": ada.id,
    "x-supergraph-viewer": ada.id,
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

test("S26 the keys before and after the one that signs are published with it", async () => {
  const next = { ...JSON.parse(newTokenKey()), kid: "next" };
  const same = { ...JSON.parse(newTokenKey()), kid: "test" };
  const rotating = await startUsers("users", undefined, {
    TOKEN_PUBLISHED_KEYS: JSON.stringify([next, same]),
  });
  const response = await fetch(`${rotating.url}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
  expect(keys.map(({ kid }) => kid)).toEqual(["test", "next"]);
  expect(keys[1]).toEqual({
    kty: "OKP",
    crv: "Ed25519",
    x: next.x,
    kid: "next",
    alg: "EdDSA",
    use: "sig",
  });
  await rotating.stop();
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
