import { createHearing, type Position } from "../../runtime/hearing/hearing.ts";
import { namesAt, namesOf } from "../../runtime/hearing/names.ts";
import { createLog } from "../../runtime/log.ts";
import { createRedis } from "../../runtime/redis.ts";
import {
  createSecondLevel,
  liftWatermark,
  timeOf,
} from "../../subgraphs/kit/cache/second-level.ts";
import { tagOf } from "../../subgraphs/kit/cache/tags.ts";
import { eventually } from "./library.ts";

/** The part of a service that drops what its writes make old, without a database behind it. */
export interface DroppingService {
  /** Up to where it has heard drops, its own included. */
  position(): Position;
  /** The value of its header `x-heard`, as it stands before a read. */
  heard(): string;
  /** Drops tags, and waits until all who keep something have heard it. Gives whether they said so in time. */
  drop(...tags: readonly string[]): Promise<boolean>;
  /** How many others may serve what they keep. */
  listeners(): Promise<number>;
  /** No one says any more that nothing was missed. */
  endWatermark(): void;
  stop(): Promise<void>;
}

const lease = 1_000;

export async function startDroppingService(
  redisUrl: string,
  service: string,
): Promise<DroppingService> {
  const log = createLog("test", "silent");
  const open = (purpose: string): ReturnType<typeof createRedis> =>
    createRedis({ url: redisUrl, name: `${service}-${purpose}`, log });
  const [reads, writes, stream] = [open("reads"), open("writes"), open("stream")];
  const identity = `${service}:0123456789ab`;
  const names = {
    at: (run: string | undefined): string | undefined =>
      run === undefined ? undefined : namesOf(identity, run),
  };
  const common = { names, replica: "writer", writes, lease, log };
  const second = createSecondLevel({ ...common, reads });
  const copies = { drop: () => undefined, flush: () => undefined };
  const hearing = createHearing({ ...common, copies, stream });
  for (const part of [reads, writes, stream, hearing]) await part.start();

  const lift = async (): Promise<void> => {
    const now = await timeOf(writes);
    await liftWatermark(writes, namesAt(names, writes.run()), now + lease);
  };
  await lift();
  const lifting = setInterval(() => lift().catch(() => undefined), lease / 10);
  const position = (): Position => {
    const known = hearing.position();
    if (known === undefined) throw new Error("it hears nothing");
    return known;
  };
  await eventually(async () => position());

  return {
    position,
    heard() {
      const { at, epoch, number } = position();
      return `${at} ${epoch} ${number}`;
    },
    async drop(...tags) {
      const dropped = await second.drop(tags.map((tag) => tagOf(tag)));
      return hearing.heardByAll(dropped, lease);
    },
    async listeners() {
      const live = await writes.client.hget(`${position().at}guard`, "live");
      return Object.keys(JSON.parse(live ?? "{}")).filter((one) => one !== "writer").length;
    },
    endWatermark: () => clearInterval(lifting),
    async stop() {
      clearInterval(lifting);
      await hearing.stop();
      await reads.stop();
      await writes.stop();
    },
  };
}
