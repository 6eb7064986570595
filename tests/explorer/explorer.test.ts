import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findChromium } from "../../bench/browser.ts";
import { type Graph, startGraph } from "../harness/graph.ts";
import { eventually } from "../harness/library.ts";
import { type Visit, visit } from "./visit.ts";

const chromium = findChromium();
const inBrowser = chromium === undefined ? test.skip : test;
let graph: Graph;
let seen: Visit;

beforeAll(async () => {
  if (chromium === undefined) return;
  graph = await startGraph({ data: "demo" });
  seen = await visit(chromium, graph.url);
  await seen.page.getByRole("button", { name: "First query" }).waitFor();
}, 60_000);

afterAll(async () => {
  await seen?.stop();
  await graph?.stop();
});

inBrowser("a browser at /graphql finds an operation that runs", async () => {
  expect(await seen.page.title()).toBe("GraphQL explorer");
  const { data, errors } = await seen.run();
  expect(errors).toBeUndefined();
  expect(data.userByHandle.name).toBe("Ada Lovelace");
});

inBrowser("a query is typed, run, and its answer read", async () => {
  await seen.write('query Grace { userByHandle(handle: "grace") { name todoStats { total } } }');
  const { data } = await seen.run();
  expect(data).toEqual({
    userByHandle: { name: "Grace Hopper", todoStats: { total: expect.any(Number) } },
  });
});

inBrowser("a type is followed in the docs to the fields of both subgraphs", async () => {
  const { page } = seen;
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  const docs = page.getByRole("region", { name: "Documentation Explorer" });
  await docs.getByRole("link", { name: "Query", exact: true }).click();
  await docs.getByText("The user with this handle, or null.").waitFor();
  await docs.getByRole("link", { name: "User", exact: true }).first().click();
  await docs.getByRole("link", { name: "handle", exact: true }).waitFor();
  await docs.getByRole("link", { name: "todoStats", exact: true }).click();
  await docs.getByRole("link", { name: "TodoStats" }).waitFor();
});

inBrowser("an error is shown with its code and path", async () => {
  await seen.write('query Address { userByHandle(handle: "grace") { name email } }');
  const { data, errors } = await seen.run();
  expect(data).toEqual({ userByHandle: { name: "Grace Hopper", email: null } });
  expect(errors?.map(({ extensions, path }) => [extensions.code, path])).toEqual([
    ["FORBIDDEN", ["userByHandle", "email"]],
  ]);
});

inBrowser("the sign-in box says why it does not let in, and fills the token in", async () => {
  const { page } = seen;
  await page.getByRole("button", { name: "Show Sign in" }).click();
  const box = page.getByRole("region", { name: "Sign in" });
  await box.getByLabel("E-mail address").fill("grace@example.com");
  await box.getByLabel("Password").fill("a wrong password");
  await box.getByRole("button", { name: "Sign in" }).click();
  await box.getByRole("alert").getByText("The e-mail address or the password is wrong.").waitFor();

  await box.getByLabel("Password").fill("correct-horse-battery");
  await box.getByRole("button", { name: "Sign in" }).click();
  await box.getByText("As Grace Hopper.").waitFor();
  expect(JSON.parse(await seen.headers()).Authorization).toMatch(/^Bearer \S+\.\S+\.\S+$/);
});

inBrowser(
  "the token opens what only the viewer may see, in new tabs and after a reload",
  async () => {
    const { page } = seen;
    const whoAmI = async (): Promise<unknown> => {
      await page.getByRole("button", { name: "Show Examples" }).click();
      await page.getByRole("button", { name: /^Who am I/ }).click();
      return (await seen.run()).data.me.email;
    };
    expect(await whoAmI()).toBe("grace@example.com");

    await page.getByRole("button", { name: "New tab" }).click();
    await eventually(async () => expect(await seen.headers()).toContain("Bearer "));

    await page.reload();
    await page.getByRole("button", { name: "Grace Hopper" }).waitFor();
    await eventually(async () => expect(await seen.headers()).toContain("Bearer "));
  },
);

