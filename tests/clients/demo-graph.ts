import { afterAll, beforeAll } from "@jest/globals";
import { type Graph, startGraph } from "../harness/graph.ts";

/** The graph with its demo data, there while the tests of a file run. */
export interface DemoGraph {
  /** Of its endpoint. */
  readonly url: string;
  /** The value of Grace's `authorization`. */
  readonly grace: string;
}

/** To be called where a file's tests are declared. */
export function withDemoGraph(): DemoGraph {
  let graph: Graph;
  let grace: string;
  beforeAll(async () => {
    graph = await startGraph({ data: "demo" });
    grace = `Bearer ${(await graph.signIn("grace@example.com")).token}`;
  });
  afterAll(() => graph.stop());
  return {
    get url() {
      return graph.url;
    },
    get grace() {
      return grace;
    },
  };
}
