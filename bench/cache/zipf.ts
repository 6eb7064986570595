/** A rank from 0 by Zipf's law with exponent 1, near enough: the logarithm of the rank is even. */
export function zipfRank(most: number): number {
  return Math.min(most - 1, Math.floor((most + 1) ** Math.random()) - 1);
}