inBrowser("the session is renewed before its token expires", async () => {
  const before = await seen.headers();
  await seen.page.evaluate(`
    const kept = JSON.parse(sessionStorage["explorer:session"]);
    kept.session.expiresAt = new Date(Date.now() + 31_000).toISOString();
    sessionStorage["explorer:session"] = JSON.stringify(kept);
    location.reload();`);
  await eventually(async () => {
    const after = await seen.headers();
    expect(after).toContain("Bearer ");
    expect(after).not.toBe(before);
  });
});

inBrowser(
  "nothing of it outlives the browser's tab, and signing out takes the token out",
  async () => {
    const { page } = seen;
    const kept = await page.evaluate("JSON.stringify([localStorage, document.cookie])");
    expect(kept).toBe('[{},""]');

    await page.getByRole("button", { name: "Grace Hopper" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("region", { name: "Sign in" }).getByLabel("Password").waitFor();
    await eventually(async () => expect((await seen.headers()).trim()).toBe(""));
    await seen.write("query Nobody { me { name } }");
    expect((await seen.run()).data).toEqual({ me: null });
  },
);

inBrowser("no error was logged, no policy violated, and nobody else was asked for anything", () => {
  expect(seen.problems).toEqual([]);
  const origins = new Set(seen.asked.map((url) => new URL(url).origin));
  expect([...origins]).toEqual([new URL(graph.url).origin]);
});

/** As a tab finds them that was left open over night. */
const yesterday = {
  "explorer:session": {
    session: { accessToken: "a.b.c", expiresAt: "2020-01-01T00:00:00Z", refreshToken: "gone" },
    former: [],
  },
  "graphiql:headers": { Authorization: "Bearer a.b.c" },
};

inBrowser("a session that ended over night is closed, and the schema is there", async () => {
  const { page } = seen;
  const left = Object.entries(yesterday).map(([key, value]) => [key, JSON.stringify(value)]);
  await page.evaluate((entries) => {
    const { location, sessionStorage } = globalThis as unknown as {
      readonly location: { reload(): void };
      readonly sessionStorage: { clear(): void; setItem(key: string, value: string): void };
    };
    sessionStorage.clear();
    for (const [key, value] of entries) sessionStorage.setItem(key ?? "", value ?? "");
    location.reload();
  }, left);
  await page.getByRole("button", { name: "First query" }).waitFor();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await eventually(async () => expect((await seen.headers()).trim()).toBe(""));
});

inBrowser("the schema is read without the token when that is refused", async () => {
  const { page } = seen;
  expect((await seen.headers()).trim()).toBe("");
  await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden)").click();
  await page.keyboard.insertText('{ "Authorization": "Bearer a.b.c" }');
  const answers: number[] = [];
  page.on("response", (response) => {
    if (response.request().method() === "POST") answers.push(response.status());
  });
  await page.getByRole("button", { name: /^Re-fetch GraphQL schema/ }).click();
  await eventually(async () => expect(answers).toEqual([401, 200]));
});

inBrowser("without JavaScript the page says how to ask", async () => {
  const context = await seen.page.context().browser()?.newContext({ javaScriptEnabled: false });
  const page = await context?.newPage();
  await page?.goto(graph.url);
  const text = (await page?.innerText("body")) ?? "";
  expect(text).toContain("The explorer needs JavaScript.");
  expect(text).not.toContain("Loading");
});

inBrowser("a script that gets into the page is not run", async () => {
  const before = seen.problems.length;
  const ran = await seen.page.evaluate(`
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.head.append(script);
    globalThis.ran ?? false`);
  expect(ran).toBe(false);
  await eventually(async () =>
    expect(seen.problems.slice(before).join()).toContain("script-src 'self'"),
  );
});
