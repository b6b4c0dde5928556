/** Whether a ledger adds up to a figure that was measured another way. */

import type { Results } from "../results/results.ts";
import { energyScale, formatNumber } from "../units/format.ts";
import { type LedgerName, ledgerOf } from "./accounts.ts";
import { NBSP } from "./format.ts";
import { firstFinite, metric } from "./read.ts";

export interface Balance {
  readonly name: LedgerName;
  readonly sum: string;
  readonly balanced: boolean;
  /** Difference in the ledger's unit, when it does not balance. */
  readonly difference: string;
}

/**
 * Compares the sum of the accounts with a reference in the ledger's base unit, to a millionth.
 * @param reference NaN when there is none: then only the sum is stated
 */
export function balanceOf(results: Results, name: LedgerName, reference: number): Balance {
  const ledger = ledgerOf(results, name);
  const scale = energyScale(ledger.total);
  const [per, unit] = name === "energy" ? [scale.size, scale.unit] : [3600, name === "cpu" ? "core-hours" : "VM-hours"];
  const difference = Math.abs(ledger.total - firstFinite(reference, ledger.total));
  return {
    name,
    sum: `${formatNumber(ledger.total / per)}${NBSP}${unit}`,
    balanced: difference <= 1e-6 * Math.max(ledger.total, 1e-9),
    difference: `${formatNumber(difference / per)}${NBSP}${unit}`,
  };
}

/** The energy of the meter in joules: facility energy of the summary. */
export function meteredJoules(results: Results): number {
  return metric(results, "energy_facility_kwh") * 3.6e6;
}
