import { z } from "zod";
import { defaultLimits, type Limits, limits } from "./limits.ts";

const entry = /^(\w+)=([1-9]\d{0,8})$/;

/** Limits that are not the usual ones, as a variable says them: `depth=40, aliases=1000`. */
export const limitsSetting: z.ZodType<Limits, unknown> = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .refine(
    (list) => list.every((one) => Object.hasOwn(limits, entry.exec(one)?.[1] ?? "")),
    `must be limits such as depth=40, separated by commas, out of ${Object.keys(limits).join(", ")}`,
  )
  .transform((list) => {
    const given = list.map((one) => entry.exec(one) ?? []);
    const values = given.map(([, name = "", value]) => [name, Number(value)]);
    return { ...defaultLimits(), ...Object.fromEntries(values) };
  });
