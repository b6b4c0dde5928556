/**
 * The end of all accounts: bill, cash flow, shares, and the two ledgers of money and carbon.
 *
 *   money    what VMs and nobody bear (showback, credits apart) = the bill by category
 *   carbon   the same in grams                                  = grid + own generation + embodied
 *
 * The left sides add up what was shared out interval by interval, the right ones what meters and price list say: both are
 * kept apart until here.
 */
import type { EquipmentSpec, MoneySpec } from "../../model/accounts-spec.ts";
import type { Datacenter } from "../../model/datacenter.ts";
import type { Table } from "../../results/table.ts";
import type { Ledger } from "../ledger.ts";
import type { SummaryRow } from "../summary.ts";
import type { Accounting } from "./accounting.ts";
import { assetsOf, type BillLine, CATEGORIES, isPurchase, ownershipLines, windowsPeaks, YEAR_SECONDS } from "./bill.ts";
import { hostEnergyTable } from "./host-energy.ts";
import type { SiteMeter } from "./meter.ts";
import { metersTable } from "./meters-table.ts";
import { billTable, ownersTable, showbackTable, yearsTable } from "./money-tables.ts";
import { type CashYear, cashFlow } from "./npv.ts";
import { embodiedGrams, type Reckoning, type SiteUse } from "./reckoning.ts";
import { costOf, type Share, showback } from "./showback.ts";

export interface ClosedAccounts {
  readonly tables: readonly Table[];
  readonly ledgers: readonly Ledger[];
  readonly rows: readonly SummaryRow[];
  readonly lines: readonly BillLine[];
  readonly shares: readonly Share[];
  readonly reckoning: Reckoning;
}

