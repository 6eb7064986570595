/** A value of the data: JSON, in which a thing stands by its name and a failure in the place of a value. */
export type Value =
  | null
  | boolean
  | number
  | string
  | { readonly $ref: string }
  | { readonly $fails: string }
  | readonly Value[]
  | Thing;

/** An object of the data. One inside another, of an abstract type, names its type by `__typename`. */
export interface Thing {
  [field: string]: Value;
}

/** What a computed field is made of. */
export interface Inputs<Args, Required> {
  /** The object that has the field. */
  readonly own: Thing;
  readonly args: Args;
  /** The fields that `@requires` names, as a subgraph is sent them. */
  readonly required: Required;
  /** All things by name; a mutation changes its own subgraph's fields of them. */
  readonly things: ReadonlyMap<string, Thing>;
}

export type Compute = (inputs: Inputs<object, object>) => Value;

/** A small supergraph with its data, of which one federated graph and one monolith are made. */
export interface Example {
  readonly name: string;
  /** Federation features that it uses. */
  readonly shows: readonly string[];
  /** Schemas by subgraph; the `@link` to federation is put before each. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** What the root fields answer. */
  readonly root: Thing;
  /** Things by name, `Type:id`. */
  readonly things: Readonly<Record<string, Thing>>;
  /** Fields that are not read but computed, by `Type.field`. */
  readonly computed: Readonly<Record<string, Compute>>;
  /** Things that a subgraph does not know, though others refer to them. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  /** What a subgraph still holds of fields that have moved elsewhere. */
  readonly stale: Readonly<Record<string, Readonly<Record<string, Thing>>>>;
  /** Faults of Apollo's planner that its operations meet. A gateway may refuse those that it plans wrongly. */
  readonly plannerFaults: readonly string[];
  /** Arguments of type ID are picked from these. */
  readonly ids: readonly string[];
}

export const ref = (name: string): { readonly $ref: string } => ({ $ref: name });

export const refs = (...names: readonly string[]): readonly { readonly $ref: string }[] =>
  names.map(ref);

export const fails = (message: string): { readonly $fails: string } => ({ $fails: message });

/** What most examples have nothing of. */
export const plain = { computed: {}, missing: {}, stale: {}, plannerFaults: [] } as const;

/** A field that is computed from arguments and required fields of these types. */
export function compute<Args = object, Required = object>(
  make: (inputs: Inputs<Args, Required>) => Value,
): Compute {
  return make as Compute;
}

/** The thing of one of these types whose id is the field's only argument. */
export function byId(...types: readonly string[]): Compute {
  return ({ args, things }) => {
    const [id] = Object.values(args);
    const name = types.map((type) => `${type}:${id}`).find((candidate) => things.has(candidate));
    return name === undefined ? null : ref(name);
  };
}

/** The first of the root field's items, as many as the argument `first` says, and all where it says nothing. */
export function firstOf(field: string): Compute {
  return compute<{ first?: number | null }>(({ args: { first }, own }) =>
    (own[field] as readonly Value[]).slice(0, Math.max(0, first ?? 9)),
  );
}
