import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { findChromium } from "../../bench/browser.ts";
import { createLibrary, type StartedGateway, startGateway } from "../harness/library.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";
import { type Visit, visit } from "./visit.ts";

const chromium = findChromium();
const inBrowser = chromium === undefined ? test.skip : test;
let books: TinySubgraph;
let loans: TinySubgraph;
let development: StartedGateway;
let production: StartedGateway;

beforeAll(async () => {
  ({ books, loans } = await createLibrary());
  development = await startGateway([books, loans]);
  production = await startGateway([books, loans], { NODE_ENV: "production" });
}, 60_000);

afterAll(async () => {
  await development.stop();
  await production.stop();
  await Promise.all([books.stop(), loans.stop()]);
});

/** What the address bar of a browser sends. */
const asBrowser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

function get(
  url: string,
  headers: Readonly<Record<string, string>> = asBrowser,
): Promise<Response> {
  return fetch(url, { headers });
}

async function during<Result>(
  url: string,
  look: (seen: Visit) => Promise<Result>,
  prepare?: (page: Page) => Promise<unknown>,
): Promise<Result> {
  const seen = await visit(chromium ?? "", url, prepare);
  try {
    return await look(seen);
  } finally {
    await seen.stop();
  }
}

test("the same page is at /graphql for a browser and at /explorer, with a policy of its own files alone", async () => {
  const [one, other] = await Promise.all([
    get(`${development.url}/graphql`),
    get(`${development.url}/explorer`),
  ]);
  expect([one.status, other.status]).toEqual([200, 200]);
  const html = await one.text();
  expect(await other.text()).toBe(html);
  expect(html).toContain("<title>GraphQL explorer</title>");
  const policy = one.headers.get("content-security-policy")?.split("; ");
  expect(policy).toEqual(
    expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'"]),
  );
  expect(policy?.join()).not.toMatch(/unsafe-eval|https?:|wasm/);
  expect(one.headers.get("x-content-type-options")).toBe("nosniff");
});

test("whoever asks for an answer gets one, a browser with a query included", async () => {
  const query = `${development.url}/graphql?query=%7B__typename%7D`;
  expect(await (await get(query)).json()).toEqual({ data: { __typename: "Query" } });
  const client = await get(`${development.url}/graphql`, { accept: "application/json" });
  expect(client.headers.get("content-type")).toContain("json");
});

test("the files of the explorer are compressed, kept by the browser, and no others are served", async () => {
  const html = await (await get(`${development.url}/explorer`)).text();
  const script = /src="(\/explorer\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  for (const encoding of ["br", "gzip"]) {
    const file = await get(`${development.url}${script}`, { "accept-encoding": encoding });
    expect(file.headers.get("content-encoding")).toBe(encoding);
  }
  const file = await get(`${development.url}${script}`);
  expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(file.headers.get("content-security-policy")).toContain("script-src 'self'");
  for (const path of ["..%2findex.html", "%2e%2e/%2e%2e/gateway/main.js", ".", "", "nothing.js"]) {
    expect((await get(`${development.url}/explorer/assets/${path}`)).status).toBe(404);
  }
});

test("production has no explorer and no Sandbox, and at /graphql the endpoint alone", async () => {
  for (const path of ["/explorer", "/sandbox", "/explorer/assets/index.js"]) {
    expect((await get(`${production.url}${path}`)).status).toBe(404);
  }
  const answer = await get(`${production.url}/graphql`);
  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toContain("json");
});

inBrowser(
  "a graph that it knows nothing of gets examples of its own first fields, and no sign-in box",
  () =>
    during(`${development.url}/graphql`, async (seen) => {
      const { page } = seen;
      await page.getByRole("button", { name: "loanCount" }).waitFor();
      const titles = await page.locator(".explorer-panel li strong").allInnerTexts();
      expect(titles).toEqual(["books", "slow", "loanCount"]);
      expect(await page.getByText("Sign in").count()).toBe(0);
      const { data } = await seen.run();
      expect(data.books[0]).toEqual({
        id: "1",
        title: "Book 1",
        pages: 100,
        borrower: "reader 1",
        dueInDays: 7,
      });
      expect(seen.problems).toEqual([]);
    }),
);

inBrowser("without the internet the Sandbox page says so and shows the way to the explorer", () =>
  during(
    `${development.url}/sandbox`,
    async ({ page }) => {
      await page.getByText("It could not be loaded").waitFor();
      await page.getByRole("link", { name: "The packaged explorer" }).click();
      await page.getByRole("button", { name: "loanCount" }).waitFor();
    },
    async (page) => page.route(/apollographql\.com/, (route) => route.abort()),
  ),
);

/** Does what the embeddable script does: a frame in the target, and operations sent by the page. */
const standIn = `window.EmbeddedSandbox = class {
  constructor(options) {
    window.sandboxOptions = { ...options, target: options.target.id };
    const frame = document.createElement("iframe");
    frame.src = "https://sandbox.embed.apollographql.com/sandbox/explorer";
    options.target.append(frame);
  }
}`;

inBrowser("with it, the Sandbox script gets our endpoint and may put its frame into the page", () =>
  during(
    `${development.url}/sandbox`,
    async ({ page, problems, asked }) => {
      await page.frameLocator("iframe").getByText("the frame").waitFor();
      expect(await page.evaluate("window.sandboxOptions")).toMatchObject({
        target: "sandbox",
        initialEndpoint: `${development.url}/graphql`,
        initialState: { includeCookies: false },
      });
      const box = await page.locator("iframe").boundingBox();
      expect(box).toEqual({ x: 0, y: 0, width: 1440, height: 900 });
      expect(problems).toEqual([]);
      const foreign = asked.filter((url) => !url.startsWith(development.url));
      expect(foreign.map((url) => new URL(url).host)).toEqual([
        "embeddable-sandbox.cdn.apollographql.com",
        "sandbox.embed.apollographql.com",
      ]);
    },
    async (page) => {
      await page.route("https://embeddable-sandbox.cdn.apollographql.com/**", (route) =>
        route.fulfill({ contentType: "text/javascript", body: standIn }),
      );
      await page.route("https://sandbox.embed.apollographql.com/**", (route) =>
        route.fulfill({ contentType: "text/html", body: "<p>the frame</p>" }),
      );
    },
  ),
);
