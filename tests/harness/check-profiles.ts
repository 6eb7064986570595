import type { Viewer } from "../../runtime/identity.ts";
import type { UserReplicas } from "./user-replicas.ts";

export interface Checked {
  readonly reads: number;
  readonly writes: number;
  /** Reads that missed a write which was answered before they were sent, in words. */
  readonly violations: readonly string[];
  /** Milliseconds from the answer of a write to the latest read that still missed it; 0 when there is none. */
  readonly stalest: number;
  /** Milliseconds that the slowest write took. */
  readonly slowestWrite: number;
}

/** A profile whose name is a number that its writer raises, and what is known of it. */
interface Register {
  readonly viewer: Extract<Viewer, { kind: "user" }>;
  readonly handle: string;
  /** The last number that was sent. */
  sent: number;
  /** The last number whose write was answered, and when. */
  answered: number;
  answeredAt: number;
}

const write =
  "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { name } } }";
const readById = "query ($id: ID!) { user(id: $id) { name } }";
const readByHandle = "query ($handle: String!) { user: userByHandle(handle: $handle) { name } }";

/**
 * Clients read and write profiles at random, each through a replica at random. A name is written by one client at a time and only
 * rises, so a read that gives less than what was answered before it was sent has missed a write.
 */
export async function checkProfiles(
  { clients, signUp }: UserReplicas,
  options: { readonly clients: number; readonly seconds: number },
): Promise<Checked> {
  const registers: Register[] = [];
  const run = Math.random().toString(36).slice(2, 8);
  for (let index = 0; index < options.clients; index++) {
    const handle = `r_${run}_${index}`;
    const viewer = await signUp(handle);
    registers.push({ viewer, handle, sent: 0, answered: 0, answeredAt: performance.now() });
  }
  const violations: string[] = [];
  let [reads, writes, stalest, slowestWrite] = [0, 0, 0, 0];
  const end = performance.now() + options.seconds * 1_000;
  const replica = () => oneOf(clients);

  async function raise(register: Register): Promise<void> {
    register.sent += 1;
    const input = { name: String(register.sent) };
    const began = performance.now();
    const { updateProfile } = await replica().data(write, { input }, register.viewer);
    register.answered = register.sent;
    register.answeredAt = performance.now();
    slowestWrite = Math.max(slowestWrite, register.answeredAt - began);
    writes += 1;
    note(register, Number(updateProfile.user.name), register.sent, "its own answer");
  }

  async function look(register: Register): Promise<void> {
    const atLeast = register.answered;
    const { user } =
      Math.random() < 0.5
        ? await replica().data(readById, { id: register.viewer.id })
        : await replica().data(readByHandle, { handle: register.handle });
    reads += 1;
    note(register, Number(user?.name), atLeast, "a read");
  }

  function note(register: Register, seen: number, atLeast: number, where: string): void {
    if (seen >= atLeast && seen <= register.sent) return;
    violations.push(`${where} gave ${seen}, ${atLeast} was answered before, ${register.sent} sent`);
    stalest = Math.max(stalest, performance.now() - register.answeredAt);
  }

  async function client(own: Register): Promise<void> {
    while (performance.now() < end) {
      if (Math.random() < 0.1) await raise(own);
      else await look(oneOf(registers));
      // Without a pause the clients of one process would measure themselves.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
    }
  }

  // Others go on reading while a writer waits.
  await Promise.all([
    ...registers.map(client),
    ...registers.map(async () => {
      while (performance.now() < end) await look(oneOf(registers));
    }),
  ]);
  return { reads, writes, violations, stalest, slowestWrite };
}

function oneOf<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item;
}
