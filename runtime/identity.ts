/** Who asks. The gateway makes it from an access token; a subgraph from what the gateway signed. */
export type Viewer =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly id: string; readonly role: string; readonly session: string };

export const anonymous: Viewer = { kind: "anonymous" };

/** Whom a subgraph is asked for. */
export interface Asker {
  readonly viewer: Viewer;
  /** Where the client is, as its limits are counted: an IPv4 address or an IPv6 network. Empty when no client asks. */
  readonly address: string;
}

/** `ADDRESS;VIEWER`, the viewer by base64url of JSON, or empty for the anonymous. */
export function writeAsker(viewer: Viewer, address: string): string {
  return `${address};${textOf(viewer)}`;
}

const textOf = oncePerViewer((viewer: Viewer) => {
  if (viewer.kind === "anonymous") return "";
  const { id, role, session } = viewer;
  return Buffer.from(JSON.stringify([id, role, session])).toString("base64url");
});

/** Makes a text of each viewer once: they are the same object for all requests of a token. */
export function oncePerViewer<Kind extends Viewer>(
  make: (viewer: Kind) => string,
): (viewer: Kind) => string {
  const texts = new WeakMap<Kind, string>();
  return (viewer) => {
    const known = texts.get(viewer);
    if (known !== undefined) return known;
    const text = make(viewer);
    texts.set(viewer, text);
    return text;
  };
}

/** What `writeAsker` wrote; undefined for anything else. */
export function readAsker(claims: string): Asker | undefined {
  const [, address, viewer] = /^([\da-f.:/]*);([\w-]*)$/.exec(claims) ?? [];
  if (address === undefined || viewer === undefined) return undefined;
  if (viewer === "") return { viewer: anonymous, address };
  const said: unknown = parse(Buffer.from(viewer, "base64url").toString());
  if (!Array.isArray(said)) return undefined;
  const [id, role, session]: unknown[] = said;
  if (typeof id !== "string" || typeof role !== "string" || typeof session !== "string") {
    return undefined;
  }
  return { viewer: { kind: "user", id, role, session }, address };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
