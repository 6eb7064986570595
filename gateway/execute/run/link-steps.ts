import type { Program, Step } from "../../plan/program.ts";
import { findAlike } from "./find-alike.ts";
import type { LinkedPlaces } from "./gather.ts";
import { linkFetch, type RunStep } from "./link-fetch.ts";

/** Links the nodes of a plan. */
export function linkSteps(program: Program, places: LinkedPlaces): RunStep {
  const alike = findAlike(program);
  // Below an entity that stands at two places, what stands further up can differ.
  const apart = program.fetches.some(({ context }) => context.length > 0);

  function link(step: Step | undefined): RunStep {
    if (step === undefined) return () => {};
    switch (step.kind) {
      case "fetch":
        return linkFetch(program, step.fetch, places, { alike: alike[step.fetch], apart });
      case "sequence":
        return oneAfterTheOther(step.steps.map(link));
      case "parallel":
        return allAtOnce(step.steps.map(link));
      case "condition": {
        const yes = link(step.yes);
        const no = link(step.no);
        return (run) => (run.switches[step.on] ? yes(run) : no(run));
      }
    }
  }

  return link(program.plan);
}

function oneAfterTheOther(steps: readonly RunStep[]): RunStep {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function allAtOnce(steps: readonly RunStep[]): RunStep {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}
