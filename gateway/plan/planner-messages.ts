import type { ClientView } from "./client-view.ts";
import type { OperationSource } from "./compile.ts";
import type { Planned } from "./planner.ts";

/** What the planner's process is told. It has one document at a time. */
export type ToPlanner =
  | {
      readonly kind: "load";
      readonly supergraphSdl: string;
      /** For who makes the compiler; whatever structured cloning takes. */
      readonly options: unknown;
      /** Milliseconds after which a document is given up even when nobody is there any more to say so. */
      readonly givesUpAfter: number;
    }
  | { readonly kind: "compile"; readonly source: OperationSource };

/** What it says. */
export type FromPlanner =
  | { readonly kind: "loaded"; readonly view: ClientView; readonly memory: number }
  | { readonly kind: "unloadable"; readonly reason: string }
  | {
      readonly kind: "compiled";
      readonly planned: Planned;
      readonly milliseconds: number;
      /** Resident bytes of the process now. */
      readonly memory: number;
      /** What the compiler threw, with its stack, when it is at fault. */
      readonly fault: string | undefined;
    };
