// Bundles the gateway's explorer into dist/explorer, and each file compressed beside it; skipped while its sources and
// the lock file are those of the bundle that is there. Plain JavaScript, as it runs before anything of ours is compiled.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "gateway/http/explorer");
const outDir = join(root, "dist/explorer");
const stamp = join(outDir, "sources.sha256");

function fingerprint() {
  const hash = createHash("sha256");
  const files = readdirSync(sources).map((name) => join(sources, name));
  for (const file of [
    ...files.sort(),
    join(root, "package-lock.json"),
    fileURLToPath(import.meta.url),
  ])
    hash.update(readFileSync(file));
  return hash.digest("hex");
}

async function bundle() {
  const { build } = await import("vite");
  await build({
    root: sources,
    configFile: false,
    base: "/explorer/",
    // Warnings are about directives in libraries ("use client") that mean nothing here.
    logLevel: "error",
    worker: { format: "es" },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2023",
      // The content security policy allows no data: URL for scripts or images that are files here.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: ["index.html", "sandbox.html"].map((page) => join(sources, page)) },
    },
  });
}

/** Browsers take brotli from this machine and over https, gzip from anywhere. */
async function compress() {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 6 };
  const files = readdirSync(join(outDir, "assets")).map((name) => join(outDir, "assets", name));
  await Promise.all(
    files.map(async (file) => {
      const content = await readFile(file);
      await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
      await writeFile(`${file}.gz`, await promisify(gzip)(content));
    }),
  );
}

const wanted = fingerprint();
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  await bundle();
  await compress();
  writeFileSync(stamp, wanted);
}
