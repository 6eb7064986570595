import { dirname, resolve } from "node:path";
import { isMap, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap } from "yaml";
import { ConfigError, type Env } from "../../runtime/env.ts";

/** Where a subgraph's schema is to be had. */
export type SchemaOrigin =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "inline"; readonly sdl: string }
  | { readonly kind: "subgraph"; readonly url: string };

export interface SubgraphEntry {
  readonly name: string;
  /** With the environment's values: where requests go. */
  readonly url: string;
  /** With the defaults alone: what the composed SDL carries, the same everywhere. */
  readonly defaultUrl: string;
  readonly schema: SchemaOrigin;
}

/** The version of composition that this gateway has; `supergraph.yaml` may ask for it or for any 2. */
export const federationVersion = "2.14.4";

/**
 * Reads rover's `supergraph.yaml`. Paths are resolved from the file's folder.
 * @throws ConfigError naming the key and its line.
 */
export function parseSupergraphYaml(
  text: string,
  path: string,
  env: Env,
): readonly SubgraphEntry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (node: unknown): string => {
    const start = (node as { readonly range?: readonly [number, ...unknown[]] } | null)?.range?.[0];
    return start === undefined ? path : `${path}:${lines.linePos(start).line}`;
  };
  const wrong = (node: unknown, message: string): ConfigError =>
    new ConfigError(`${at(node)}: ${message}`);

  const [syntax] = document.errors;
  if (syntax !== undefined) {
    throw new ConfigError(
      `${path}:${syntax.linePos?.[0].line ?? 1}: ${syntax.message.split("\n")[0]}`,
    );
  }

  function readMap(node: unknown, what: string, allowed?: readonly string[]): YAMLMap {
    if (!isMap(node)) throw wrong(node, `${what} must be a map`);
    for (const { key } of node.items as Pair[]) {
      const name = String(isScalar(key) ? key.value : key);
      if (allowed === undefined || allowed.includes(name)) continue;
      throw wrong(key, `unknown key \`${name}\` in ${what}; allowed: ${allowed.join(", ")}`);
    }
    return node;
  }

  function readText(map: YAMLMap, key: string, what: string): string | undefined {
    const node = map.get(key, true);
    if (node === undefined) return undefined;
    if (isScalar(node) && typeof node.value === "string" && node.value !== "") return node.value;
    throw wrong(node, `\`${key}\` of ${what} must be a text`);
  }

  function readUrl(map: YAMLMap, key: string, what: string, values: Env): string | undefined {
    const template = readText(map, key, what);
    if (template === undefined) return undefined;
    const problem = (message: string): ConfigError =>
      wrong(map.get(key, true), `\`${key}\` of ${what}: ${message}`);
    const url = interpolate(template, values, problem);
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      throw problem(`${url} is not an http or https URL`);
    }
    return url;
  }

  function readSchema(map: YAMLMap, subgraph: string): SchemaOrigin {
    const node = map.get("schema", true);
    const what = `schema of subgraph ${subgraph}`;
    if (node === undefined) throw wrong(map, `subgraph ${subgraph} has no \`schema\``);
    const schema = readMap(node, what, ["file", "sdl", "subgraph_url"]);
    if (schema.items.length !== 1) {
      throw wrong(node, `${what} must have one of \`file\`, \`sdl\` and \`subgraph_url\``);
    }
    const file = readText(schema, "file", what);
    if (file !== undefined) return { kind: "file", path: resolve(dirname(path), file) };
    const sdl = readText(schema, "sdl", what);
    if (sdl !== undefined) return { kind: "inline", sdl };
    return { kind: "subgraph", url: readUrl(schema, "subgraph_url", what, env) ?? "" };
  }

  function readSubgraph({ key, value }: Pair): SubgraphEntry {
    const name = String(isScalar(key) ? key.value : key);
    const what = `subgraph ${name}`;
    const map = readMap(value, what, ["routing_url", "schema"]);
    const schema = readSchema(map, name);
    const url = readUrl(map, "routing_url", what, env);
    // Without defaults to fall back on, the SDL carries the same URLs as the requests.
    const bare = url === undefined ? undefined : tryDefaults(map, what);
    if (url !== undefined) return { name, url, defaultUrl: bare ?? url, schema };
    if (schema.kind !== "subgraph") throw wrong(key, `${what} has no \`routing_url\``);
    return { name, url: schema.url, defaultUrl: schema.url, schema };
  }

  function tryDefaults(map: YAMLMap, what: string): string | undefined {
    try {
      return readUrl(map, "routing_url", what, {});
    } catch {
      return undefined;
    }
  }

  const root = readMap(document.contents, "the file", ["federation_version", "subgraphs"]);
  const version = root.get("federation_version", true);
  if (isScalar(version) && !isKnownVersion(String(version.value))) {
    throw wrong(version, `\`federation_version\` must be 2 or =${federationVersion}`);
  }
  const subgraphs = readMap(root.get("subgraphs", true), "`subgraphs`");
  if (subgraphs.items.length === 0) throw wrong(subgraphs, "`subgraphs` is empty");
  return (subgraphs.items as Pair[]).map(readSubgraph);
}

function isKnownVersion(version: string): boolean {
  return version === "2" || version === "latest-2" || version === `=${federationVersion}`;
}

/** `${env.NAME}` or `${env.NAME:-default}`. */
function interpolate(template: string, env: Env, problem: (message: string) => Error): string {
  return template.replace(/\$\{([^}]*)\}/g, (whole, inner: string) => {
    const [, name, fallback] = /^env\.([A-Za-z_]\w*)(?::-(.*))?$/.exec(inner) ?? [];
    if (name === undefined) throw problem(`${whole} is not of the form \${env.NAME:-default}`);
    const value = env[name] ?? fallback;
    if (value === undefined) throw problem(`${name} is not set and has no default`);
    return value;
  });
}
