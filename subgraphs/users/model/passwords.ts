import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import pLimit from "p-limit";
import { failure } from "../../../runtime/errors.ts";
import type { Part } from "../../../runtime/lifecycle.ts";

/** argon2id as OWASP recommends it: 19 MiB, two passes, one thread. Some 20 ms of one core. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface PasswordsOptions {
  /** Hashes at the same time at most: they share the four threads that files and name lookups need too. */
  readonly concurrent?: number;
  /** Hashes that may wait; the rest is turned away at once. */
  readonly waiting?: number;
}

export interface Passwords extends Part {
  /** In PHC format. @throws OVERLOADED */
  hash(password: string): Promise<string>;
  /** Without a stored hash, for an account that does not exist, it takes as long and says no. @throws OVERLOADED */
  verify(stored: string | undefined, password: string): Promise<boolean>;
}

export function createPasswords(options: PasswordsOptions = {}): Passwords {
  const { concurrent = 2, waiting = 64 } = options;
  const limit = pLimit(concurrent);
  let nobodys = "";

  async function limited<Result>(work: () => Promise<Result>): Promise<Result> {
    if (limit.pendingCount >= waiting) throw failure("OVERLOADED");
    return limit(work);
  }

  return {
    name: "passwords",
    async start() {
      nobodys = await hash(randomBytes(32), cost);
    },
    stop: async () => {},
    hash: (password) => limited(() => hash(normalized(password), cost)),
    async verify(stored, password) {
      const fits = await limited(() => verify(stored ?? nobodys, normalized(password)));
      return fits && stored !== undefined;
    },
  };
}

/** Keyboards differ in how they compose one letter (NIST SP 800-63B, 5.1.1.2). */
function normalized(password: string): string {
  return password.normalize("NFKC");
}
