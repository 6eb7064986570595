import { z } from "zod";
import { ConfigError } from "../../runtime/env.ts";

/** A document that an application was built with. */
export interface TrustedDocument {
  readonly id: string;
  readonly name: string;
  readonly body: string;
}

/** What `@apollo/generate-persisted-query-manifest` writes. */
const manifest = z.object({
  format: z.literal("apollo-persisted-query-manifest"),
  version: z.literal(1),
  operations: z.array(
    z.object({ id: z.string().min(1), name: z.string(), body: z.string().min(1) }),
  ),
});

/**
 * Reads a manifest in Apollo's format.
 * @param place what errors call it
 * @throws ConfigError
 */
export function parseManifest(text: string, place: string): readonly TrustedDocument[] {
  const { data, error } = manifest.safeParse(parseJson(text, place));
  if (error !== undefined) {
    const [issue] = error.issues;
    const at = issue?.path.join(".") || "the whole";
    throw new ConfigError(`${place} is no persisted query manifest: ${at}: ${issue?.message}`);
  }
  const ids = new Set<string>();
  for (const { id } of data.operations) {
    if (ids.has(id)) throw new ConfigError(`${place} has two operations with the id ${id}`);
    ids.add(id);
  }
  return data.operations.map(({ body, id, name }) => ({ id, name, body }));
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${place} is not JSON: ${(error as Error).message}`);
  }
}
