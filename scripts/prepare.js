// Runs at the end of `npm ci`, before anything of ours is compiled, so it is plain JavaScript:
// Prisma clients, resolver types, dist/ and the explorer in it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (...args) =>
  execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });

run("scripts/generate-prisma-clients.js");
run("scripts/generate-resolver-types.js");
run(join("node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json");
run("scripts/bundle-explorer.js");
