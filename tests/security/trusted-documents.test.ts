import { createHash } from "node:crypto";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  createLibrary,
  eventually,
  type StartedGateway,
  startGateway,
} from "../harness/library.ts";
import { type Sent, send, sendJson } from "../harness/send.ts";
import type { TinySubgraph } from "../harness/tiny-subgraph.ts";

const titles = "query Titles { books { title } }";
const byId = "query ById($id: ID!) { book(id: $id) { title } }";
const lend = "mutation Lend { lend(id: 1) { title } }";
const other = "query Other { loanCount }";
const web = { "apollographql-client-name": "web", "apollographql-client-version": "1.0" };
const phone = { "apollographql-client-name": "phone", "apollographql-client-version": "7" };

let subgraphs: readonly TinySubgraph[];
let folder: string;

beforeAll(async () => {
  const { books, loans } = await createLibrary();
  subgraphs = [books, loans];
  folder = await mkdtemp(join(tmpdir(), "manifests-"));
  await deliver("web@1.0.json", [titles, byId, lend]);
  await deliver("phone.json", [other]);
});

afterAll(async () => {
  await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
  await rm(folder, { recursive: true });
});

function idOf(document: string): string {
  return createHash("sha256").update(document).digest("hex");
}

async function deliver(file: string, documents: readonly string[]): Promise<void> {
  const operations = documents.map((body) => {
    const [, type, name] = /^(\w+) (\w+)/.exec(body) ?? [];
    return { id: idOf(body), name, type, body };
  });
  const manifest = { format: "apollo-persisted-query-manifest", version: 1, operations };
  await writeFile(join(folder, `${file}.part`), JSON.stringify(manifest));
  await rename(join(folder, `${file}.part`), join(folder, file));
}

function persisted(document: string): { readonly persistedQuery: object } {
  return { persistedQuery: { version: 1, sha256Hash: idOf(document) } };
}

function outcome({ body, status }: Sent): string {
  const { data, errors } = JSON.parse(body) as {
    data?: object;
    errors?: readonly { extensions: { code: string } }[];
  };
  return `${status} ${errors?.[0]?.extensions.code ?? Object.keys(data ?? {}).join()}`;
}

function start(mode: string, engine: string): Promise<StartedGateway> {
  const env = { TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_DIR: folder, GATEWAY_ENGINE: engine };
  return startGateway(subgraphs, env);
}

function callsSoFar(): number {
  return subgraphs.reduce((sum, { heard }) => sum + heard.length, 0);
}

describe.each(["compiled", "apollo"])("only trusted documents, engine %s", (engine) => {
  let gateway: StartedGateway;
  beforeAll(async () => {
    gateway = await start("enforce", engine);
  });
  afterAll(() => gateway.stop());

  function ask(question: object, headers: Readonly<Record<string, string>>): Promise<string> {
    return sendJson(gateway.url, question, headers).then(outcome);
  }

  test("run by their id, with their variables", async () => {
    expect(await ask({ extensions: persisted(titles) }, web)).toBe("200 books");
    const { body } = await sendJson(
      gateway.url,
      { extensions: persisted(byId), variables: { id: "2" }, operationName: "ById" },
      web,
    );
    expect(JSON.parse(body)).toEqual({ data: { book: { title: "Book 2" } } });
    expect(await ask({ extensions: persisted(lend) }, web)).toBe("200 lend");
  });

  test("run by GET too, mutations excepted", async () => {
    const get = async (document: string, variables: object): Promise<string> => {
      const search = new URLSearchParams({
        extensions: JSON.stringify(persisted(document)),
        variables: JSON.stringify(variables),
      });
      return outcome(await send(gateway.url, { path: `/graphql?${search}`, headers: web }));
    };
    expect(await get(byId, { id: "3" })).toBe("200 book");
    expect(await get(lend, {})).toMatch(/^405 /);
  });

  test("run when they are sent in full, and no other text does", async () => {
    expect(await ask({ query: titles }, web)).toBe("200 books");
    const before = callsSoFar();
    expect(await ask({ query: `${titles} ` }, web)).toBe("403 QUERY_NOT_IN_SAFELIST");
    expect(await ask({ query: "{ books { id } }" }, web)).toBe("403 QUERY_NOT_IN_SAFELIST");
    expect(callsSoFar()).toBe(before);
  });

  test("S33 the id of another client, another version or nobody is not found", async () => {
    const before = callsSoFar();
    const notInList = "404 PERSISTED_QUERY_NOT_IN_LIST";
    expect(await ask({ extensions: persisted(titles) }, phone)).toBe(notInList);
    const newer = { ...web, "apollographql-client-version": "2.0" };
    expect(await ask({ extensions: persisted(titles) }, newer)).toBe(notInList);
    expect(await ask({ extensions: persisted(titles) }, {})).toBe(notInList);
    expect(await ask({ extensions: persisted("{ never }") }, web)).toBe(notInList);
    expect(callsSoFar()).toBe(before);
    expect(await ask({ extensions: persisted(other) }, phone)).toBe("200 loanCount");
  });

  test("S33 automatic persisted queries are no way around", async () => {
    const query = "{ loanCount }";
    const registered = await ask({ query, extensions: persisted(query) }, web);
    expect(registered).toBe("403 QUERY_NOT_IN_SAFELIST");
    const asked = await ask({ extensions: persisted(query) }, web);
    expect(asked).toBe("404 PERSISTED_QUERY_NOT_IN_LIST");
  });

  test("are counted when they are refused", async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain("gateway_trusted_documents 4");
    expect(metrics).toMatch(/gateway_untrusted_documents_total\{outcome="refused"\} [1-9]/);
  });
});

test("measure refuses nothing, counts what enforce would refuse, and knows the ids of manifests", async () => {
  const gateway = await start("measure", "compiled");
  try {
    const ask = (question: object): Promise<string> =>
      sendJson(gateway.url, question, web).then(outcome);
    expect(await ask({ extensions: persisted(titles) })).toBe("200 books");
    expect(await ask({ query: "{ loanCount }" })).toBe("200 loanCount");
    const query = "{ books { id } }";
    expect(await ask({ extensions: persisted(query) })).toBe("200 PERSISTED_QUERY_NOT_FOUND");
    expect(await ask({ query, extensions: persisted(query) })).toBe("200 books");
    expect(await ask({ extensions: persisted(query) })).toBe("200 books");
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain(`gateway_untrusted_documents_total{outcome="measured"} 4`);
  } finally {
    await gateway.stop();
  }
});

test("a gateway has planned its trusted documents before it is ready", async () => {
  const gateway = await start("enforce", "compiled");
  try {
    const planned = async (): Promise<string> =>
      /gateway_planning_duration_seconds_count (\d+)/.exec(
        await (await fetch(`${gateway.url}/metrics`)).text(),
      )?.[1] ?? "";
    expect(await planned()).toBe("4");
    const question = { extensions: persisted(titles), operationName: "Titles" };
    expect(outcome(await sendJson(gateway.url, question, web))).toBe("200 books");
    expect(await planned()).toBe("4");
  } finally {
    await gateway.stop();
  }
});

test("a new manifest counts without a restart", async () => {
  const gateway = await start("enforce", "compiled");
  try {
    const query = "query Late { loanCount }";
    await deliver("late@1.json", [query]);
    const late = { "apollographql-client-name": "late", "apollographql-client-version": "1" };
    await eventually(async () => {
      const sent = await sendJson(gateway.url, { extensions: persisted(query) }, late);
      expect(outcome(sent)).toBe("200 loanCount");
    });
  } finally {
    await gateway.stop();
    await rm(join(folder, "late@1.json"));
  }
});
