import type { Frame, Spent } from "./cpu-profile.ts";

/**
 * What a function is part of: a folder of ours, a library, or a room of Node. One that is not JavaScript counts for its caller,
 * but for what reads and writes sockets.
 */
export function groupOf({ callers, frame }: Pick<Spent, "callers" | "frame">): string {
  for (const one of [frame, ...callers]) {
    const group = ownGroup(one);
    if (group !== undefined) return group;
  }
  return "outside of JavaScript";
}

function ownGroup({ functionName, url }: Frame): string | undefined {
  if (functionName === "(garbage collector)") return "garbage collection";
  if (url === "") return socketCalls.test(functionName) ? "sockets" : undefined;
  if (url.startsWith("wasm:") || functionName.startsWith("wasm-")) return "undici";
  const [, library] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (library !== undefined) return library;
  const [, folder] = /\/dist\/((?:[^/]+\/)+)[^/]+$/.exec(url) ?? [];
  if (folder !== undefined) {
    return parsers.has(functionName) && folder === "gateway/upstream/"
      ? "parsing of answers"
      : folder.slice(0, -1);
  }
  return rooms.find(([pattern]) => pattern.test(url))?.[1] ?? "other of Node";
}

const socketCalls =
  /^(write(v|Buffer|(Utf8|Latin1|Ascii|Ucs2)String)|readStart|readStop|shutdown)$/;

/** JSON.parse is not JavaScript, and so is part of these. */
const parsers: ReadonlySet<string> = new Set(["parseJson", "parseWithoutTraps"]);

const rooms: readonly (readonly [RegExp, string])[] = [
  [/^node:(_http|https?$|internal\/http)/, "http server"],
  [/^node:(net$|_?stream|internal\/(streams?|stream_base|net))/, "sockets"],
  [/^node:(crypto|internal\/crypto)/, "signatures and hashes"],
  [
    /^node:(timers|internal\/(timers|process\/task_queues|process\/promises|async_hooks))/,
    "timers and promises",
  ],
];
