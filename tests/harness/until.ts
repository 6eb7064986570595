/** Waits until `look` gives something, and gives that; after `patience` milliseconds, what it gave last decides. */
export async function until<Found>(
  look: () => Promise<Found | undefined | false>,
  patience = 10_000,
): Promise<Found> {
  const end = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`nothing came in ${patience} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
