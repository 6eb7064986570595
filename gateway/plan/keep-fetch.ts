import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import { type CachePolicies, type FieldPolicy, stricter } from "./cache-policies.ts";
import type { Keeping, TagTemplate } from "./program.ts";
import { entityFragmentsOf, type ReadFetch } from "./read-fetch.ts";
import { readTag } from "./tag-templates.ts";

/**
 * How long, for whom and under which tags what a fetch gives may be kept: by the strictest of its fields. Either each of its root fields,
 * or types of entities, has a tag that drops it, or none has, and then time alone does.
 * @returns undefined when it may not be kept
 */
export function keepingOf(
  fetch: ReadFetch,
  policies: CachePolicies,
  schema: GraphQLSchema,
): Keeping | undefined {
  const { fragments, node, operation } = fetch;
  let policy: FieldPolicy | undefined = { scope: "PUBLIC", maxAge: undefined };
  const tags: (TagTemplate | undefined)[] = [];
  const tagged: boolean[] = [];

  function visit({ selections }: SelectionSetNode, type: GraphQLNamedType, isRoot: boolean): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        const inner = schema.getType(fragment?.typeCondition.name.value ?? "");
        if (fragment === undefined || inner === undefined) policy = undefined;
        else visit(fragment.selectionSet, inner, isRoot);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        const inner = condition === undefined ? type : schema.getType(condition);
        if (inner === undefined) policy = undefined;
        else visit(selection.selectionSet, inner, isRoot);
      } else if (selection.name.value !== "__typename") {
        const name = selection.name.value;
        const field =
          isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
        policy = stricter(policy, policies.ofField(type.name, name));
        const formats = policies.tagsOfField(type.name, name);
        if (isRoot) tagged.push(formats.length > 0);
        tags.push(...formats.map((one) => readTag(one, { kind: "field", node: selection, field })));
        if (field === undefined) policy = undefined;
        else if (selection.selectionSet !== undefined) {
          visit(selection.selectionSet, getNamedType(field.type), false);
        }
      }
    }
  }

  if (node.requires === undefined) {
    const type = schema.getRootType(operation.operation);
    if (type == null) return undefined;
    visit(operation.selectionSet, type, true);
  } else {
    for (const { selectionSet, type: name } of entityFragmentsOf(fetch)) {
      const type = schema.getType(name);
      if (type === undefined) return undefined;
      const formats = policies.tagsOfType(name);
      tagged.push(formats.length > 0);
      tags.push(...formats.map((one) => readTag(one, { kind: "entity", type: name })));
      visit(selectionSet, type, false);
    }
  }
  return finish(policy, tags, tagged);
}

function finish(
  policy: FieldPolicy | undefined,
  tags: readonly (TagTemplate | undefined)[],
  tagged: readonly boolean[],
): Keeping | undefined {
  const { maxAge = 0, scope } = policy ?? {};
  const known = tags.filter((tag) => tag !== undefined);
  if (scope === undefined || !(maxAge > 0) || known.length < tags.length) return undefined;
  if (tagged.length === 0 || tagged.some((one) => one !== tagged[0])) return undefined;
  const ofViewer = known.some(({ parts }) =>
    parts.some((part) => typeof part === "object" && part.kind === "viewer"),
  );
  return ofViewer && scope === "PUBLIC" ? undefined : { scope, maxAge, tags: known };
}
