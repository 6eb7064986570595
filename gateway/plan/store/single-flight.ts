import { InFlight } from "../../../runtime/in-flight.ts";

/** Does the work of a key once for all who ask while it goes on. Where it failed, whoever asks next begins anew. */
export function createSingleFlight<Result>(): (
  key: string,
  work: () => Promise<Result>,
) => Promise<Result> {
  const flights = new InFlight<string, Promise<Result>>();
  return (key, work) => {
    const underWay = flights.get(key);
    if (underWay !== undefined) return underWay;
    const flight = work().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}
