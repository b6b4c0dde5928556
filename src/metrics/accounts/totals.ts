/**
 * What all meters come to together, as the summary and the energy ledger take it.
 */
import type { EnergyUse } from "../ledger.ts";
import type { SiteTotals } from "../sites.ts";
import type { Accounting } from "./accounting.ts";
import type { Reading } from "./meter.ts";

/** Sums over all sites. */
export function meteredTotals({ meters, sites }: Accounting): SiteTotals {
  const readings = meters.map((meter) => meter.total());
  const sum = (pick: (reading: Reading) => number): number => readings.reduce((total, reading) => total + pick(reading), 0);
  const demand = meters.reduce((total, { months }) => total + months.reduce((s, { demandMoney }) => s + demandMoney, 0), 0);
  const itJoules = sum((r) => r.itJoules);
  const facilityJoules = sum((r) => r.facilityJoules);
  return {
    itJoules,
    facilityJoules,
    pue: itJoules > 0 ? facilityJoules / itJoules : 1,
    energyCost: sites.some(({ electricity }) => electricity === null) ? Number.NaN : sum((r) => r.energyMoney) + demand,
    currency: sites.find(({ electricity }) => electricity !== null)?.electricity?.currency ?? "",
    carbonGrams: sites.some(({ carbonGramsPerKwh }) => carbonGramsPerKwh === null) ? Number.NaN : sum((r) => r.gridGrams + r.generationGrams),
  };
}

/** The two sides of the energy ledger: what came in, and what of it the facility, the battery and the grid got. */
export function meteredEnergy(accounting: Accounting, equipmentJoules = 0): EnergyUse {
  const { meters, supplyLoss } = accounting;
  const readings = meters.map((meter) => meter.total());
  const sum = (pick: (reading: Reading) => number): number => readings.reduce((total, reading) => total + pick(reading), 0);
  const taken = meters.reduce((total, meter) => total + meter.batteryAtStart, 0);
  const left = meters.reduce((total, meter) => total + meter.batteryLevel, 0);
  const own = [
    { name: "battery loss", value: sum((r) => r.batteryLossJoules) },
    { name: "left in the battery", value: left },
    { name: "fed into the grid", value: sum((r) => r.exportJoules) },
  ];
  return {
    total: sum((r) => r.importJoules + r.generatedJoules) + taken,
    coolingJoules: sum((r) => r.facilityJoules - r.itJoules),
    supplyLoss,
    others: [
      ...(equipmentJoules > 0 ? [{ name: "storage and network", value: equipmentJoules }] : []),
      ...(meters.some(({ site }) => site.battery || site.generation) ? own : []),
    ],
  };
}
