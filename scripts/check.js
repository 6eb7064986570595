// `npm run check`: everything about the sources that a tool can say without a database.
// Types first, as the freshness checks run what was built; the rest at once. Output of what failed only.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function run(name, command, ...args) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1" },
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("close", (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? "ok  " : "FAIL"} ${name} (${seconds} s)\n`);
      if (code !== 0) process.stdout.write(`${output}\n`);
      resolve(code === 0);
    });
  });
}

const bin = (name) => join(root, "node_modules", ".bin", name);
const script = (name, ...args) => [process.execPath, join(root, name), ...args];

const built = await Promise.all([
  run("types", bin("tsc"), "-p", "tsconfig.json"),
  run("types of the explorer", bin("tsc"), "-p", "gateway/http/explorer/tsconfig.json"),
  run("build", bin("tsc"), "-p", "tsconfig.build.json"),
  run("format and lint", bin("biome"), "ci", "--colors=off", "."),
]);
const results = await Promise.all([
  run(
    "layers",
    bin("depcruise"),
    "--config",
    ".dependency-cruiser.js",
    "gateway",
    "subgraphs",
    "runtime",
    "prisma",
    "scripts",
    "bench",
    "tests",
  ),
  run("dead code", bin("knip"), "--no-progress"),
  run("file lengths", ...script("scripts/check-lengths.js")),
  run("supergraph is fresh", ...script("dist/scripts/compose.js", "--check")),
  run("licences are known", ...script("dist/scripts/licences.js", "--check")),
  run("docs/errors.md is fresh", ...script("dist/scripts/errors-doc.js", "--check")),
  run("docs/security.md is fresh", ...script("dist/scripts/security-doc.js", "--check")),
]);
process.exitCode = [...built, ...results].every(Boolean) ? 0 : 1;
