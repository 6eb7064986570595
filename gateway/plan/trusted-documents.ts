import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../runtime/env.ts";
import type { Part } from "../../runtime/lifecycle.ts";
import { parseManifest, type TrustedDocument } from "./persisted-query-manifest.ts";

/** Who asks, as the client itself says. */
export interface ClientName {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** The documents that applications were built with. */
export interface TrustedDocuments extends Part {
  /** The document that a client may ask for by this id. */
  find(client: ClientName, id: string): string | undefined;
  /** Whether a client may send this text. */
  includes(client: ClientName, document: string): boolean;
  /** Of all clients, each text once. */
  all(): readonly TrustedDocument[];
}

export interface TrustedDocumentsOptions {
  /** Has a manifest for each client, or for each of its versions. */
  readonly folder: string;
  /** Milliseconds from one look at the folder to the next. */
  readonly every: number;
  /** Hears how many documents there are, whenever the folder was read. */
  readonly loaded: (documents: number) => void;
  /** Hears why a change cannot be taken over; what was there before stays. */
  readonly failed: (error: unknown) => void;
}

interface Manifest {
  readonly byId: ReadonlyMap<string, string>;
  readonly texts: ReadonlySet<string>;
}

/** The manifest of this name counts for everyone, those who give no name included. */
const forAll = "any";

/**
 * Reads the manifests of a folder, and reads them again when one has changed, come or gone. `NAME@VERSION.json` counts for
 * one version of a client, `NAME.json` for all of them, `any.json` for everyone; names are written as in a URL.
 *
 * It looks every few seconds, as notices of the system do not come through mounted folders.
 */
export function createTrustedDocuments(options: TrustedDocumentsOptions): TrustedDocuments {
  const { every, folder } = options;
  let manifests: ReadonlyMap<string, Manifest> = new Map();
  let documents: readonly TrustedDocument[] = [];
  let seen = "";
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;

  /** @throws ConfigError for a folder or a manifest that cannot be read */
  async function read(mark: string): Promise<void> {
    const read: (readonly [string, readonly TrustedDocument[]])[] = [];
    for (const file of await manifestsIn(folder)) {
      const place = join(folder, file);
      const text = await readFile(place, "utf8").catch((error: Error) => {
        throw new ConfigError(`${place} cannot be read: ${error.message}`);
      });
      read.push([file.slice(0, -".json".length), parseManifest(text, place)]);
    }
    seen = mark;
    manifests = new Map(read.map(([name, list]) => [name, manifestOf(list)]));
    const byText = new Map(read.flatMap(([, list]) => list.map((one) => [one.body, one])));
    documents = [...byText.values()];
    options.loaded(documents.length);
  }

  async function look(): Promise<void> {
    const mark = await markOf(folder).catch(() => "");
    if (mark === seen || mark === "") return;
    await read(mark).catch((error: unknown) => {
      // Told once; the next change is read again.
      seen = mark;
      options.failed(error);
    });
  }

  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      looking = look().then(schedule);
    }, every);
    timer.unref();
  }

  function* manifestsFor({ name, version }: ClientName): Generator<Manifest> {
    const client = name === undefined ? undefined : encodeURIComponent(name);
    const names = [client && version && `${client}@${encodeURIComponent(version)}`, client, forAll];
    for (const one of names) {
      const manifest = one === undefined ? undefined : manifests.get(one);
      if (manifest !== undefined) yield manifest;
    }
  }

  return {
    name: "trusted documents",
    find(client, id) {
      for (const { byId } of manifestsFor(client)) {
        const document = byId.get(id);
        if (document !== undefined) return document;
      }
      return undefined;
    },
    includes(client, document) {
      for (const { texts } of manifestsFor(client)) if (texts.has(document)) return true;
      return false;
    },
    all: () => documents,
    async start() {
      await read(await markOf(folder));
      schedule();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

function manifestOf(documents: readonly TrustedDocument[]): Manifest {
  return {
    byId: new Map(documents.map(({ body, id }) => [id, body])),
    texts: new Set(documents.map(({ body }) => body)),
  };
}

/** @throws ConfigError */
async function manifestsIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
  } catch (error) {
    throw new ConfigError(`TRUSTED_DOCUMENTS_DIR cannot be read: ${(error as Error).message}`);
  }
}

/** Differs when a manifest was written, replaced, added or removed. */
async function markOf(folder: string): Promise<string> {
  const files = await manifestsIn(folder);
  const marks = await Promise.all(
    files.map(async (file) => {
      const { ctimeNs, ino, mtimeNs, size } = await stat(join(folder, file), { bigint: true });
      return [file, ino, size, mtimeNs, ctimeNs].join();
    }),
  );
  return `folder\n${marks.join("\n")}`;
}