export function closeAccounts(
  dc: Datacenter,
  accounting: Accounting,
  { money, equipment }: { readonly money: MoneySpec | null; readonly equipment: readonly EquipmentSpec[] },
  seconds: number,
  credit: (shares: Share[]) => BillLine[],
): ClosedAccounts {
  const { sites, meters } = accounting;
  const vmSeconds = accounting.shares.months.reduce((sum, { hostSeconds }) => sum + hostSeconds, 0);
  const { classes, classOf } = dc.hosts;
  const use = { seconds, vms: vmSeconds / seconds, windows: windowsPeaks(classOf, accounting.peakWindows), equipment };
  const owned = money === null ? [] : ownershipLines(classes, money, use);
  const shares = showback(dc, accounting, money, owned);
  const priced = sites.some(({ electricity }) => electricity !== null);
  const energy = meters.flatMap((meter): BillLine[] => {
    if (meter.site.electricity === null) return [];
    const { importJoules, energyMoney } = meter.total();
    const demand = meter.months.reduce((sum, { demandMoney }) => sum + demandMoney, 0);
    const metered = (category: "energy" | "demand charge", item: string, quantity: number, unit: string, inRun: number): BillLine => ({
      category,
      item,
      of: meter.site.name,
      quantity,
      unit,
      price: null,
      unitPrice: quantity > 0 ? inRun / quantity : Number.NaN,
      perYear: (inRun * YEAR_SECONDS) / seconds,
      inRun,
    });
    const peak = Math.max(0, ...meter.months.map(({ peakWatts }) => peakWatts)) / 1000;
    return [
      metered("energy", "electricity", importJoules / 3.6e6, "kWh", energyMoney),
      ...(demand > 0 ? [metered("demand charge", "highest power", peak, "kW", demand)] : []),
    ];
  });
  const credits = credit(shares);
  const lines = [...owned, ...energy, ...credits];
  const currency = money?.currency ?? sites.find(({ electricity }) => electricity !== null)?.electricity?.currency ?? "";
  const ledgers: Ledger[] = [];
  const total = lines.reduce((sum, { inRun }) => sum + inRun, 0);
  if (lines.length > 0)
    ledgers.push({
      name: "money",
      unit: currency,
      total: shares.reduce((sum, share) => sum + costOf(share) + share.creditMoney, 0),
      accounts: CATEGORIES.flatMap((category) => {
        const own = lines.filter((line) => line.category === category);
        return own.length > 0 ? [{ name: category, value: own.reduce((sum, { inRun }) => sum + inRun, 0) }] : [];
      }),
    });
  const carbon = sites.every(({ carbonGramsPerKwh }) => carbonGramsPerKwh !== null);
  const embodiedGrams = shares.reduce((sum, share) => sum + share.embodiedGrams, 0);
  const grid = meters.reduce((sum, meter) => sum + meter.total().gridGrams, 0);
  const generation = meters.reduce((sum, meter) => sum + meter.total().generationGrams, 0);
  if (carbon) ledgers.push(carbonLedger(dc, shares, { grid, generation, seconds, equipment }));
  const rows: SummaryRow[] = [];
  let years: CashYear[] = [];
  if (money !== null) {
    const running = lines.reduce((sum, line) => sum + (isPurchase(line) ? 0 : line.perYear), 0);
    years = cashFlow(assetsOf(classes, equipment, lines), running, { years: money.years, discount: money.discountShare, rise: money.riseShare });
    rows.push(["cost_total", total, currency, "Everything in money.csv, for the time of the run"]);
    rows.push(["cost_per_year", lines.reduce((sum, { perYear }) => sum + perYear, 0), currency, "The same for a year like the run"]);
    rows.push([
      "present_cost",
      years.at(-1)?.cumulative ?? Number.NaN,
      currency,
      `Net present cost of ${money.years} years like the run, at ${100 * money.discountShare} % a year`,
    ]);
  }
  if (carbon) rows.push(["carbon_embodied_kg", embodiedGrams / 1000, "kg CO2e", "Carbon of making hosts and equipment, for the time of the run"]);
  const unused = shares.filter(({ vm }) => vm < 0);
  if (money !== null) rows.push(["cost_unused", unused.reduce((sum, share) => sum + costOf(share), 0), currency, "Part of cost_total that no VM bears"]);
  const tables = [metersTable(accounting), hostEnergyTable(dc, accounting), ownersTable(dc, shares, currency), showbackTable(dc, shares, currency)];
  if (priced || money !== null) tables.push(billTable(lines, currency));
  if (money !== null) tables.push(yearsTable(years, currency));
  const creditMoney = credits.reduce((sum, { inRun }) => sum + inRun, 0);
  return { tables, ledgers, rows, lines, shares, reckoning: { currency, classes, money, sites, use: sitesUse(meters), creditMoney, ...use } };
}

const KWH = 3.6e6;

const sitesUse = (meters: readonly SiteMeter[]): SiteUse[] =>
  meters.map((meter) => {
    const { itJoules, facilityJoules, importJoules, energyMoney, gridGrams, generationGrams } = meter.total();
    return {
      name: meter.site.name,
      itKwh: itJoules / KWH,
      facilityKwh: facilityJoules / KWH,
      importKwh: importJoules / KWH,
      energyMoney,
      demandMoney: meter.months.reduce((sum, { demandMoney }) => sum + demandMoney, 0),
      gridGrams,
      generationGrams,
    };
  });

function carbonLedger(
  { hosts }: Datacenter,
  shares: readonly Share[],
  { grid, generation, seconds, equipment }: { grid: number; generation: number; seconds: number; equipment: readonly EquipmentSpec[] },
): Ledger {
  const making = embodiedGrams(hosts.classes, equipment, seconds);
  return {
    name: "carbon",
    unit: "g CO2e",
    total: shares.reduce((sum, { grams, embodiedGrams }) => sum + grams + embodiedGrams, 0),
    accounts: [{ name: "grid", value: grid }, ...(generation > 0 ? [{ name: "own generation", value: generation }] : []), { name: "embodied", value: making }],
  };
}
