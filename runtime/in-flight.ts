/** Entries that come in before the table is made anew, at least. */
const renewal = 256;

/**
 * What is under way, by key: a Map whose entries come and go.
 *
 * V8 links a table that a Map has outgrown to the one after it, and leaves its entries in it (`OrderedHashTable::Rehash` of
 * V8's `src/objects/ordered-hash-table.cc`). Once such a table is in the old generation, where every one gets that a full
 * collection meets, it keeps all that come after it alive until the next full one, with all that ever was in them: each entry
 * is copied twice and thrown away dearly. So the Map itself is made anew now and then, which ends the chain.
 */
export class InFlight<Key, Value> {
  #entries = new Map<Key, Value>();
  #since = 0;

  get size(): number {
    return this.#entries.size;
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.#since += 1;
    if (this.#since > renewal && this.#since > 2 * this.#entries.size) {
      this.#entries = new Map(this.#entries);
      this.#since = 0;
    }
    this.#entries.set(key, value);
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  values(): IterableIterator<Value> {
    return this.#entries.values();
  }
}
