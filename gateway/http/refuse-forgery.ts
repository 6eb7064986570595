import { failure } from "../../runtime/errors.ts";
import type { Request, Step } from "../request.ts";

/** Headers that a page can only send to another origin after it has asked, with a preflight. */
const preflightHeaders = ["apollo-require-preflight", "x-apollo-operation-name"];

/** Content types that a page can send anywhere without asking. */
const simpleTypes = new Set([
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "text/plain",
]);

const refused =
  "A page of another origin could send this request without asking first. Send JSON by POST, or a header that asks: " +
  `${preflightHeaders.join(" or ")}.`;

/**
 * Refuses what a foreign page could make a browser send without a preflight. Browsers tell who asks by `Sec-Fetch-Site`;
 * a request without it comes from no browser, and urql's GET without any header of its own is as good as a POST.
 */
export function refuseForgery(origins: readonly string[]): Step {
  const granted = new Set(origins);

  function passes({ headers }: Request): boolean {
    const site = headers["sec-fetch-site"];
    const foreign = site !== undefined && site !== "same-origin" && site !== "none";
    const mode = headers["sec-fetch-mode"];
    if (foreign && (mode === "navigate" || mode === "no-cors")) return false;
    if (preflightHeaders.some((name) => Boolean(headers[name]))) return true;
    const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
    if (type) return !simpleTypes.has(type);
    return !foreign || granted.has(headers.origin ?? "");
  }

  return (next) => (request) =>
    passes(request) ? next(request) : Promise.reject(failure("BAD_REQUEST", refused));
}
