import type { Locator, Page } from "playwright-core";
import { startBrowser } from "../../bench/browser.ts";
import type { Answer } from "../harness/client.ts";
import { eventually } from "../harness/library.ts";

/** A page in a browser of its own, and everything that must not happen in it. */
export interface Visit {
  readonly page: Page;
  /** Errors on the console, violations of the content security policy among them, and thrown ones. */
  readonly problems: readonly string[];
  /** Every URL that was asked for, by workers and frames too. */
  readonly asked: readonly string[];
  /** Types this as the operation of the open tab; it has a name, by which one sees that the explorer has read it. */
  write(operation: string): Promise<void>;
  /** Runs the open tab and gives its answer, once the page shows that. */
  run(): Promise<Answer>;
  headers(): Promise<string>;
  stop(): Promise<void>;
}

export async function visit(
  executable: string,
  url: string,
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<Visit> {
  const browser = await startBrowser(executable);
  const page = await browser.context.newPage();
  page.setDefaultTimeout(15_000);
  const problems: string[] = [];
  const asked: string[] = [];
  page.on("pageerror", (error) => problems.push(`thrown: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  browser.context.on("request", (request) => asked.push(request.url()));
  await prepare(page);
  await page.goto(url);

  return {
    page,
    problems,
    asked,
    async write(operation) {
      await page.locator(".graphiql-query-editor .monaco-editor").click();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.press("Delete");
      await page.keyboard.type(operation);
      const name = operation.split(" ")[1] ?? "";
      await page.locator("[role=tab]", { hasText: name }).waitFor();
    },
    async run() {
      await page.locator(".graphiql-query-editor .view-line", { hasText: /\w/ }).first().waitFor();
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.request().method() === "POST"),
        page.getByRole("button", { name: /^Execute query/ }).click(),
      ]);
      const text = await answer.text();
      const { data, errors } = JSON.parse(text);
      const wanted = withoutSpace(text);
      await eventually(async () => {
        const shown = withoutSpace(await linesOf(page.locator(".result-window")));
        // Of a long answer, the lines are there that one sees.
        if (shown !== wanted && !(shown.length > 300 && wanted.startsWith(shown)))
          throw new Error(`${text} was answered, but this is shown: ${shown}`);
      });
      return { status: answer.status(), data, errors };
    },
    async headers() {
      await page.getByRole("button", { name: "Headers", exact: true }).click();
      return linesOf(page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden)"));
    },
    stop: () => browser.stop(),
  };
}

/** What an editor shows, top to bottom: its lines are placed by their styles, not by their order. */
async function linesOf(editor: Locator): Promise<string> {
  const lines = await editor.locator(".view-line").evaluateAll((elements) =>
    elements.map((element) => ({
      top: Number.parseFloat(element.getAttribute("style")?.match(/top:\s*([\d.]+)/)?.[1] ?? "0"),
      text: element.textContent ?? "",
    })),
  );
  return lines
    .sort((one, other) => one.top - other.top)
    .map(({ text }) => text.replaceAll("\u00a0", " "))
    .join("\n");
}

function withoutSpace(text: string): string {
  return text.replace(/\s/g, "");
}
