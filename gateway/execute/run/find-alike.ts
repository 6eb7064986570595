import type { Fetch, Program } from "../../plan/program.ts";

/** For each fetch of a query the first that asks the same as it; undefined where no other does, and in a mutation. */
export function findAlike({ fetches, type }: Program): readonly (number | undefined)[] {
  if (type !== "query") return [];
  const questions = fetches.map(question);
  const first = new Map<string, number>();
  const several = new Set<string>();
  for (const [index, one] of questions.entries()) {
    if (first.has(one)) several.add(one);
    else first.set(one, index);
  }
  return questions.map((one) => (several.has(one) ? first.get(one) : undefined));
}

/** The planner gives each fetch a name of its own. */
function question({ document, name, subgraph }: Fetch): string {
  return `${subgraph} ${name === undefined ? document : document.replace(name, "")}`;
}
