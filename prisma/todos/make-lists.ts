import { createDraws, seedId } from "../seed-ids.ts";
import { themes } from "./seed-phrases.ts";

const day = 86_400_000;

/** What made-up lists and todos depend on. */
export interface SeedPlan {
  readonly lists: { readonly first: number; readonly count: number };
  readonly todos: { readonly first: number; readonly count: number };
  /** Numbers of the users that lists belong to; the users database has them under the same ids. */
  readonly users: { readonly first: number; readonly count: number };
  /** Milliseconds since the epoch that dates are relative to. */
  readonly now: number;
}

export interface MadeMember {
  readonly id: string;
  readonly role: "OWNER" | "EDITOR" | "READER";
  readonly addedAt: number;
}

export interface MadeList {
  readonly id: string;
  readonly name: string;
  readonly theme: (typeof themes)[number];
  readonly isPublic: boolean;
  /** The first one owns the list. */
  readonly members: readonly [MadeMember, ...MadeMember[]];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
  /** Numbers of its todos. */
  readonly todos: { readonly first: number; readonly count: number };
}

/** Makes up the lists of a plan, one after the other: most are short and private to a few, some are very long. */
export function* makeLists(plan: SeedPlan): Generator<MadeList> {
  const { lists, todos } = plan;
  let total = 0;
  for (let at = 0; at < lists.count; at += 1) total += weight(lists.first + at);
  let before = 0;
  let sum = 0;
  for (let at = 0; at < lists.count; at += 1) {
    sum += weight(lists.first + at);
    const upTo = at === lists.count - 1 ? todos.count : Math.floor((todos.count * sum) / total);
    yield makeList(plan, at, { first: todos.first + before, count: upTo - before });
    before = upTo;
  }
}

/** How long a list is against others, a power law. */
function weight(index: number): number {
  const draw = createDraws("list", index);
  return (1 - draw()) ** -0.7;
}

function makeList(plan: SeedPlan, at: number, todos: MadeList["todos"]): MadeList {
  const { lists, now } = plan;
  const index = lists.first + at;
  const draw = createDraws("list", index);
  // The first draw is the weight.
  draw();
  const theme = pick(themes, draw());
  const createdAt = now - Math.floor((1 + draw() * 200) * day);
  const name = pick(theme.names, draw());
  return {
    id: seedId("list", index),
    name: at < themes.length * 5 ? name : `${name} ${1 + (index % 99)}`,
    theme,
    isPublic: at % 3 === 0,
    members: makeMembers(plan, at, createdAt, draw),
    createdAt,
    updatedAt: createdAt + Math.floor(draw() * (now - createdAt)),
    version: 1 + Math.floor(draw() ** 2 * 6),
    todos,
  };
}

function makeMembers(
  { users, now }: SeedPlan,
  at: number,
  createdAt: number,
  draw: () => number,
): MadeList["members"] {
  // Everybody has a list; a few keep most of the others.
  const owner = at < users.count ? at : Math.floor(users.count * draw() ** 2);
  const others = new Set<number>();
  // The neighbour is the one to share with: ada and grace, for example.
  const neighbour = owner ^ 1;
  if (draw() < 0.5 && neighbour < users.count) others.add(neighbour);
  const kind = draw();
  const guests =
    kind < 0.5 ? 0 : kind < 0.8 ? 1 + draw() * 3 : kind < 0.95 ? 4 + draw() * 5 : 9 + draw() * 12;
  for (let guest = 1; guest <= guests; guest += 1) {
    const user = Math.floor(users.count * draw());
    if (user !== owner) others.add(user);
  }
  const member = (user: number, role: MadeMember["role"], addedAt: number): MadeMember => ({
    id: seedId("user", users.first + user),
    role,
    addedAt,
  });
  const rest = [...others].map((user, place) => {
    const role = draw();
    const added = createdAt + Math.floor(draw() ** 3 * (now - createdAt));
    return member(
      user,
      place === 0 || role < 0.6 ? "EDITOR" : role < 0.65 ? "OWNER" : "READER",
      added,
    );
  });
  return [member(owner, "OWNER", createdAt), ...rest];
}

export function pick<const Item>(items: readonly Item[], draw: number): Item {
  return items[Math.floor(draw * items.length)] as Item;
}
