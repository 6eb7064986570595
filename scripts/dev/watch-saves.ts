import { join, relative } from "node:path";
import { watch } from "chokidar";

/** Milliseconds without a further event after which a save is whole: editors write in several steps. */
const quiet = 40;

/** Written by tools, or compiled by others. */
const unwatched = /\/(generated|explorer)(\/|$)|\.test\.ts$/;

export interface Saves {
  stop(): Promise<void>;
}

/**
 * Hears of files of the project that are saved or deleted, whichever way an editor does it.
 * @param saved gets absolute paths, and when the first of them was saved, in milliseconds since the epoch
 * @param failed hears why some saves may go unheard, such as a system out of watches; the others are still told
 */
export async function watchSaves(
  root: string,
  saved: (files: readonly string[], at: number) => void,
  failed: (error: unknown) => void,
): Promise<Saves> {
  const folders = ["subgraphs", "prisma", "runtime", "gateway", "supergraph.yaml"];
  const watcher = watch(
    folders.map((name) => join(root, name)),
    { ignoreInitial: true, ignored: (path) => unwatched.test(relative(root, path)) },
  );
  let files = new Set<string>();
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  watcher.on("all", (event, path) => {
    if (event !== "add" && event !== "change" && event !== "unlink") return;
    if (files.size === 0) since = Date.now();
    files.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const all = [...files];
      files = new Set();
      saved(all, since);
    }, quiet);
  });
  watcher.on("error", failed);
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  return {
    async stop() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
