import type { z } from "zod";
import { numbers } from "../../runtime/env.ts";
import { defaultLimits, type Limits } from "./limits.ts";

/** Limits that are not the usual ones, as a variable says them: `depth=40, aliases=1000`. */
export const limitsSetting: z.ZodType<Limits, unknown> = numbers(
  "limits such as depth=40",
  defaultLimits(),
);
