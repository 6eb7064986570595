// Runs at the end of `npm ci`, before anything of ours is compiled, so it is plain JavaScript:
// Prisma clients, resolver types, dist/. `prisma generate` needs no schema engine but insists on one being there;
// any file does, and nothing is downloaded.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => join(root, "node_modules", ".bin", name);
const run = (command, args, env = {}) =>
  execFileSync(command, args, {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...env },
  });

for (const subgraph of ["users", "todos"]) {
  run(bin("prisma"), ["generate", "--schema", `prisma/${subgraph}/schema.prisma`], {
    PRISMA_SCHEMA_ENGINE_BINARY: fileURLToPath(import.meta.url),
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  });
}
run(process.execPath, ["scripts/generate-resolver-types.js"]);
run(bin("tsc"), ["-p", "tsconfig.build.json"]);
