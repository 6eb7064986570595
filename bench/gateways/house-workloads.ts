import type { House } from "../house.ts";
import { allUsers, type ListedUser, signUp } from "../house-client.ts";
import { createExpectation } from "./expectation.ts";
import { firstShop } from "./shop.ts";
import { createTemplate } from "./template.ts";
import type { Workload } from "./workloads.ts";

/** Questions of each workload, asked in turn: too many for two of the same to be in flight together. */
const questions = 200;

const wide = `query Wide($after: String) {
  users(first: 20, after: $after) { edges { node { id name
    todos(first: 10) { edges { node { id title owner { id name } } } } } } } }`;

const profile = `query Profile($id: ID!) {
  user(id: $id) { id handle name todoStats { total open }
    lists(first: 5) { totalCount edges { node { id name viewerRole } } } } }`;

/**
 * Operations of our own graph, as a signed-in viewer.
 * @param referenceUrl endpoint of the gateway whose answers count as right: Apollo's execution
 */
export async function createHouseWorkloads(
  house: House,
  referenceUrl: string,
): Promise<readonly Workload[]> {
  const headers = await signUp(house);
  // Without the last ones, each page is full.
  const users = (await allUsers(house, headers)).slice(0, -21);
  const step = Math.max(1, Math.floor(users.length / questions));
  const some = users.filter((_, at) => at % step === 0);
  const create = async (
    name: string,
    query: string,
    variables: (user: ListedUser) => object,
  ): Promise<Workload> => {
    const bodies = some.map((user) => JSON.stringify({ query, variables: variables(user) }));
    const answers: string[] = [];
    for (const body of bodies) answers.push(await ask(referenceUrl, headers, body));
    return cycle(name, headers, bodies, answers);
  };
  return [
    await create("house-wide", wide, ({ cursor }) => ({ after: cursor })),
    await create("house-profile", profile, ({ node }) => ({ id: node.id })),
  ];
}

function cycle(
  name: string,
  headers: Readonly<Record<string, string>>,
  bodies: readonly string[],
  answers: readonly string[],
): Workload {
  return {
    name,
    headers,
    bytes: Math.max(...answers.map(({ length }) => length)),
    open() {
      const shots = bodies.map((body, at) => ({
        body,
        expected: createExpectation(createTemplate(answers[at] ?? "")),
      }));
      let turn = 0;
      return {
        get otherBytes() {
          return shots.some(({ expected }) => expected.otherBytes());
        },
        next() {
          const shot = shots[turn++ % shots.length];
          if (shot === undefined) throw new Error(`${name} has no question`);
          return { body: shot.body, check: (bytes) => shot.expected.check(bytes, firstShop) };
        },
      };
    },
  };
}

/** @returns the answer, a character for each byte */
async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const { errors } = JSON.parse(bytes.toString("utf8"));
  if (response.status !== 200 || errors !== undefined)
    throw new Error(`no right answer: ${bytes.subarray(0, 500)}`);
  return bytes.toString("latin1").trimEnd();
}
