import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

/** An answer that is no page may load nothing, and be shown in no other page. */
export const noPage = "default-src 'none';frame-ancestors 'none'";

/**
 * Headers that keep a browser from making more of an answer than it is. Pages have a content policy of their own, which
 * replaces this one; transport security is for what ends TLS to say.
 */
export function guardPages(app: FastifyInstance): void {
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: "deny" },
  });
}
