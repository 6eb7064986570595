import { createClient } from "../../tests/harness/client.ts";
import type { Shot } from "../gateways/fire.ts";
import { type House, withClient } from "../house.ts";
import { bodyOf, type Questions } from "./questions.ts";
import { zipfRank } from "./zipf.ts";

/** Reads of users by Zipf's law, and writes of those that are read most: each is renamed to a number that rises. */
export interface Renames {
  /** Who reads a name must see the last one that was answered, or a later one. */
  read(): Shot;
  /** A read while all that may write are at it. */
  write(): Shot;
  /** Milliseconds that each write took. */
  readonly times: number[];
}

/** A seeded account that is signed in. */
interface Author {
  readonly id: string;
  readonly token: string;
  /** The last number that was written into its name, and the last one that was answered. */
  sent: number;
  answered: number;
  busy: boolean;
}

const authorsAtMost = 20;
/** All seeded accounts have this password. */
const password = "correct-horse-battery";
const rename =
  "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id name } } }";

export async function createRenames(house: House, { bodies }: Questions): Promise<Renames> {
  const authors = await signInSome(house);
  const bodyAbout = (id: string): string => bodies.find((body) => body.includes(id)) ?? "";
  const byBody = new Map(authors.map((author) => [bodyAbout(author.id), author]));
  const times: number[] = [];

  function read(): Shot {
    const body = bodies[zipfRank(bodies.length)] ?? "";
    const atLeast = byBody.get(body)?.answered ?? 0;
    return {
      body,
      check(answer) {
        const { user } = JSON.parse(answer.toString()).data;
        if (numberIn(user.name) < atLeast) throw new Error(`${user.name}, not ${atLeast}`);
      },
    };
  }

  function write(): Shot {
    const author = authors.find(({ busy }) => !busy);
    if (author === undefined) return read();
    const number = ++author.sent;
    const sent = performance.now();
    author.busy = true;
    return {
      body: bodyOf(rename, { input: { name: nameOf(number) } }),
      headers: () => ({ authorization: `Bearer ${author.token}` }),
      check(answer) {
        const { updateProfile } = JSON.parse(answer.toString()).data;
        if (updateProfile.user.name !== nameOf(number)) throw new Error(answer.toString());
        times.push(performance.now() - sent);
        author.answered = number;
        author.busy = false;
        // Others write before it does so again.
        authors.push(...authors.splice(authors.indexOf(author), 1));
      },
    };
  }

  return { read, write, times };
}

/** The accounts that are read most. */
async function signInSome(house: House): Promise<Author[]> {
  const { rows } = await withClient(house.databaseUrl("users"), (client) =>
    client.query<{ id: string; email: string }>(
      "SELECT id, email FROM users ORDER BY id LIMIT $1",
      [authorsAtMost],
    ),
  );
  const authors: Author[] = [];
  for (const { email, id } of rows) {
    const { signIn } = await createClient(house.url).data(
      "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }",
      { input: { email, password } },
    );
    authors.push({ id, token: signIn.accessToken, sent: 0, answered: 0, busy: false });
  }
  return authors;
}

const nameOf = (number: number): string => `Number ${number}`;

/** 0 for a name of before. */
function numberIn(name: string): number {
  return Number(/^Number (\d+)$/.exec(name)?.[1] ?? 0);
}
