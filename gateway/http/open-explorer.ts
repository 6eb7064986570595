import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, RouteHandler } from "fastify";

/** Where Apollo Sandbox comes from: a script that puts a frame into the page, which asks the page to send operations. */
const sandbox = {
  script: "https://embeddable-sandbox.cdn.apollographql.com",
  frame: "https://sandbox.embed.apollographql.com",
};

const everyPage = [
  "default-src 'none'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

const policies = {
  // The editor writes styles of its own into the page, and reads its icons from a font.
  explorer: [
    ...everyPage,
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
  ].join("; "),
  sandbox: [
    ...everyPage,
    `script-src 'self' ${sandbox.script}`,
    "style-src 'self'",
    `frame-src ${sandbox.frame}`,
  ].join("; "),
};

/**
 * What a developer's browser gets: the packaged explorer at `/explorer` and, where it asks for a page and not for an
 * answer, at `/graphql`; Apollo Sandbox at `/sandbox`.
 *
 * @param folder what `scripts/bundle-explorer.js` wrote; without it the pages say how to get it.
 */
export function openExplorer(app: FastifyInstance, folder: string): void {
  const bundled = existsSync(folder);
  app.addConstraintStrategy(reader);
  app.register(async (room) => {
    room.addHook("onRequest", async (_, reply) => {
      reply.header("content-security-policy", policies.explorer);
      reply.header("referrer-policy", "no-referrer");
      reply.header("x-content-type-options", "nosniff");
    });
    // Names of files in it change with what they hold.
    await room.register(fastifyStatic, {
      root: join(folder, "assets"),
      serve: bundled,
      prefix: "/explorer/assets/",
      index: false,
      allowedPath: (path) => /^\/?[\w-]+(\.[\w-]+)+$/.test(path),
      preCompressed: true,
      immutable: true,
      maxAge: "1y",
    });
    const explorer = page(bundled, "index.html", policies.explorer);
    room.get("/graphql", { constraints: { [reader.name]: browser } }, explorer);
    room.get("/explorer", explorer);
    room.get("/sandbox", page(bundled, "sandbox.html", policies.sandbox));

    function page(there: boolean, file: string, policy: string): RouteHandler {
      return (_, reply) => {
        reply.headers({
          "content-security-policy": policy,
          "cache-control": "no-cache",
          vary: "accept",
        });
        if (there) return reply.sendFile(file, folder, { cacheControl: false });
        return reply.code(503).type("text/plain; charset=utf-8").send(notBundled);
      };
    }
  });
}

const notBundled = "The explorer is not bundled yet: run `npm run build`.\n";
const browser = "browser";

/** Lets `/graphql` be two things: a page for a browser's address bar, and the endpoint for everything else. */
const reader = {
  name: "reader",
  storage() {
    const handlers = new Map<unknown, never>();
    return {
      get: (who: unknown) => handlers.get(who) ?? null,
      set: (who: unknown, handler: never) => void handlers.set(who, handler),
    };
  },
  validate() {},
  deriveConstraint: (request: IncomingMessage) => (wantsPage(request) ? browser : undefined),
};

function wantsPage({ headers, method, url = "" }: IncomingMessage): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  if (headers.accept?.includes("text/html") !== true) return false;
  const asked = new URLSearchParams(url.split("?")[1]);
  return !asked.has("query") && !asked.has("extensions");
}
