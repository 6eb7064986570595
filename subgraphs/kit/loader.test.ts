import { describe, expect, test } from "@jest/globals";
import { createLoader } from "./loader.ts";

type Column = "id" | "name" | "email";
type Row = Readonly<Record<string, string>>;

function observed(rows: readonly string[], maxBatch?: number) {
  const reads: { keys: readonly string[]; columns: readonly Column[] }[] = [];
  const loader = createLoader<Row | null, Column>({
    read: async (keys, columns) => {
      reads.push({ keys, columns });
      return new Map(
        keys
          .filter((key) => rows.includes(key))
          .toReversed()
          .map((key) => [key, { id: key }]),
      );
    },
    missing: () => null,
    ...(maxBatch !== undefined && { maxBatch }),
  });
  return { loader, reads };
}

describe("the batching contract", () => {
  test("calls of one turn become one read, answered in their order", async () => {
    const { loader, reads } = observed(["a", "b", "c"]);
    const rows = await Promise.all(["c", "a", "b"].map((key) => loader.load(key, ["id"])));
    expect(rows.map((row) => row?.["id"])).toEqual(["c", "a", "b"]);
    expect(reads).toHaveLength(1);
  });

  test("duplicates are read once, missing keys are answered", async () => {
    const { loader, reads } = observed(["a"]);
    const rows = await Promise.all(["a", "x", "a"].map((key) => loader.load(key, ["id"])));
    expect(rows).toEqual([{ id: "a" }, null, { id: "a" }]);
    expect(reads[0]?.keys).toEqual(["a", "x"]);
  });

  test("the read has the columns of all its callers", async () => {
    const { loader, reads } = observed(["a", "b"]);
    await Promise.all([loader.load("a", ["name"]), loader.load("b", ["email", "name"])]);
    expect(reads).toEqual([{ keys: ["a", "b"], columns: ["email", "name"] }]);
  });

  test("a batch is bounded", async () => {
    const { loader, reads } = observed(["a", "b", "c"], 2);
    await Promise.all(["a", "b", "c"].map((key) => loader.load(key, ["id"])));
    expect(reads.map(({ keys }) => keys.length)).toEqual([2, 1]);
  });

  test("C51 nothing is remembered: a load after a write sees the write", async () => {
    const { loader, reads } = observed(["a"]);
    await loader.load("a", ["id"]);
    await loader.load("a", ["id"]);
    expect(reads).toHaveLength(2);
  });

  test("a read that fails fails its callers, and the next one is new", async () => {
    let broken = true;
    const loader = createLoader<string, Column>({
      read: async (keys) => {
        if (broken) throw new Error("down");
        return new Map(keys.map((key) => [key, "ok"]));
      },
      missing: () => "missing",
    });
    await expect(loader.load("a", [])).rejects.toThrow("down");
    broken = false;
    expect(await loader.load("a", [])).toBe("ok");
  });
});
