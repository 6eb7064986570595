import type { Spent } from "./cpu-profile.ts";
import { groupOf } from "./group-of.ts";

/** Groups below this share of the time are one. */
const smallest = 0.005;

/** Where busy time went: a line for each group, the largest first, then one for each of the functions that took the most. */
export function describeProfile(spent: readonly Spent[], functions: number): readonly string[] {
  const whole = spent.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const share = (microseconds: number): string =>
    `${((100 * microseconds) / whole).toFixed(1).padStart(5)} %`;
  const groups = sumBy(spent, groupOf);
  const small = groups.filter(([, microseconds]) => microseconds < smallest * whole);
  const rest = small.reduce((sum, [, microseconds]) => sum + microseconds, 0);
  return [
    ...groups.slice(0, groups.length - small.length),
    ...(small.length > 0 ? [[`${small.length} smaller ones`, rest] as const] : []),
    undefined,
    ...sumBy(spent, nameOf).slice(0, functions),
  ].map((one) => (one === undefined ? "" : `${share(one[1])}  ${one[0]}`));
}

function sumBy(
  spent: readonly Spent[],
  nameBy: (one: Spent) => string,
): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const one of spent) {
    const name = nameBy(one);
    sums.set(name, (sums.get(name) ?? 0) + one.microseconds);
  }
  return [...sums].sort(([, one], [, other]) => other - one);
}

function nameOf({ frame: { functionName, lineNumber, url } }: Spent): string {
  const name = functionName || "(anonymous)";
  if (url === "") return name;
  const file = url.replace(/^.*\/(node_modules\/)|^.*?\/(dist\/)/, "$1$2");
  return `${name} ${file}:${lineNumber + 1}`;
}
