/** The names under which a service keeps things in Redis. */
export interface Names {
  /** What they begin with on the server of this run; undefined while nobody knows. */
  at(run: string | undefined): string | undefined;
}

/**
 * The names hold what the service's data is, as two graphs may use one Redis, and the run of the Redis server: what was written to one
 * server is not read from another, which may have missed a drop before it took over.
 * @param identity of the data of a service: `users:<database>`
 */
export function namesOf(identity: string, run: string): string {
  return `supergraph:${identity}:${run.slice(0, 12)}:`;
}

/** @throws while nobody knows them */
export function namesAt(names: Names, run: string | undefined): string {
  const at = names.at(run);
  if (at === undefined) throw new Error("Redis cannot be reached");
  return at;
}
