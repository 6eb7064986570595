import {
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  print,
  validate,
} from "graphql";
import type { Question } from "./question.ts";
import type { Random } from "./random.ts";
import { literalOf, randomArguments, randomJson, type ValueSource } from "./random-value.ts";

const aliases = ["a", "b", "c", "__proto__", "constructor", "toString", "hasOwnProperty"];
const variableNames = ["v", "w", "x", "representations", "__proto__", "constructor", "toString"];

/** A valid operation over a schema, with values for its variables. */
export function randomOperation(
  schema: GraphQLSchema,
  ids: readonly string[],
  random: Random,
): Question {
  for (;;) {
    // The same name for different fields of types that exclude each other is legal only if their selections agree too.
    const question = writeOperation(schema, ids, random, { sharesNames: random.chance(15) });
    if (validate(schema, parse(question.document)).length === 0) return question;
  }
}

interface Habits {
  readonly sharesNames: boolean;
}

interface Written {
  readonly type: string;
  readonly text: string;
}

function writeOperation(
  schema: GraphQLSchema,
  ids: readonly string[],
  random: Random,
  { sharesNames }: Habits,
): Question {
  const definitions = new Map<string, { readonly type: string; readonly text: string }>();
  const values: [string, unknown][] = [];
  const fragments = new Map<string, Written>();
  /** Which field, with which arguments and type, a response name stands for. */
  const names = new Map<string, { readonly field: string; readonly type: string }>();
  const composites = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLCompositeType => isCompositeType(type) && !type.name.startsWith("__"),
  );
  const fieldNames = [
    ...new Set(
      composites.flatMap((type) => (isUnionType(type) ? [] : Object.keys(type.getFields()))),
    ),
  ];
  let budget = 30;

  const source: ValueSource = { random, ids, variable };

  function variable(type: GraphQLInputType): string {
    const written = String(type);
    const same = [...definitions].filter(([, definition]) => definition.type === written);
    if (same.length > 0 && random.chance(40)) return `$${random.pick(same)[0]}`;
    const free = variableNames.filter((name) => !definitions.has(name));
    const name = random.pick(free.length > 0 ? free : [`v${definitions.size}`]);
    const hasDefault = random.chance(25);
    const isStricter = !isNonNullType(type) && !hasDefault && random.chance(20);
    const declared = isStricter ? `${written}!` : written;
    const byDefault = hasDefault ? ` = ${literalOf(type, randomJson(type, { random, ids }))}` : "";
    definitions.set(name, { type: declared, text: `$${name}: ${declared}${byDefault}` });
    const isOptional = hasDefault || (!isNonNullType(type) && !isStricter);
    if (!isOptional || random.chance(70)) {
      const value = randomJson(type, { random, ids });
      // What stands at a stricter position must not be null.
      if (value !== null || !isStricter) values.push([name, value]);
      else definitions.set(name, { type: written, text: `$${name}: ${written}` });
    }
    return `$${name}`;
  }

  function directives(): string {
    if (!random.chance(14)) return "";
    const condition = () => {
      const boolean = schema.getType("Boolean") as GraphQLInputType;
      if (random.chance(25)) return String(random.chance(50));
      const known = [...definitions].filter(([, { type }]) => type === "Boolean!");
      if (known.length > 0 && random.chance(60)) return `$${random.pick(known)[0]}`;
      const name = `if${definitions.size}`;
      const text = `$${name}: Boolean!`;
      const byDefault = random.chance(30) ? ` = ${random.chance(50)}` : "";
      definitions.set(name, { type: "Boolean!", text: text + byDefault });
      const value = randomJson(boolean, { random, ids }) === true;
      if (byDefault === "" || random.chance(50)) values.push([name, value]);
      return `$${name}`;
    };
    const one = `@${random.pick(["include", "skip"])}(if: ${condition()})`;
    return random.chance(15) ? ` ${one} ${opposite(one)}(if: ${condition()})` : ` ${one}`;
  }

  /** Fields that another selection of the same name can be merged with. */
  function responseName(field: string, type: string, args: string): string {
    const meaning = { field: `${field}${args}`, type };
    const wanted = random.chance(30)
      ? random.pick(random.chance(50) ? aliases : fieldNames)
      : field;
    for (const name of [wanted, field, `${field}${names.size}`]) {
      const known = names.get(name);
      const isSame = known?.field === meaning.field && known.type === meaning.type;
      const mayShare = sharesNames && known?.type === type;
      if (known === undefined || isSame || mayShare) {
        names.set(name, meaning);
        return name === field ? "" : `${name}: `;
      }
    }
    throw new Error("unreachable: the last name is new");
  }

  function field(definition: GraphQLField<unknown, unknown>, depth: number): string {
    budget -= 1;
    const { args, name, type } = definition;
    const given = randomArguments(args, source);
    const named = getNamedType(type);
    const alias = responseName(name, String(type), given);
    const inner = isCompositeType(named) ? ` ${selectionSet(named, depth - 1)}` : "";
    return `${alias}${name}${given}${directives()}${inner}`;
  }

  function selectionSet(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + random.below(4);
    const selections = Array.from({ length: count }, () => selection(type, depth));
    return `{ ${selections.join(" ")} }`;
  }

  function selection(type: GraphQLCompositeType, depth: number): string {
    const roll = random.below(100);
    if (budget > 0 && depth > 0) {
      const narrowing = isAbstractType(type) ? 35 : 8;
      if (roll < narrowing) return conditional(type, depth);
      if (roll < narrowing + 8) return `...${directives()} ${selectionSet(type, depth - 1)}`;
      if (roll < narrowing + 18) return spread(type, depth);
    }
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const pickable = fields.filter(
      ({ type: inner }) => (budget > 0 && depth > 0) || isLeafType(getNamedType(inner)),
    );
    if (pickable.length === 0 || roll > 92) return typename();
    return field(random.pick(pickable), depth);
  }

  function typename(): string {
    return `${responseName("__typename", "String!", "")}__typename${directives()}`;
  }

  function conditional(type: GraphQLCompositeType, depth: number): string {
    const overlapping = composites.filter((other) => doTypesOverlap(schema, type, other));
    const on = random.pick(overlapping);
    return `... on ${on.name}${directives()} ${selectionSet(on, depth - 1)}`;
  }

  function spread(type: GraphQLCompositeType, depth: number): string {
    const usable = [...fragments].filter(([, { type: on, text }]) => {
      const known = schema.getType(on);
      return text !== "" && isCompositeType(known) && doTypesOverlap(schema, type, known);
    });
    if (usable.length > 0 && random.chance(50)) {
      return `...${random.pick(usable)[0]}${directives()}`;
    }
    const name = `f${fragments.size}`;
    // Its place is taken while it is written, so that it does not spread itself.
    fragments.set(name, { type: type.name, text: "" });
    const text = `fragment ${name} on ${type.name} ${selectionSet(type, depth - 1)}`;
    fragments.set(name, { type: type.name, text });
    return `...${name}${directives()}`;
  }

  function introspection(): string {
    const type = random.pick(composites).name;
    return random.pick([
      `__type(name: "${type}") { kind name fields { name args { name } } }`,
      "__schema { queryType { name } mutationType { name } }",
      `t: __type(name: "${type}") { possibleTypes { name } __typename }`,
    ]);
  }

  const mutation = schema.getMutationType();
  const query = schema.getQueryType();
  const root = mutation && random.chance(50) ? mutation : query;
  if (!isObjectType(root)) throw new Error("a schema without Query");
  const selections = Array.from({ length: 1 + random.below(3) }, () => selection(root, 5));
  if (root === query && random.chance(6)) selections.push(introspection());
  const operationName = random.chance(30) ? "Asked" : undefined;
  const heading = [...definitions.values()].map(({ text }) => text).join(", ");
  const kind = root === mutation ? "mutation" : "query";
  const operation = `${kind} ${operationName ?? ""}${heading && `(${heading})`} { ${selections.join(" ")} }`;
  const other = operationName && random.chance(20) ? ["query Other { __typename }"] : [];
  const texts = [operation, ...other, ...[...fragments.values()].map(({ text }) => text)];
  return {
    document: print(parse(texts.join("\n"))),
    operationName,
    // Object.fromEntries makes `__proto__` a property like any other.
    variables: Object.fromEntries(values),
  };
}

function opposite(directive: string): string {
  return directive.startsWith("@include") ? "@skip" : "@include";
}
