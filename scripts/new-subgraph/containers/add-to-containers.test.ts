import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { projectRoot } from "../../../runtime/project-root.ts";
import { addToContainers } from "./add-to-containers.ts";

const paths = [
  "docker-compose.yml",
  "Dockerfile",
  ".env.example",
  "deploy/postgres/create-databases.sql",
];
const reviews = { name: "reviews", port: 4003 };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "containers-"));
  for (const path of paths) await cp(join(projectRoot(), path), join(root, path));
});

afterEach(() => rm(root, { recursive: true }));

async function change(path: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(join(root, path), "utf8");
  expect(text.replace(from, to)).not.toBe(text);
  await writeFile(join(root, path), text.replace(from, to));
}

test("a new subgraph gets what todos has, and every other line stays as and where it is", async () => {
  const { files, left } = await addToContainers(root, reviews);
  expect(left).toEqual([]);
  expect([...files.keys()]).toEqual(paths);
  const added: Record<string, string[]> = {};
  for (const [path, text] of files) {
    const before = (await readFile(join(root, path), "utf8")).split("\n");
    const more = text.split("\n").filter((line) => {
      if (line !== before[0]) return true;
      before.shift();
      return false;
    });
    expect(before).toEqual([]);
    added[path] = more.filter((line) => line !== "");
  }
  expect(added["Dockerfile"]).toEqual([
    "    REVIEWS_PORT=4003 \\",
    "COPY subgraphs/reviews/schema.graphql ./subgraphs/reviews/schema.graphql",
    "COPY prisma/reviews/migrations ./prisma/reviews/migrations",
    "EXPOSE 4003",
  ]);
  expect(added[".env.example"]).toEqual([
    "#   openssl rand -hex 32",
    "REVIEWS_DATABASE_PASSWORD=",
    "#REVIEWS_DATABASE_POOL_SIZE=10",
    "#REVIEWS_STATEMENT_TIMEOUT_MS=5000",
  ]);
  expect(added["deploy/postgres/create-databases.sql"]).toEqual([
    "\\getenv reviews_password REVIEWS_DATABASE_PASSWORD",
    `CREATE ROLE "reviews" LOGIN PASSWORD :'reviews_password';`,
    'CREATE DATABASE "reviews" OWNER "reviews";',
    'REVOKE ALL ON DATABASE "reviews" FROM PUBLIC;',
  ]);
});

test("in docker-compose.yml it is a service of its own, which the gateway knows and waits for", async () => {
  const { files } = await addToContainers(root, reviews);
  const before = parse(await readFile(join(root, "docker-compose.yml"), "utf8"), { merge: true });
  const { services } = parse(files.get("docker-compose.yml") ?? "", { merge: true });
  const asReviews = (of: unknown): unknown =>
    JSON.parse(JSON.stringify(of).replaceAll("todos", "reviews").replaceAll("TODOS", "REVIEWS"));
  const { gateway, migrate, postgres, todos } = before.services;
  expect(services.reviews).toEqual(asReviews(todos));
  expect(services.gateway.environment).toEqual({
    ...gateway.environment,
    REVIEWS_URL: "http://reviews:4003/graphql",
  });
  expect(services.gateway.depends_on.reviews).toEqual({ condition: "service_healthy" });
  for (const [name, { environment }] of Object.entries({ migrate, postgres })) {
    const wanted = { ...environment, ...(asReviews(environment) as object) };
    expect(services[name].environment).toEqual(wanted);
  }
  expect(Object.keys(services).length).toBe(Object.keys(before.services).length + 1);
});

test("a second one and one that was removed find their places too", async () => {
  const { files } = await addToContainers(root, reviews);
  for (const [path, text] of files) await writeFile(join(root, path), text);
  expect((await addToContainers(root, reviews)).files).toEqual(files);
  const { files: both, left } = await addToContainers(root, { name: "notes2", port: 4004 });
  expect(left).toEqual([]);
  const { services } = parse(both.get("docker-compose.yml") ?? "", { merge: true });
  expect(Object.keys(services)).toEqual(expect.arrayContaining(["reviews", "notes2"]));
});

test.each([
  ["docker-compose.yml", /^ {6}TODOS_URL: /m, "      THINGS_URL: "],
  ["docker-compose.yml", /depends_on:\n {6}users:[\s\S]*?\n\n/, "depends_on: [users, todos]\n\n"],
  ["docker-compose.yml", /^services:/m, "  services:"],
  ["docker-compose.yml", /^ {2}todos:/m, "  reviews:\n    image: other:1.0-slim\n  todos:"],
  ["Dockerfile", "TODOS_PORT=4002 \\\n", "TODOS_PORT=5002 \\\n"],
  [".env.example", "TODOS_DATABASE_PASSWORD=", "TODOS_DATABASE_PASSWORD=mine"],
  ["deploy/postgres/create-databases.sql", 'CREATE ROLE "todos"', "CREATE USER todos"],
])(
  "%s stays as it is when someone has changed %s, and what to add is said for it alone",
  async (path, from, to) => {
    await change(path, from, to);
    const { files, left } = await addToContainers(root, reviews);
    expect([...files.keys()]).toEqual(paths.filter((other) => other !== path));
    expect(left).toEqual([
      expect.stringMatching(new RegExp(`^${path} stays as it is, .*: add to it for reviews its `)),
    ]);
  },
);
