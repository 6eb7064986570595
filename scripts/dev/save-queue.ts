export interface SaveQueue {
  /** @param at milliseconds since the epoch */
  add(files: readonly string[], at: number): void;
  /** Waits for what is being worked on and takes no more. */
  stop(): Promise<void>;
}

/**
 * Saves in their order, one attempt at a time; what is saved meanwhile goes together into the next one. Files of an attempt
 * that failed go into it as well: they are not alive yet. A file that is gone by then is handed on too, as its going is a change.
 * @param work @returns whether the files went live
 */
export function createSaveQueue(
  work: (files: readonly string[], at: number) => Promise<boolean>,
): SaveQueue {
  let failed = new Set<string>();
  let waiting = new Set<string>();
  let since = 0;
  let working: Promise<void> | undefined;
  let stopped = false;

  async function workOff(): Promise<void> {
    while (waiting.size > 0 && !stopped) {
      const files = new Set([...failed, ...waiting]);
      waiting = new Set();
      failed = (await work([...files], since)) ? new Set() : files;
    }
    working = undefined;
  }

  return {
    add(files, at) {
      if (files.length === 0) return;
      if (waiting.size === 0) since = at;
      for (const file of files) waiting.add(file);
      working ??= workOff();
    },
    async stop() {
      stopped = true;
      await working;
    },
  };
}
