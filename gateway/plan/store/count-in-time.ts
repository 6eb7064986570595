/**
 * Does one piece of work after the other, until all are done or the time is over.
 * @param work says whether it came to something; it never rejects
 * @returns how many came to something
 */
export async function countInTime<Item>(
  items: readonly Item[],
  milliseconds: number,
  work: (item: Item) => Promise<boolean>,
): Promise<number> {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<"over">((resolve) => {
    timer = setTimeout(resolve, milliseconds, "over");
  });
  for (const item of items) {
    const outcome = await Promise.race([work(item), over]);
    if (outcome === "over") break;
    if (outcome) count += 1;
  }
  clearTimeout(timer);
  return count;
}
