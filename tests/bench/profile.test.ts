import { expect, test } from "@jest/globals";
import { type CpuProfile, spentBetween } from "../../bench/profile/cpu-profile.ts";
import { describeProfile } from "../../bench/profile/describe-profile.ts";
import { groupOf } from "../../bench/profile/group-of.ts";

const here = "file:///somewhere/dist";
const library = "file:///somewhere/node_modules";

/** A profile as Node writes it: each function with those that it calls, by number. */
const recorded: CpuProfile = {
  startTime: 1_000,
  nodes: [
    node(1, "(root)", "", [2, 3, 4, 5, 9]),
    node(2, "(idle)"),
    node(3, "(garbage collector)"),
    node(4, "(program)"),
    node(5, "onStreamRead", "node:internal/stream_base_commons", [6]),
    node(6, "onResponseEnd", `${here}/gateway/upstream/exchange.js`, [7, 8]),
    node(7, "parseWithoutTraps", `${here}/gateway/upstream/parse-without-traps.js`),
    node(8, "askRoot", `${here}/gateway/execute/run/ask.js`, [10, 11]),
    node(9, "processTicksAndRejections", "node:internal/process/task_queues", [12]),
    node(10, "hash"),
    node(11, "_resume", `${library}/undici/lib/dispatcher/client.js`, [13]),
    node(12, "runMicrotasks"),
    node(13, "writeUtf8String"),
  ],
  samples: [2, 3, 4, 5, 6, 7, 8, 2, 10, 11, 12, 13, 3],
  timeDeltas: [100, 10, 20, 30, 40, 50, 60, 900, 70, 80, 90, 100, 500],
};

function node(id: number, functionName: string, url = "", children: readonly number[] = []) {
  return { id, callFrame: { functionName, url, lineNumber: id }, children };
}

/** From the first look to the last but one. */
const [from, to] = [1_000, 2_600] as const;

test("time counts for a folder of ours, a library or a room of Node, or for what called it", () => {
  const spent = spentBetween(recorded, from, to);
  expect(
    Object.fromEntries(
      spent.map((one) => [one.frame.functionName, [groupOf(one), one.microseconds]]),
    ),
  ).toEqual({
    "(garbage collector)": ["garbage collection", 10],
    "(program)": ["outside of JavaScript", 20],
    onStreamRead: ["sockets", 30],
    onResponseEnd: ["gateway/upstream", 40],
    parseWithoutTraps: ["parsing of answers", 50],
    askRoot: ["gateway/execute/run", 60],
    hash: ["gateway/execute/run", 70],
    _resume: ["undici", 80],
    runMicrotasks: ["timers and promises", 90],
    writeUtf8String: ["sockets", 100],
  });
});

test("what was before the load and after it does not count, nor does waiting", () => {
  const names = spentBetween(recorded, 1_150, 2_300).map(({ frame }) => frame.functionName);
  expect(names).toEqual(["onStreamRead", "onResponseEnd", "parseWithoutTraps", "askRoot", "hash"]);
});

test("groups are printed by their share of the busy time, then functions", () => {
  expect(describeProfile(spentBetween(recorded, from, to), 2)).toEqual([
    " 23.6 %  sockets",
    " 23.6 %  gateway/execute/run",
    " 16.4 %  timers and promises",
    " 14.5 %  undici",
    "  9.1 %  parsing of answers",
    "  7.3 %  gateway/upstream",
    "  3.6 %  outside of JavaScript",
    "  1.8 %  garbage collection",
    "",
    " 18.2 %  writeUtf8String",
    " 16.4 %  runMicrotasks",
  ]);
});
