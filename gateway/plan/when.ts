import { type DirectiveNode, Kind } from "graphql";
import type { When } from "./program.ts";

/** The variables that `@skip` and `@include` of a document look at. */
export class Switches {
  readonly names: string[] = [];

  /** What a selection's directives ask for; undefined when they leave it out for good. */
  of(directives: readonly DirectiveNode[] = []): When | undefined {
    let when: When | undefined = [];
    for (const { arguments: args = [], name } of directives) {
      if (name.value !== "skip" && name.value !== "include") continue;
      const value = args.find((argument) => argument.name.value === "if")?.value;
      const wanted = name.value === "include";
      if (value?.kind === Kind.BOOLEAN) {
        if (value.value !== wanted) return undefined;
      } else if (value?.kind === Kind.VARIABLE) {
        const number = this.indexOf(value.name.value) + 1;
        when = and(when, [wanted ? number : -number]);
        if (when === undefined) return undefined;
      }
    }
    return when;
  }

  indexOf(name: string): number {
    const index = this.names.indexOf(name);
    return index >= 0 ? index : this.names.push(name) - 1;
  }
}

/** What holds for no value of the variables. */
export const never: When = [1, -1];

/** Both at once; undefined when they contradict each other. */
export function and(one: When, other: When): When | undefined {
  if (other.length === 0) return one;
  const all = new Set([...one, ...other]);
  for (const number of all) {
    if (all.has(-number)) return undefined;
  }
  return [...all].sort((first, second) => first - second);
}

/** Whether the second holds whenever the first does. */
export function implies(one: When, other: When): boolean {
  return other.every((number) => one.includes(number));
}
