import { Counter, Gauge, type Registry } from "prom-client";
import type { Answers } from "../answers/answers.ts";
import type { AnswersWatch } from "../answers/watch.ts";

type WatchedAnswers = Pick<Answers, "bytes" | "entries" | "sources">;

/** Counts what is kept of answers, and what is served from it. */
export interface WatchAnswers extends AnswersWatch {
  /** From now on these are looked at whenever somebody asks. */
  watch(answers: WatchedAnswers): void;
}

export function watchAnswers(registry: Registry): WatchAnswers {
  const registers = [registry];
  const lookups = new Counter({
    name: "gateway_kept_lookups_total",
    help: "Looks for what was kept: whole answers (answer), what a subgraph gave of a root type (fetch), and of one entity (entity)",
    labelNames: ["level", "outcome"],
    registers,
  });
  const drops = new Counter({
    name: "gateway_kept_drops_total",
    help: "What was looked for that was kept and dropped since, as a subgraph said that it changed",
    registers,
  });
  const stale = new Counter({
    name: "gateway_stale_answers_total",
    help: "Old copies that stood in for subgraphs that gave no answer",
    labelNames: ["subgraph"],
    registers,
  });

  // To find a counter by its labels costs as much as to look for what is kept.
  const outcomesOf = (level: string) => ({
    hit: lookups.labels(level, "hit"),
    miss: lookups.labels(level, "miss"),
  });
  const outcomes = {
    answer: outcomesOf("answer"),
    fetch: outcomesOf("fetch"),
    entity: outcomesOf("entity"),
  };

  return {
    looked(level, hits, misses) {
      if (hits > 0) outcomes[level].hit.inc(hits);
      if (misses > 0) outcomes[level].miss.inc(misses);
    },
    dropped: () => drops.inc(),
    stale: (subgraph) => stale.inc({ subgraph }),
    watch({ bytes, entries, sources }) {
      new Gauge({
        name: "gateway_kept_entries",
        help: "Answers, and parts of answers, that are kept",
        registers,
        collect() {
          this.set(entries());
        },
      });
      new Gauge({
        name: "gateway_kept_bytes",
        help: "Memory that they take, about",
        registers,
        collect() {
          this.set(bytes());
        },
      });
      new Gauge({
        name: "gateway_kept_current",
        help: "1 while the drops of a service are heard, so that what is kept of it is served",
        labelNames: ["service"],
        registers,
        collect() {
          this.reset();
          for (const { identity, isCurrent } of sources()) {
            this.set({ service: identity }, isCurrent() ? 1 : 0);
          }
        },
      });
    },
  };
}
