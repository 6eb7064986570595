/** The sum of all values of a metric at `/metrics` of a gateway of ours, whatever its labels; 0 when there is none. */
export async function readMetric(url: string, name: string): Promise<number> {
  const response = await fetch(new URL("/metrics", url));
  const lines = (await response.text()).split("\n");
  return lines
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

/** Milliseconds of the longest delay of a 10 ms timer since the last call: at rest about 10, otherwise the longest block. */
export async function longestBlock(url: string): Promise<number> {
  return (await readMetric(url, "nodejs_eventloop_lag_max_seconds")) * 1_000;
}
