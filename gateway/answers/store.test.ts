import { expect, test } from "@jest/globals";
import { createStore, type Entry, type Store } from "./store.ts";

const maxBytes = 100_000;
/** Ten of them, with what else each takes, are more than there is room for. */
const bytes = 12_000;

function storeOf(longer = 0): Store<string> {
  return createStore<string>({ maxBytes, longer, dropped: () => undefined });
}

function entry(value: string, life = 60_000): Entry<string> {
  const born = performance.now();
  return { value, born, end: born + life, warrants: [] };
}

function fill(store: Store<string>, life?: number): void {
  for (let number = 0; number < 8; number++) put(store, `old ${number}`, entry("old", life));
}

/** @returns whether it was made */
function put(store: Store<string>, key: string, one = entry("new")): boolean {
  let made = false;
  store.put(key, () => {
    made = true;
    return { entry: one, bytes };
  });
  return made;
}

test("what is asked for once drives out nothing that may still be asked for", () => {
  const store = storeOf();
  fill(store);
  for (let number = 0; number < 1_000; number++) expect(put(store, `once ${number}`)).toBe(false);
  expect(store.entries()).toBe(8);
  expect(store.fresh("old 0")?.value).toBe("old");
  expect(store.fresh("once 999")).toBeUndefined();
});

test("what comes again takes the place of what was used longest ago", () => {
  const store = storeOf();
  fill(store);
  store.fresh("old 0");
  put(store, "new");
  put(store, "new");
  expect(store.fresh("new")?.value).toBe("new");
  expect(store.fresh("old 0")?.value).toBe("old");
  expect(store.fresh("old 1")).toBeUndefined();
});

test("what is over gives way at once, what may still stand in for a subgraph does not", () => {
  const [store, patient] = [storeOf(), storeOf(60_000)];
  for (const one of [store, patient]) {
    fill(one, -1);
    put(one, "new");
  }
  expect(store.fresh("new")?.value).toBe("new");
  expect(patient.fresh("new")).toBeUndefined();
});
