import { type Answer, type Client, createClient, dataOf } from "../harness/client.ts";
import type { Ask } from "./change.ts";
import type { Asker } from "./estate.ts";
import { oneOf } from "./one-of.ts";
import type { Question } from "./questions.ts";
import type { Person, Town } from "./town.ts";

/** Somebody who asks through any of the gateways. */
export interface Voice {
  readonly asker: Asker;
  /** The anonymous ask by GET as well, as browsers and CDNs do. */
  read(question: Question): Promise<Answer>;
  write: Ask;
}

/** @param person undefined for the anonymous */
export function createVoice({ gateways }: Town, person: Person | undefined): Voice {
  const clients = gateways.map((url) => createClient(url, person?.token));
  return {
    asker: person?.id,
    read({ document, variables }) {
      const client = oneOf(clients);
      const isGet = person === undefined && Math.random() < 0.5;
      return isGet ? get(client, document, variables) : client.send(document, variables);
    },
    write: async (document, variables) => dataOf(await oneOf(clients).send(document, variables)),
  };
}

async function get({ url }: Client, query: string, variables: unknown): Promise<Answer> {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const response = await fetch(`${url}?${search}`, { headers: { accept: "application/json" } });
  return { status: response.status, ...((await response.json()) as Omit<Answer, "status">) };
}
