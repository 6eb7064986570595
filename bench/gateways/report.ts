import { median } from "../load.ts";
import type { Measurement } from "./measure.ts";

/** `WORKLOAD GATEWAY rps N p50 N p99 N cpu_ms N calls N rss_mb N` */
export function line(one: Measurement): string {
  const { calls, cpuMs, gateway, p50, p99, rps, rssMiB, workload } = one;
  return `${workload} ${gateway} rps ${rps.toFixed(0)} p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} cpu_ms ${cpuMs.toFixed(3)} calls ${calls.toFixed(2)} rss_mb ${rssMiB.toFixed(0)}`;
}

/** A core of which less than this share was used had nothing to do. */
const full = 0.9;

/**
 * The ratios that matter: CPU and requests per second against Grafbase, how many times the CPU of ours stock takes, and what
 * guarding costs: the CPU of `ours`, whole or with one guard off, against `ours-open`; and CPU against that of another commit. Each is the median of the ratios of slices that ran one after the
 * other, as a busy machine is slower for minutes. `-` where one of the two was not measured.
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
      ratio("cpuMs", one, native),
      ratio("rps", one, native),
      ratio("cpuMs", stock, one),
      ratio("cpuMs", one, results.find(isOpen(one))),
      ratio("cpuMs", one, find("before")),
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
      "cpu / before",
      "core",
      "lab",
      "",
    ],
    ...rows,
  ]);
}

/** Whether another measurement is of the same gateway with everything off, on the same Node. */
function isOpen({ gateway, workload }: Measurement): (other: Measurement) => boolean {
  const name = gateway.replace(/^ours(-no-\w+)?-node/, "ours-open-node");
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

function ratio(
  figure: "cpuMs" | "rps",
  one: Measurement | undefined,
  against: Measurement | undefined,
): string {
  const others = new Map(against?.slices.map((slice) => [slice.number, slice[figure]]));
  const found = (one?.slices ?? []).flatMap((slice) => {
    const other = others.get(slice.number);
    return other === undefined ? [] : [slice[figure] / other];
  });
  return found.length === 0 ? "-" : median(found).toFixed(2);
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
