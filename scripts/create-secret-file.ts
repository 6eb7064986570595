import { link, open, readFile, rm } from "node:fs/promises";

/**
 * Writes a file that only its owner can read, whole or not at all, unless it exists.
 * @returns what the file holds: of two processes that start together one wins, and both go on with the same text
 */
export async function createSecretFile(path: string, text: string): Promise<string> {
  const draft = `${path}.${process.pid}`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(draft, path);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return await readFile(path, "utf8");
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}
