import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parse } from "yaml";
import { type Env, readEnv } from "../runtime/env.ts";
import { createLog } from "../runtime/log.ts";
import { projectRoot } from "../runtime/project-root.ts";
import { sentence } from "../runtime/run-process.ts";
import { buildImageFolder, type ImageFolder } from "./image/build-image-folder.ts";
import { type Container, checkHealth, startContainer } from "./image/container.ts";
import { createEmbeddedPostgres } from "./postgres/embedded-postgres.ts";
import { checkPort } from "./start/ports.ts";
import { makeSecrets } from "./start/secrets.ts";

const rounds = 5;
const host = "127.0.0.1";

type Service = "migrate" | "users" | "todos" | "gateway";

/** The commands of docker-compose.yml on what the image has, before databases of their own. */
interface House {
  readonly image: ImageFolder;
  readonly node: string;
  readonly commands: Readonly<Record<Service, { readonly command: readonly string[] }>>;
  readonly ports: Readonly<Record<Exclude<Service, "migrate">, number>>;
  readonly env: Env;
}

/**
 * `npm run image:check [-- NODE]`: builds what the image has in a temporary folder as the Dockerfile says, from the npm registry or
 * npm's cache, with the named Node or this one; then migrates, and starts users, todos and the gateway as docker-compose.yml says.
 * Prints the size of the folder, and for each process the median of five times from its start command to `/readyz` saying 200.
 */
async function imageCheck(node: string = process.execPath): Promise<void> {
  const root = projectRoot();
  const work = await mkdtemp(join(tmpdir(), "image-"));
  // Neither PostgreSQL nor the processes run as root.
  await chmod(work, 0o755);
  const postgres = createEmbeddedPostgres({
    dataDir: join(work, "postgres"),
    log: createLog("postgres", "silent"),
  });
  try {
    await mkdir(join(work, "stages"));
    const { HOME, PATH } = readEnv();
    const image = await buildImageFolder(root, join(work, "stages"), {
      HOME,
      PATH: `${dirname(node)}${delimiter}${PATH}`,
      npm_config_prefer_offline: "true",
    });
    print(`image folder ${await megabytes(image.folder)}`);
    print(`of it node_modules ${await megabytes(join(image.folder, "node_modules"))}`);
    await postgres.start();
    const compose = parse(await readFile(join(root, "docker-compose.yml"), "utf8"), {
      merge: true,
    });
    await measure({
      image,
      node,
      commands: compose.services,
      ports: {
        users: await checkPort("USERS_PORT", host, 0),
        todos: await checkPort("TODOS_PORT", host, 0),
        gateway: await checkPort("PORT", host, 0),
      },
      env: {
        USERS_DATABASE_URL: await postgres.createDatabase("users"),
        TODOS_DATABASE_URL: await postgres.createDatabase("todos"),
        ...makeSecrets(),
      },
    });
  } finally {
    await postgres.stop();
    await rm(work, { recursive: true, force: true });
  }
}

async function measure(house: House): Promise<void> {
  const times: Record<string, number[]> = { users: [], todos: [], gateway: [] };
  for (let round = 0; round < rounds; round++) {
    await start(house, "migrate").ended();
    const running: Container[] = [];
    for (const service of ["users", "todos", "gateway"] as const) {
      const container = start(house, service);
      running.push(container);
      times[service]?.push(await container.ready(house.ports[service]));
    }
    if (round === 0) await use(house);
    for (const container of running.reverse()) await container.stop();
  }
  for (const [service, all] of Object.entries(times)) {
    const [first = 0] = all;
    const median = all.toSorted((a, b) => a - b)[rounds >> 1] ?? 0;
    print(
      `${service}: start command to ready ${median.toFixed(0)} ms (median of ${rounds}, the first ${first.toFixed(0)} ms)`,
    );
  }
}

function start(house: House, service: Service): Container {
  const { command } = house.commands[service];
  return startContainer({ ...around(house), name: service, command });
}

/** The image's own variables, and as little as possible that fits them to one machine. */
function around({ image, node, ports, env }: House): {
  readonly folder: string;
  readonly node: string;
  readonly env: Env;
} {
  const users = `http://${host}:${ports.users}`;
  return {
    folder: image.folder,
    node,
    env: {
      ...image.env,
      ...env,
      HOST: host,
      PORT: String(ports.gateway),
      USERS_PORT: String(ports.users),
      TODOS_PORT: String(ports.todos),
      USERS_URL: `${users}/graphql`,
      TODOS_URL: `http://${host}:${ports.todos}/graphql`,
      TODOS_EVENTS_URL: `http://${host}:${ports.todos}/events`,
      JWKS_URL: `${users}/.well-known/jwks.json`,
      TOKEN_ISSUER: "urn:todo-supergraph:users",
      TOKEN_AUDIENCE: "urn:todo-supergraph",
    },
  };
}

/** The health check agrees, and a way through all processes, password hash and database works. */
async function use(house: House): Promise<void> {
  await checkHealth({ ...around(house), name: "health check", command: house.image.healthcheck });
  const answer = await fetch(`http://${host}:${house.ports.gateway}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      query: `mutation { signUp(input: { handle: "grace", name: "Grace", email: "grace@example.com",
        password: "correct-horse-battery" }) { accessToken user { handle lists(first: 1) { totalCount } } } }`,
    }),
  });
  const { data, errors } = (await answer.json()) as {
    data?: { signUp?: { user?: { lists?: { totalCount: number } } } };
    errors?: unknown;
  };
  if (data?.signUp?.user?.lists?.totalCount !== 0) throw new Error(JSON.stringify(errors ?? data));
}

async function megabytes(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  return `${Math.round(bytes / 1e6)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

imageCheck(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${sentence(error)}\n`);
  process.exitCode = 1;
});
