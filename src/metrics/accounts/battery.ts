/**
 * A battery between a site and the grid, over an interval in which the load and what the battery follows are constant.
 *
 *   surplus (own generation beyond the load): charge with it, feed in the rest
 *   charging:     grid = load + charge power until full, then load
 *   discharging:  grid = load - min(load, discharge power) until empty, then load
 *
 * Stored = charged x efficiency; what is taken out is delivered whole, so the efficiency is that of the round trip. Instants
 * at which it is full or empty within the interval are found exactly. Source of the single-threshold rule: OpenDC's
 * battery policy (cases BA of `hypervise validate`). Proved by test/metrics/battery.test.ts.
 */
import type { BatterySpec } from "../../model/accounts-spec.ts";

export interface Flow {
  /** From the grid, into the grid, J. */
  importJoules: number;
  exportJoules: number;
  /** Into the battery's terminals, out of them, and lost in it, J. */
  chargedJoules: number;
  dischargedJoules: number;
  lossJoules: number;
}

/** What flows in `seconds` at a constant `watts` (load less own generation; negative = surplus); `level` is J stored. */
export function batteryFlow(spec: BatterySpec, level: number, watts: number, seconds: number, charges: boolean): Flow & { level: number } {
  const room = Math.max(0, spec.capacityJoules - level);
  const surplus = Math.max(0, -watts);
  const load = Math.max(0, watts);
  if (surplus > 0 || charges) {
    const power = surplus > 0 ? Math.min(surplus, spec.chargeWatts) : spec.chargeWatts;
    const busy = power > 0 ? Math.min(seconds, room / (power * spec.efficiency)) : 0;
    const charged = power * busy;
    const stored = busy < seconds ? room : charged * spec.efficiency;
    const kept = power > 0 ? stored : 0;
    return {
      importJoules: load * seconds + (surplus > 0 ? 0 : charged),
      exportJoules: surplus * seconds - (surplus > 0 ? charged : 0),
      chargedJoules: charged,
      dischargedJoules: 0,
      lossJoules: charged - kept,
      level: level + kept,
    };
  }
  const power = Math.min(load, spec.dischargeWatts);
  const discharged = power > 0 ? Math.min(level, power * seconds) : 0;
  return {
    importJoules: load * seconds - discharged,
    exportJoules: 0,
    chargedJoules: 0,
    dischargedJoules: discharged,
    lossJoules: 0,
    level: level - discharged,
  };
}
