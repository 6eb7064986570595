import type { TagPart, TagTemplate } from "../plan/program.ts";
import type { Viewer } from "../request.ts";

/** What keys begin with that are tags; see docs/consistency.md. */
const prefix = "tag.1:";

/**
 * Tags, one on each line: they are kept with everything, and a list of them would be many things to the garbage collector. They are read
 * only when something was dropped.
 */
export type Tags = string;

export function listOf(tags: Tags): readonly string[] {
  return tags === "" ? [] : tags.split(lineBreak);
}

/** Each once. */
export function bothOf(one: Tags, other: Tags): Tags {
  return [...new Set([...listOf(one), ...listOf(other)])].join(lineBreak);
}

const lineBreak = "\n";

/**
 * Tags are compared without spaces around them and without letter case, as services read ids and handles: no other spelling of an
 * argument makes an answer that the drop of its entity passes by.
 */
function normal(text: string): string {
  return text.trim().toLowerCase();
}

/** The tag that a dropped key is; undefined for the key of an entity. */
export function tagOfKey(key: string): string | undefined {
  return key.startsWith(prefix) ? normal(key.slice(prefix.length)) : undefined;
}

/** Where the values of tags come from. */
export interface TagValues {
  /** JSON texts of the variables that the client gave. */
  readonly variables: ReadonlyMap<string, string>;
  readonly viewer: Viewer;
}

/** The tags of what a fetch of a root type gives; undefined when one of them has no value. */
export function fillTags(templates: readonly TagTemplate[], values: TagValues): Tags | undefined {
  return fill(
    templates.filter(({ type }) => type === undefined),
    values,
    {},
  );
}

/** The tags of one entity, by its representation as it was sent; undefined when one of them has no value. */
export function fillEntityTags(
  templates: readonly TagTemplate[],
  values: TagValues,
  representation: string,
): Tags | undefined {
  const key = JSON.parse(representation) as Readonly<Record<string, unknown>>;
  const own = templates.filter(({ type }) => type === undefined || type === key["__typename"]);
  return templates.length > 0 && own.length === 0 ? undefined : fill(own, values, key);
}

function fill(
  templates: readonly TagTemplate[],
  values: TagValues,
  key: unknown,
): Tags | undefined {
  let tags = "";
  for (const { parts } of templates) {
    let tag = "";
    for (const part of parts) {
      const text = textOf(part, values, key);
      if (text === undefined) return undefined;
      tag += text.trim();
    }
    if (tag === "") return undefined;
    tags += tags === "" ? tag : lineBreak + tag;
  }
  return normal(tags);
}

function textOf(part: TagPart, { variables, viewer }: TagValues, key: unknown): string | undefined {
  if (typeof part === "string") return oneLine(part);
  switch (part.kind) {
    case "viewer":
      return viewer.kind === "anonymous" ? "" : oneLine(viewer.id);
    case "key":
      return oneLine(textAt(key, part.path));
    case "variable": {
      const given = variables.get(part.name);
      if (given === undefined) return undefined;
      // JSON has no line break inside of a string.
      return part.path.length === 0 && isPlainText(given)
        ? given.slice(1, -1)
        : oneLine(textAt(JSON.parse(given), part.path));
    }
  }
}

/** What would be read as two tags names no entity. */
function oneLine(text: string | undefined): string | undefined {
  return text?.includes(lineBreak) ? undefined : text;
}

/** Whether JSON is a string that has nothing to unescape, as ids are. */
function isPlainText(json: string): boolean {
  return json.startsWith('"') && !json.includes("\\");
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return typeof found === "object" || found === undefined ? undefined : String(found);
}
