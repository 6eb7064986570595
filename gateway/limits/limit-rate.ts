import { failure } from "../../runtime/errors.ts";
import { oncePerViewer } from "../../runtime/identity.ts";
import type { Taken } from "../../runtime/rates.ts";
import type { Answer, Request, Step, Viewer } from "../request.ts";
import type { PointsAhead } from "./take-ahead.ts";

/**
 * Gives every viewer, and every address of the anonymous, so many points in a window. A request takes one when it comes,
 * and the rest of its operation's cost when that is known: so it may take more than there was, once.
 */
export function limitRate(ahead: PointsAhead): Step {
  const { points, seconds } = ahead.rate;
  const policy = `"default";q=${points};w=${seconds}`;

  function setHeaders(headers: Map<string, string>, left: number, { untilReset }: Taken): void {
    headers.set("ratelimit-policy", policy);
    headers.set("ratelimit", `"default";r=${left};t=${secondsOf(untilReset)}`);
  }

  return (next) => async (request) => {
    const key = keyOf(request);
    const given = ahead.take(key, 1);
    const taken = given instanceof Promise ? await given : given;
    if (!taken.allowed) {
      const retryAfter = secondsOf(taken.untilReset);
      const headers = new Map([["retry-after", String(retryAfter)]]);
      setHeaders(headers, 0, taken);
      throw failure(
        "RATE_LIMITED",
        `More than ${points} points in ${seconds} s: there are new ones in ${retryAfter} s.`,
        { limit: "rate", maximum: points, retryAfter, http: { headers } },
      );
    }
    const answer = await next(request);
    const rest = Math.max(0, Math.ceil(costOf(answer)) - 1);
    if (rest > 0) void ahead.take(key, rest);
    const headers = new Map(answer.headers);
    setHeaders(headers, Math.max(0, taken.left - rest), taken);
    return { ...answer, headers };
  };
}

/** In points. An operation whose cost nobody can say costs as much as a request that is refused. */
function costOf({ cost }: Answer): number {
  try {
    return cost?.() ?? 1;
  } catch {
    return 1;
  }
}

function keyOf({ address = "", viewer }: Request): string {
  return viewer.kind === "user" ? viewerKey(viewer) : `address:${address}`;
}

const viewerKey = oncePerViewer(({ id }: Extract<Viewer, { kind: "user" }>) => `viewer:${id}`);

/** At least one: whoever asks again at once would come too early. */
function secondsOf(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
