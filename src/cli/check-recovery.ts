/**
 * Copies of VMs, runbooks and disasters as `hypervise check --resolved` prints them.
 */
import type { RecoveryEvent, RecoverySpec } from "../model/recovery/spec.ts";
import { exactQuantity } from "../units/exact.ts";
import { orNone, type Sheet, text } from "./sheet.ts";

const list = (names: readonly string[]): string => `[${names.map(text).join(", ")}]`;
const time = (seconds: number): string => exactQuantity(seconds, "time");
const rate = (mib: number): string => exactQuantity(mib, "memoryRate");
/** Gbit/s in a MiB/s. */
const GBIT_PER_MIB = (8 * 2 ** 20) / 1e9;

export function recoveryLines(recovery: RecoverySpec | null, sheet: Sheet): void {
  if (recovery === null) return sheet.open("", "there are no copies of VMs");
  sheet.head("recovery:");
  section("repositories", recovery.repositories, sheet, (one, entry) => {
    entry("site", text(one.site), "site");
    entry("write", rate(one.writeMiBPerSecond), "writeMiBPerSecond");
    entry("read", rate(one.readMiBPerSecond), "readMiBPerSecond");
    entry("streams", String(one.streams), "streams");
    entry("capacity", orNone(one.capacityMiB, "memory"), "capacityMiB");
    entry("immutable", String(one.immutable), "immutable");
  });
  section("backups", recovery.backups, sheet, (one, entry) => {
    entry("vms", list(one.vms), "vms");
    entry("to", text(one.to), "to");
    entry("start", time(one.startSeconds), "startSeconds");
    entry("every", time(one.everySeconds), "everySeconds");
    entry("full", one.fullEvery === null ? "once" : time(one.fullEvery * one.everySeconds), "fullEvery");
    entry("fullBy", one.fullBy, "fullBy");
    entry("window", orNone(one.windowSeconds, "time"), "windowSeconds");
    const { points, seconds, merge } = one.keep;
    entry("keep", `{points: ${points ?? "all"}, for: ${seconds === null ? "ever" : time(seconds)}, merge: ${merge}}`, "keep.points");
  });
  section("replication", recovery.replication, sheet, (one, entry) => {
    entry("vms", list(one.vms), "vms");
    entry("to", text(one.to), "to");
    entry("mode", one.mode, "mode");
    if (one.mode === "asynchronous") {
      entry("every", time(one.everySeconds), "everySeconds");
      entry("streams", String(one.streams), "streams");
    } else {
      entry("roundTrip", time(one.roundTripSeconds), "roundTripSeconds");
      entry("writeSize", exactQuantity(one.writeMiB, "memory"), "writeMiB");
      entry("outstanding", String(one.outstanding), "outstanding");
    }
    entry("line", exactQuantity(one.lineMiBPerSecond * GBIT_PER_MIB, "bandwidth"), "lineMiBPerSecond");
    entry("seeded", String(one.seeded), "seeded");
  });
  section("runbooks", recovery.runbooks, sheet, (one, entry) => {
    entry("site", text(one.site), "site");
    entry("to", text(one.to), "to");
    entry("declare", time(one.declareSeconds), "declareSeconds");
    sheet.head("      steps:");
    for (const { name, vms, after, prepareSeconds, wait } of one.steps)
      sheet.head(`        - {name: ${text(name)}, vms: ${list(vms)}, after: ${list(after)}, prepare: ${time(prepareSeconds)}, wait: ${wait}}`);
  });
  if (recovery.events.length === 0) return sheet.head("  events: []");
  sheet.head("  events:");
  for (const event of recovery.events) sheet.head(`    - ${eventText(event)}`);
}

function section<T extends { readonly name: string }>(
  key: string,
  entries: readonly T[],
  sheet: Sheet,
  print: (one: T, entry: (name: string, value: string, field: string) => void) => void,
): void {
  if (entries.length === 0) return sheet.head(`  ${key}: []`);
  sheet.head(`  ${key}:`);
  for (const [i, one] of entries.entries()) {
    const path = `recovery.${key}[${i}]`;
    sheet.entry("    - ", "name", text(one.name), `${path}.name`);
    print(one, (name, value, field) => sheet.entry("      ", name, value, `${path}.${field}`));
  }
}

function eventText(event: RecoveryEvent): string {
  const head = `{at: ${time(event.atSeconds)}, do: ${event.do}`;
  switch (event.do) {
    case "lose site":
      return `${head}, site: ${text(event.site)}, for: ${event.forSeconds === null ? "ever" : time(event.forSeconds)}, data: ${event.data}}`;
    case "ransomware":
      return `${head}, vms: ${list(event.vms)}, unnoticed: ${time(event.unnoticedSeconds)}}`;
    case "lose data":
      return `${head}, vms: ${list(event.vms)}}`;
    case "test":
      return `${head}, runbook: ${text(event.runbook)}, for: ${time(event.forSeconds)}}`;
    default:
      return `${head}, runbook: ${text(event.runbook)}}`;
  }
}
