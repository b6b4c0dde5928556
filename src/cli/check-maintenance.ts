/**
 * Planned work on hosts as `hypervise check --resolved` prints it.
 */
import type { MaintenanceSpec } from "../model/maintenance/spec.ts";
import { exactQuantity } from "../units/exact.ts";
import { orNone, type Sheet, text } from "./sheet.ts";

const list = (names: readonly string[]): string => `[${names.map(text).join(", ")}]`;
const time = (seconds: number): string => exactQuantity(seconds, "time");

export function maintenanceLines(maintenance: readonly MaintenanceSpec[], sheet: Sheet): void {
  if (maintenance.length === 0) return sheet.entry("", "maintenance", "[]", "maintenance");
  sheet.head("maintenance:");
  for (const [i, one] of maintenance.entries()) {
    const entry = (key: string, value: string, field: string): void => sheet.entry("    ", key, value, `maintenance[${i}].${field}`);
    sheet.entry("  - ", "name", text(one.name), `maintenance[${i}].name`);
    entry("hosts", list(one.hosts), "hosts");
    entry("do", one.do, "do");
    if (one.do === "replace") entry("by", list(one.by), "by");
    entry("at", time(one.startSeconds), "startSeconds");
    const { window, defect } = one;
    if (one.do === "patch") {
      if (one.everySeconds !== null) entry("every", time(one.everySeconds), "everySeconds");
      entry("takes", time(one.takesSeconds), "takesSeconds");
      entry("reboot", String(one.reboot), "reboot");
      entry("spread", orNone(one.spreadSeconds, "time"), "spreadSeconds");
    }
    if (window !== null) entry("window", `{from: ${time(window.fromSeconds)}, for: ${time(window.forSeconds)}, every: ${time(window.everySeconds)}}`, "window");
    if (one.spreadSeconds === null) {
      entry("atOnce", String(one.atOnce), "atOnce");
      entry("pause", time(one.pauseSeconds), "pauseSeconds");
    }
    entry("vms", one.vms, "vms");
    entry("patience", time(one.patienceSeconds), "patienceSeconds");
    if (defect !== null) {
      const { share, meanSeconds, repairSeconds, haltAfter } = defect;
      entry(
        "defect",
        `{share: ${exactQuantity(share, "share")}, mean: ${time(meanSeconds)}, repair: ${time(repairSeconds)}, haltAfter: ${haltAfter ?? "never"}}`,
        "defect",
      );
    }
  }
}
