import { createHash } from "node:crypto";
import { Kind, parse, visit } from "graphql";
import type { Viewer } from "../request.ts";

/** Labels of progressive `@override` that are on for a viewer, sorted. */
export type LabelsOf = (viewer: Viewer, requestId: string) => readonly string[];

const none: readonly string[] = [];

/**
 * Decides which fields are asked of the subgraph that overrides them. A label `percent(12.5)` is on for that share of the
 * viewers, and stays on for those when the share grows; the anonymous are spread by request. Other labels are off.
 * @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/entities/migrate-fields
 */
export function createLabelsOf(supergraphSdl: string): LabelsOf {
  const percents = new Map<string, number>();
  visit(parse(supergraphSdl, { noLocation: true }), {
    Argument({ name, value }) {
      if (name.value !== "overrideLabel" || value.kind !== Kind.STRING) return;
      const percent = /^percent\((\d{1,3}(?:\.\d{1,8})?)\)$/.exec(value.value)?.[1];
      if (percent !== undefined) percents.set(value.value, Number(percent));
    },
  });
  if (percents.size === 0) return () => none;
  const labels = [...percents].sort(([one], [other]) => (one < other ? -1 : 1));
  return (viewer, requestId) => {
    const share = shareOf(viewer.kind === "user" ? viewer.id : requestId);
    return labels.flatMap(([label, percent]) => (share < percent ? [label] : []));
  };
}

/** Spreads names evenly over 0 to 100. */
function shareOf(name: string): number {
  return (createHash("sha256").update(name).digest().readUInt32BE(0) / 2 ** 32) * 100;
}
