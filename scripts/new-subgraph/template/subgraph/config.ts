import type { Env } from "../../runtime/env.ts";
import { readSubgraphConfig, type SubgraphConfig } from "../kit/subgraph-config.ts";

/** @throws ConfigError naming each wrong variable */
export function envToConfig(env: Env): SubgraphConfig {
  return readSubgraphConfig({ prefix: "THINGS", defaultPort: 4999, own: {} }, env).config;
}
