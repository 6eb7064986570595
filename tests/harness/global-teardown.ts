import { rm } from "node:fs/promises";
import { keptServer } from "./server.ts";

export default async function globalTeardown(): Promise<void> {
  const kept = keptServer();
  if (kept === undefined) return;
  await kept.server.remove();
  await rm(kept.dataDir, { recursive: true, force: true });
}
