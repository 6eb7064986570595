import type { OpenPlace, Read, When } from "./program.ts";
import { implies } from "./when.ts";

/** One of the objects that stand for an object at a place; see `Program`. */
export type Layer =
  | { readonly kind: "base"; readonly parent: Layer | undefined; readonly key: string }
  | { readonly kind: "join"; readonly fetch: number };

/** Where a value is found, as long as the layers of its place are not all known. */
export interface Source {
  readonly layer: Layer;
  readonly key: string;
  /** The field as it is asked for there: its name and arguments. */
  readonly field: string;
  /** When it is asked for there. */
  readonly when: When;
  /** Of `__typename`: its value, where nobody has to ask. */
  readonly type?: string | undefined;
}

/** A place while the plan is read: fetches add layers, so indexes are only given when all have been read. */
export class PlaceBuilder {
  readonly index: number;
  readonly sources = new Map<string, Source[]>();
  readonly #children = new Map<string, PlaceBuilder>();
  readonly #base: Layer[] = [];
  readonly #joins: (Layer & { kind: "join" })[] = [];
  readonly #all: PlaceBuilder[];
  readonly #parent: PlaceBuilder | undefined;

  /** @param all gets every place, in the order of their indexes; the first is the root, where one object stands before anything is fetched */
  constructor(all: PlaceBuilder[], parent?: PlaceBuilder) {
    this.#all = all;
    this.#parent = parent;
    this.index = all.push(this) - 1;
    if (this.index === 0) this.#base.push({ kind: "base", parent: undefined, key: "" });
  }

  join(fetch: number): Layer {
    const layer = { kind: "join", fetch } as const;
    this.#joins.push(layer);
    return layer;
  }

  /** The place of a field's objects; it exists once it has been asked for. */
  child(key: string): PlaceBuilder {
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const child = new PlaceBuilder(this.#all, this);
    this.#children.set(key, child);
    return child;
  }

  /** Notes that the field `name` is found in a layer under `key`. */
  provide(name: string, source: Source): void {
    const sources = this.sources.get(name) ?? [];
    this.sources.set(name, sources);
    const isIt = ({ field, key, layer, type, when }: Source): boolean =>
      layer === source.layer &&
      key === source.key &&
      type === source.type &&
      field === source.field &&
      implies(source.when, when);
    if (!sources.some(isIt)) sources.push(source);
  }

  /** Notes that all objects of a layer are of that type, which is not asked for. */
  provideType(type: string, layer: Layer): void {
    this.provide("__typename", { layer, key: "__typename", field: "__typename()", when: [], type });
  }

  /** The layer that the objects of a field make at their own place. */
  through(parent: Layer, key: string): Layer {
    const known = this.#base.find(
      (layer) => layer.kind === "base" && layer.parent === parent && layer.key === key,
    );
    if (known !== undefined) return known;
    const layer = { kind: "base", parent, key } as const;
    this.#base.push(layer);
    return layer;
  }

  /** Only when the whole plan has been read. */
  reads(name: string): readonly Read[] {
    const reads = (this.sources.get(name) ?? []).map(({ layer, key, type }) => ({
      layer: this.indexOf(layer),
      key,
      ...(type !== undefined && { type }),
    }));
    return reads.filter(
      (read, index) =>
        reads.findIndex(
          ({ key, layer, type }) => key === read.key && layer === read.layer && type === read.type,
        ) === index,
    );
  }

  /** Only when the whole plan has been read: the reads, at the place above, of the base layers of this one. */
  readsFrom(parent: PlaceBuilder): readonly Read[] {
    return this.#base.flatMap((layer) =>
      layer.kind === "base" && layer.parent !== undefined
        ? [{ layer: parent.indexOf(layer.parent), key: layer.key }]
        : [],
    );
  }

  indexOf(layer: Layer): number {
    const base = this.#base.indexOf(layer);
    return base >= 0 ? base : this.#base.length + this.#joins.indexOf(layer as never);
  }

  build(): OpenPlace {
    return {
      parent: this.#parent?.index,
      reads: this.#parent === undefined ? [] : this.readsFrom(this.#parent),
      base: this.#base.length,
      joins: this.#joins.map(({ fetch }) => fetch),
      typename: this.reads("__typename"),
    };
  }
}
