import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Client, codesOf } from "../harness/client.ts";
import { type Graph, startGraph } from "../harness/graph.ts";

const addresses = '{ userByHandle(handle: "grace") { name email role } }';
const signUp = `mutation ($input: SignUpInput!) { signUp(input: $input) { user { handle email role } } }`;

/** Where the gateway does not enforce what the schema requires, the subgraphs do: clients see no difference. */
describe.each(["compiled", "apollo"])("who may do what in our own graph, engine %s", (engine) => {
  let graph: Graph;
  let grace: Client;

  beforeAll(async () => {
    graph = await startGraph({ data: "demo", env: { GATEWAY_ENGINE: engine } });
    grace = await graph.signIn("grace@example.com");
  });

  afterAll(() => graph.stop());

  test("S20 S30 personal data is null with FORBIDDEN for the anonymous and for others, and there for its owner", async () => {
    const answer = await graph.anonymous.send(addresses);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({
      userByHandle: { name: "Grace Hopper", email: null, role: null },
    });
    expect(codesOf(answer)).toEqual([
      "FORBIDDEN userByHandle.email",
      "FORBIDDEN userByHandle.role",
    ]);
    expect((await grace.data(addresses)).userByHandle.email).toBe("grace@example.com");
    expect(await grace.codes(addresses.replace("grace", "ada"))).toEqual([
      "FORBIDDEN userByHandle.email",
      "FORBIDDEN userByHandle.role",
    ]);
  });

  test("S20 who signs up is shown their own address by the mutation that made the account", async () => {
    const input = {
      handle: "fresh",
      name: "Fresh",
      email: "fresh@example.com",
      password: "a long enough password",
    };
    const { signUp: session } = await graph.anonymous.data(signUp, { input });
    expect(session.user).toEqual({ handle: "fresh", email: "fresh@example.com", role: "USER" });
  });

  test("S20 the anonymous may sign in and read, and write nothing", async () => {
    const writes = [
      'updateProfile(input: { name: "Eve" }) { user { id } }',
      "signOutEverywhere { ended }",
      'createList(input: { name: "Mine" }) { list { id } }',
      'completeTodos(ids: ["01890000-0000-7000-8000-000000000000"]) { todos { id } }',
    ];
    for (const write of writes) {
      const name = write.replace(/\W.*/, "");
      expect(await graph.anonymous.codes(`mutation { ${write} }`)).toEqual([
        `UNAUTHENTICATED ${name}`,
      ]);
    }
    expect(await graph.anonymous.data("{ me { id } lists { totalCount } }")).toMatchObject({
      me: null,
    });
  });
});
