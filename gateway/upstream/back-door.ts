import { type Send, wrap } from "./send.ts";
import { type MaskedError, withCleanErrors } from "./with-clean-errors.ts";
import { type Timeouts, withDeadline } from "./with-deadline.ts";
import { withDistinctEntities } from "./with-distinct-entities.ts";
import { type MeasuredCall, withMeasure } from "./with-measure.ts";
import { withSecondTry } from "./with-second-try.ts";

interface BackDoorOptions {
  readonly wire: Send;
  readonly timeouts: Timeouts;
  /** Whether calls may ask for an entity many times, as those of the stock engine do. */
  readonly repeatedEntities: boolean;
  readonly callEnded: (call: MeasuredCall) => void;
  readonly errorMasked: (error: MaskedError) => void;
}

/** The way to the subgraphs: everything that a call meets, in order. The wire signs it when it leaves. */
export function createBackDoor(options: BackDoorOptions): Send {
  return wrap(
    [
      // Outermost: it counts what the engine gets, waiting and refusals of ours included.
      withMeasure(options.callEnded),
      ...(options.repeatedEntities ? [withDistinctEntities()] : []),
      withDeadline(options.timeouts),
      // Inside the deadline: both tries share its time.
      withSecondTry(),
      withCleanErrors(options.errorMasked),
    ],
    options.wire,
  );
}
