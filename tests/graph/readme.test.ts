import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectRoot } from "../../runtime/project-root.ts";
import { startGraph } from "../harness/graph.ts";

test("the README's first query gives the README's answer, and its sign-in a token", async () => {
  const readme = await readFile(join(projectRoot(), "README.md"), "utf8");
  const body = /-d '(\{"query":[^']+\})'/.exec(readme)?.[1]?.replace(/\n\s*/g, " ") ?? "";
  const answer = /```json\n(.+)\n```/.exec(readme)?.[1] ?? "";
  const signIn = /`(mutation \{ signIn[^`]+)`/.exec(readme)?.[1] ?? "";
  const graph = await startGraph({ data: "demo" });
  try {
    const { status: _, ...given } = await graph.anonymous.send(JSON.parse(body).query);
    expect(given).toEqual(JSON.parse(answer));
    expect(await graph.anonymous.data(signIn)).toEqual({
      signIn: { accessToken: expect.any(String) },
    });
  } finally {
    await graph.stop();
  }
});
