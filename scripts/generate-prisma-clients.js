// Writes prisma/*/generated from each schema.prisma, or of the subgraphs that are named as arguments. `prisma generate`
// needs no schema engine but insists on one being there; any file does, and nothing is downloaded.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownSubgraphs } from "./own-subgraphs.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const named = process.argv.slice(2);

for (const subgraph of named.length > 0 ? named : ownSubgraphs(root)) {
  const schema = join("prisma", subgraph, "schema.prisma");
  if (!existsSync(join(root, schema))) continue;
  execFileSync(join(root, "node_modules", ".bin", "prisma"), ["generate", "--schema", schema], {
    cwd: root,
    // What it says is news only when it fails, and then it is in the error.
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: fileURLToPath(import.meta.url),
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
}
