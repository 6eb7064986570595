import type { ClientView } from "./client-view.ts";
import type { Compiled, OperationSource } from "./compile.ts";

/** A program as it travels and is kept. */
export interface PlannedProgram {
  readonly kind: "program";
  /** Its JSON text; `readProgram` reads it. */
  readonly parts: readonly string[];
  /** Of all parts. */
  readonly characters: number;
}

/** What became of a source. */
export type Planned =
  | PlannedProgram
  | (Extract<Compiled, { kind: "refused" }> & {
      /** Of its errors as JSON text. */
      readonly characters: number;
    });

/** A compiler of one supergraph, in this process or in another. */
export interface Planner {
  /** @throws whatever the compiler has against the supergraph */
  start(): Promise<ClientView>;
  /** @throws OVERLOADED when too many wait already, NOT_READY once it is stopped */
  compile(source: OperationSource): Promise<Planned>;
  stop(): Promise<void>;
}

/** What there is to hear of a planner; times in milliseconds. */
export interface PlannerWatch {
  started(milliseconds: number): void;
  planned(milliseconds: number): void;
  /** How many documents wait now, without the one that is being planned. */
  waiting(documents: number): void;
  /** Its process was ended, or ended by itself, and is started anew. */
  restarted(reason: string): void;
  /** A document met a fault of the compiler. */
  failed(error: unknown): void;
  /** Its process runs at the priority of this one. */
  priorityKept(error: unknown): void;
}
