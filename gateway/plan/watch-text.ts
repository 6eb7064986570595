import { readFile, stat } from "node:fs/promises";

/** A text in a file that may be written or replaced at any time. */
export interface WatchedText {
  /** @throws whatever keeps the file from being read */
  read(): Promise<string>;
  /** From now on hears of each text that differs from the one before. One is heard out before the next is read. */
  follow(changed: (text: string) => Promise<void>): void;
  /** Waits for what is being heard. */
  stop(): Promise<void>;
}

/**
 * Looks at the file every few milliseconds, which costs nothing beside a request and, unlike the system's notices, sees
 * through symbolic links (a mounted ConfigMap is one) and works on network file systems. A file that is missing for a
 * while is waited for. Write it whole and rename it into place: half of it would be a text of its own.
 */
export function watchText(path: string, milliseconds: number): WatchedText {
  let seen = "";
  let last: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;

  async function read(): Promise<string> {
    // The mark first: a file that changes while it is read is read again.
    const mark = await markOf(path);
    const text = await readFile(path, "utf8");
    seen = mark;
    last = text;
    return text;
  }

  async function look(changed: (text: string) => Promise<void>): Promise<void> {
    try {
      if ((await markOf(path)) === seen) return;
      const before = last;
      const text = await read();
      if (text !== before) await changed(text);
    } catch {
      // It is not there now.
    }
  }

  function schedule(changed: (text: string) => Promise<void>): void {
    if (stopped) return;
    timer = setTimeout(() => {
      looking = look(changed).then(() => schedule(changed));
    }, milliseconds);
    timer.unref();
  }

  return {
    read,
    follow: schedule,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** Differs when the file was written or replaced. */
async function markOf(path: string): Promise<string> {
  const { ctimeNs, ino, mtimeNs, size } = await stat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join();
}
