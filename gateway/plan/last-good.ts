import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The last supergraph that was composed from one `supergraph.yaml` and could be served, kept over restarts. */
export interface LastGood {
  read(): Promise<string | undefined>;
  write(sdl: string): Promise<void>;
}

export function createLastGood(folder: string, supergraphPath: string): LastGood {
  const name = createHash("sha256").update(supergraphPath).digest("hex").slice(0, 16);
  const path = join(folder, `supergraph-${name}.graphql`);
  return {
    async read() {
      try {
        return await readFile(path, "utf8");
      } catch {
        return undefined;
      }
    },
    async write(sdl) {
      await mkdir(folder, { recursive: true });
      // Renamed into place, so that a reader never sees half of it.
      const draft = `${path}.${process.pid}`;
      await writeFile(draft, sdl);
      await rename(draft, path);
    },
  };
}
