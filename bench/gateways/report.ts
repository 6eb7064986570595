import { median } from "../load.ts";
import type { Measurement } from "./measure.ts";

/** `WORKLOAD GATEWAY rps N p50 N p99 N cpu_ms N calls N rss_mb N` */
export function line(one: Measurement): string {
  const { calls, cpuMs, gateway, p50, p99, rps, rssMiB, workload } = one;
  return `${workload} ${gateway} rps ${rps.toFixed(0)} p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} cpu_ms ${cpuMs.toFixed(3)} calls ${calls.toFixed(2)} rss_mb ${rssMiB.toFixed(0)}`;
}

/** The medians of several rounds of the same workload on the same gateway. */
export function medians(rounds: readonly [Measurement, ...Measurement[]]): Measurement {
  const of = (read: (one: Measurement) => number): number => median(rounds.map(read));
  const [{ gateway, workload }] = rounds;
  return {
    workload,
    gateway,
    rps: of(({ rps }) => rps),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    cpuMs: of(({ cpuMs }) => cpuMs),
    calls: of(({ calls }) => calls),
    rssMiB: of(({ rssMiB }) => rssMiB),
    busy: of(({ busy }) => busy),
    labBusy: of(({ labBusy }) => labBusy),
    otherBytes: rounds.some(({ otherBytes }) => otherBytes),
  };
}

/** A core of which less than this share was used had nothing to do. */
const full = 0.9;

/**
 * The ratios that matter: CPU and requests per second against Grafbase, how many times the CPU of ours stock takes, and what
 * guarding costs: the CPU of `ours` against `ours-open`.
 * `-` where one of the two was not measured.
 */
export function ratios(results: readonly Measurement[]): readonly string[] {
  const rows = results.map((one) => {
    const find = (family: string): Measurement | undefined =>
      results.find((other) => other.workload === one.workload && other.gateway.startsWith(family));
    const [native, stock] = [find("grafbase"), find("stock")];
    const notes = [limit(one), one.otherBytes ? "same data, other bytes" : ""];
    return [
      one.workload,
      one.gateway,
      ratio(one.cpuMs, native?.cpuMs),
      ratio(one.rps, native?.rps),
      ratio(stock?.cpuMs, one.cpuMs),
      ratio(one.cpuMs, results.find(isOpen(one))?.cpuMs),
      percent(one.busy),
      percent(one.labBusy),
      notes.filter(Boolean).join("; "),
    ];
  });
  return table([
    [
      "workload",
      "gateway",
      "cpu / grafbase",
      "rps / grafbase",
      "stock / its cpu",
      "cpu / open",
      "core",
      "lab",
      "",
    ],
    ...rows,
  ]);
}

/** Whether another measurement is of the same gateway with everything off, on the same Node. */
function isOpen({ gateway, workload }: Measurement): (other: Measurement) => boolean {
  const name = gateway.replace(/^ours-node/, "ours-open-node");
  return (other) => other.gateway === name && other.workload === workload && name !== gateway;
}

/** What kept the gateway from more requests per second; CPU per request holds all the same. */
function limit({ busy, labBusy }: Measurement): string {
  if (busy >= full) return "";
  return labBusy >= full ? "rps is the lab's limit" : "neither core full: the machine was busy";
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function ratio(value: number | undefined, against: number | undefined): string {
  return value === undefined || against === undefined ? "-" : (value / against).toFixed(2);
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths =
    rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
