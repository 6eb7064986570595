import { failure } from "../../runtime/errors.ts";
import type { Step } from "../request.ts";
import type { VerifyToken } from "./token-verifier.ts";

/**
 * Says whose request it is, by the access token in `Authorization: Bearer`. Without the header it is anonymous; a
 * header that cannot be verified, be it because nothing to verify it with is configured, is refused.
 */
export function identifyViewer(verify: VerifyToken | undefined): Step {
  return (next) => async (request) => {
    const { address = "", headers } = request;
    const { authorization } = headers;
    if (authorization === undefined) return next(request);
    const token = /^bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
    if (token === undefined || verify === undefined) throw failure("TOKEN_INVALID");
    const viewer = verify(token, address);
    return next({ ...request, viewer: viewer instanceof Promise ? await viewer : viewer });
  };
}
