import type { GraphQLFormattedError } from "graphql";
import type { Field, Program } from "../plan/program.ts";
import { denial } from "./run/explain.ts";
import { isWritten } from "./run/run.ts";

type Denied = Extract<Field, { kind: "denied" }>;

/**
 * Refuses an operation before anything is asked when nothing would be left of its answer: all that it asks for at its root is
 * denied, or something is that may not be null.
 */
export function createRefuseDenied({
  shapes,
}: Program): (
  switches: readonly boolean[],
  anonymous: boolean,
) => readonly GraphQLFormattedError[] | undefined {
  const fields = (shapes[0]?.cases[0]?.fields ?? []).filter(({ kind }) => kind !== "typename");
  if (!fields.some(isDenied)) return () => undefined;
  return (switches, anonymous) => {
    const written = fields.filter((field) => isWritten(field, { switches }));
    const denied = written.filter(isDenied);
    if (denied.length === 0) return undefined;
    const isLeft = denied.length < written.length && !denied.some(({ nonNull }) => nonNull);
    if (isLeft) return undefined;
    return denied.map(({ key, signIn }) => ({ ...denial(anonymous && signIn), path: [key] }));
  };
}

function isDenied(field: Field): field is Denied {
  return field.kind === "denied";
}
