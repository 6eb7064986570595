// What a planner's process runs in tests of how it is kept: a compiler that does what a document says in a comment.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveCompiler } from "../../dist/gateway/plan/serve-compiler.js";

const deeds = {
  hang() {
    for (;;);
  },
  /** The process that comes after it finds the file. */
  hangOnce() {
    const mark = join(tmpdir(), `planner-double-${process.ppid}`);
    if (existsSync(mark)) return rmSync(mark);
    writeFileSync(mark, "");
    for (;;);
  },
  crash() {
    process.kill(process.pid, "SIGKILL");
  },
  /** Out of the heap that a test gives it. */
  gorge() {
    const held = [];
    for (;;) held.push(new Array(1_000_000).fill(0.5));
  },
  /** Keeps it. */
  grow() {
    kept.push(Buffer.alloc(300 * 1024 * 1024, 1));
  },
  throw() {
    throw new Error("a fault of the compiler");
  },
};
const kept = [];

serveCompiler((supergraphSdl) => {
  if (supergraphSdl === "broken") throw new Error("this is no supergraph");
  return {
    view: () => ({ apiSdl: supergraphSdl, requirements: [] }),
    compile({ document }) {
      deeds[/# (\w+)/.exec(document)?.[1]]?.();
      return document.includes("nope")
        ? { kind: "refused", errors: [{ message: "There is no nope." }] }
        : { kind: "program", program: { type: "query", text: document.repeat(10) } };
    },
  };
});
