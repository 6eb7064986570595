import type { IncomingMessage } from "node:http";
import proxyAddr from "@fastify/proxy-addr";
import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";
import { z } from "zod";

/** Which proxies say truly for whom they ask: how many stand before this server, or their addresses. */
export type TrustedProxies = number | readonly string[];

/** `1`, or `10.0.0.0/8, uniquelocal`; none by default. */
export const trustedProxiesSetting: z.ZodType<TrustedProxies, unknown> = z
  .string()
  .default("0")
  .transform((text) =>
    /^\s*\d+\s*$/.test(text) ? Number(text) : text.split(/[\s,]+/).filter(Boolean),
  )
  .refine(
    isTrustable,
    "must be how many proxies stand before the gateway (0 to 9), or their addresses or networks, such as 10.0.0.0/8, separated by commas",
  );

function isTrustable(trusted: TrustedProxies): boolean {
  if (typeof trusted === "number") return trusted < 10;
  try {
    proxyAddr.compile([...trusted]);
    return true;
  } catch {
    return false;
  }
}

/** Addresses whose meaning is kept. */
const maxKnown = 10_000;

/**
 * Tells where clients are, as their limits are counted: by an IPv4 address, or the /64 network that an IPv6 client has to
 * itself. What a client claims in `x-forwarded-for` is believed of trusted proxies only.
 */
export function createAddressReader(trusted: TrustedProxies): (request: IncomingMessage) => string {
  const networks = new LRUCache<string, string>({ max: maxKnown });
  const sourceOf = createSourceReader(trusted);

  function networkOf(address: string): string {
    const known = networks.get(address);
    if (known !== undefined) return known;
    const network = networkIn(address);
    networks.set(address, network);
    return network;
  }

  return (request) => {
    const own = request.socket.remoteAddress ?? "";
    return networkOf(sourceOf(request, own)) || networkOf(own);
  };
}

function createSourceReader(
  trusted: TrustedProxies,
): (request: IncomingMessage, own: string) => string {
  if (trusted === 0) return (_request, own) => own;
  const trust =
    typeof trusted === "number"
      ? (_address: string, hop: number) => hop < trusted
      : proxyAddr.compile([...trusted]);
  return (request, own) => {
    if (request.headers["x-forwarded-for"] === undefined) return own;
    return proxyAddr(request, trust);
  };
}

/** Empty for what is no address. */
function networkIn(text: string): string {
  // Some proxies put the client's port to its address.
  const address = /^\[(.*)\](:\d+)?$/.exec(text)?.[1] ?? text.replace(/^([^:]*):\d+$/, "$1");
  if (!ipaddr.isValid(address)) return "";
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const groups = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  return `${groups.join(":")}::/64`;
}
