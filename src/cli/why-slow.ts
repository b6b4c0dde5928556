/**
 * Why a VM was slow, and what a host was short of, in sentences: from the tables `slowdown`, `neighbours`, `holdups`
 * and `bottlenecks` of a run.
 */
import { formatDuration, forTerminal } from "../units/format.ts";
import type { Row } from "./why.ts";

const SLOW: Readonly<Record<string, string>> = {
  lost_memory_s: "memory that was short",
  lost_disk_s: "its disks",
  lost_network_s: "the network",
  lost_interference_s: "neighbours that crowd caches and memory bandwidth",
  lost_cpu_wait_s: "waiting for CPU",
  lost_shared_core_s: "sharing cores with other threads",
  lost_overhead_s: "virtualization overhead",
  lost_co_stop_s: "co-scheduling of its vCPUs",
  lost_i_o_s: "I/O that its control domain could not keep up with",
  lost_migration_s: "being migrated",
};
/** Causes below this share of what was lost are not told. */
const TOLD_FROM = 0.01;

const number = (row: Row, column: string): number => Number(row[column] ?? "");
const duration = (seconds: number): string => forTerminal(formatDuration(seconds));
const percent = (share: number): string => `${share >= 0.1 ? Math.round(100 * share) : Number((100 * share).toPrecision(2))} %`;

/** What VM `vm` lost and to whom; no sentence when it lost nothing. */
export function whySlow(vm: string, slowdown: readonly Row[], neighbours: readonly Row[], holdups: readonly Row[] = []): string[] {
  const row = slowdown.find((one) => one.vm === vm);
  if (!row) return [];
  const causes = Object.keys(SLOW)
    .map((column) => ({ column, seconds: number(row, column) }))
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds);
  const lost = causes.reduce((sum, { seconds }) => sum + seconds, 0);
  const told = causes.filter(({ seconds }) => seconds >= TOLD_FROM * lost).map(({ column, seconds }) => `${duration(seconds)} to ${SLOW[column]}`);
  const sentences = [`In ${duration(number(row, "running_s"))} of running it lost ${percent(lost / number(row, "running_s"))}: ${told.join(", ")}.`];
  const by = neighbours.filter((one) => one.vm === vm).map((one) => `${one.neighbour ?? ""} (${percent(number(one, "share_pct") / 100)})`);
  if (by.length > 0) sentences.push(`The neighbours were ${by.join(", ")}.`);
  const full = holdups.filter((one) => one.vm === vm).map((one) => `${one.by ?? ""} (${one.cause ?? ""}, ${duration(number(one, "lost_s"))})`);
  if (full.length > 0) sentences.push(`It was held back by ${full.join(", ")}.`);
  return sentences;
}

const SHORT: Readonly<Record<string, string>> = {
  cpu: "CPU",
  memory: "memory",
  disk: "disk",
  network: "network",
  interference: "caches and memory bandwidth",
  migration: "time for migrations",
};

/** What host `host` was short of; no sentence when it slowed nobody. */
export function whyShort(host: string, bottlenecks: readonly Row[]): string[] {
  const seconds = new Map<string, number>();
  for (const row of bottlenecks) if (row.host === host) seconds.set(row.bottleneck ?? "", (seconds.get(row.bottleneck ?? "") ?? 0) + number(row, "seconds"));
  if (seconds.size === 0) return [];
  const parts = [...seconds].sort(([, a], [, b]) => b - a).map(([kind, s]) => `${SHORT[kind] ?? kind} for ${duration(s)}`);
  return [`What slowed its VMs most was ${parts.join(", ")}.`];
}
