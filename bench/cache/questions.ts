import { systemClock } from "../../runtime/clock.ts";
import { anonymous, writeAsker } from "../../runtime/identity.ts";
import { createRequestSigner, signatureHeader } from "../../runtime/request-signature.ts";
import { fire, type Shot } from "../gateways/fire.ts";
import type { House } from "../house.ts";
import type { Side } from "./sides.ts";

/** What is asked for, the first most often. */
export interface Questions {
  readonly name: string;
  /** Which process is asked. */
  readonly at: "gateway" | "users";
  readonly bodies: readonly string[];
}

const userQuery = "query ($id: ID!) { user(id: $id) { id handle name avatarUrl } }";
const listQuery =
  "query ($id: ID!) { list(id: $id) { id name todos(first: 10) { edges { node { id title status } } } } }";
const usersQuery =
  "query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { id handle name avatarUrl } } }";

export function askForUsers(ids: readonly string[]): Questions {
  return { name: "user", at: "gateway", bodies: ids.map((id) => bodyOf(userQuery, { id })) };
}

export function askForLists(ids: readonly string[]): Questions {
  return { name: "list", at: "gateway", bodies: ids.map((id) => bodyOf(listQuery, { id })) };
}

/** As a gateway asks users for the owners of a page. */
export function askForEntities(pages: readonly (readonly string[])[]): Questions {
  const bodies = pages.map((ids) =>
    bodyOf(usersQuery, { representations: ids.map((id) => ({ __typename: "User", id })) }),
  );
  return { name: "entities", at: "users", bodies };
}

/** As a client asks the gateway for the people on a page. */
export function askForPages(pages: readonly (readonly string[])[]): Questions {
  const bodies = pages.map((ids) => {
    const names = ids.map((_, index) => `u${index}`);
    const query = `query (${names.map((name) => `$${name}: ID!`).join(" ")}) { ${names
      .map((name) => `${name}: user(id: $${name}) { id handle name avatarUrl }`)
      .join(" ")} }`;
    return bodyOf(query, Object.fromEntries(ids.map((id, index) => [`u${index}`, id])));
  });
  return { name: "page", at: "gateway", bodies };
}

export function bodyOf(query: string, variables: unknown): string {
  return JSON.stringify({ query, variables });
}

export function urlOf({ at }: Questions, house: House): string {
  return at === "gateway" ? house.url : (house.gatewayEnv["USERS_URL"] ?? "");
}

/** The headers of one request: users wants the gateway's signature. */
function signer(house: House): (body: string) => Readonly<Record<string, string>> {
  const key = house.gatewayEnv["GATEWAY_SIGNING_KEY"] ?? "";
  const sign = createRequestSigner({ key, sender: "gateway", clock: systemClock });
  const claims = writeAsker(anonymous, "");
  return (body) => ({
    [signatureHeader]: sign({ method: "POST", path: "/graphql", body }, claims),
  });
}

/** The answers of a house without a cache to all questions. */
export async function learnAnswers(side: Side, questions: Questions): Promise<Map<string, Buffer>> {
  const answers = new Map<string, Buffer>();
  let sent = 0;
  await fire({
    url: urlOf(questions, side.house),
    connections: 8,
    headers: {},
    until: { requests: questions.bodies.length },
    next: createShots(side, questions, answers, () => sent++),
  });
  return answers;
}

/**
 * Shots at a house, whose answers must be the expected ones byte by byte.
 * @param answers by question; the first answer to one that is not there yet is the expected one for others. Undefined: nobody looks at them
 * @param at gives the place of the next question
 */
export function createShots(
  { house }: Side,
  questions: Questions,
  answers: Map<string, Buffer> | undefined,
  at: () => number,
): () => Shot {
  const sign = signer(house);
  return () => {
    const body = questions.bodies[at()] ?? "";
    return {
      body,
      ...(questions.at === "users" && { headers: () => sign(body) }),
      check(answer) {
        if (answers === undefined) return;
        if (answer.includes('"errors"')) throw new Error(answer.toString());
        const right = answers.get(body);
        if (right === undefined) answers.set(body, answer);
        else if (!right.equals(answer)) throw new Error(`${body}: ${answer} instead of ${right}`);
      },
    };
  };
}
