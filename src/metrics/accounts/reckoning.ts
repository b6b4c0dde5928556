/**
 * The sums of a run reckoned anew at other prices, without simulating anything again.
 *
 * What a run used (kWh, peaks, hosts, the most Windows VMs of a host, VM-time) does not depend on what it costs; the bill is
 * made anew from that by the same functions that made it first (bill.ts, npv.ts), so that minimum orders and the cheaper of
 * two licences follow the changed prices:
 *
 *   energy      metered sum x PUE factor x price factor      demand   metered charge x PUE factor x price factor
 *   carbon      grid x PUE factor x intensity factor + own generation + embodied x its factor / life factor
 *   ownership   bill of the changed prices, lives and shares          service credits   as they were
 *
 * Decisions that looked at a price or an intensity (a battery, a placement, a shifted start) stay what they were. Every sum is
 * linear in what was used, so the mean over replications of the sums is the sum of the mean use. Proved by
 * test/metrics/reckoning.test.ts: without a change the sums are those of the run, with one those of a run with that change.
 */
import type { EquipmentSpec, MoneySpec, Price, SiteSpec } from "../../model/accounts-spec.ts";
import type { HostClass } from "../../model/spec.ts";
import { assetsOf, isPurchase, ownershipLines, type WindowsPeak, YEAR_SECONDS } from "./bill.ts";
import { cashFlow } from "./npv.ts";

/** What a site used in the run, and what that came to. */
export interface SiteUse {
  readonly name: string;
  readonly itKwh: number;
  readonly facilityKwh: number;
  readonly importKwh: number;
  readonly energyMoney: number;
  readonly demandMoney: number;
  readonly gridGrams: number;
  readonly generationGrams: number;
}

/** All that prices apply to. */
export interface Reckoning {
  readonly currency: string;
  readonly seconds: number;
  readonly classes: readonly HostClass[];
  readonly money: MoneySpec | null;
  /** The sites as the scenario has them, and what they used, in the same order. */
  readonly sites: readonly SiteSpec[];
  readonly use: readonly SiteUse[];
  /** Mean number of VMs on hosts. */
  readonly vms: number;
  readonly windows: readonly WindowsPeak[];
  readonly equipment: readonly EquipmentSpec[];
  /** What is given back, in the run. */
  readonly creditMoney: number;
}

/** What is changed; left out = as it is. */
export interface Change {
  /** Times the price of energy, of peaks, the PUE, the grid's intensity; of hosts embodied carbon, years of life, shares of support and residual value. */
  readonly electricity?: number;
  readonly demand?: number;
  readonly pue?: number;
  readonly carbon?: number;
  readonly embodied?: number;
  readonly life?: number;
  readonly support?: number;
  readonly residual?: number;
  readonly discountShare?: number;
  readonly riseShare?: number;
  /** New amount of a price. */
  readonly price?: (price: Price, of: string) => number;
}

/** NaN: not reckoned. */
export interface Sums {
  /** Everything with a price, for the time of the run and for a year like it. */
  readonly costInRun: number;
  readonly costPerYear: number;
  /** Net present cost over the years of the scenario. */
  readonly presentCost: number;
  readonly energyCost: number;
  readonly facilityKwh: number;
  /** Operational and embodied, location-based. */
  readonly carbonKg: number;
}

export function reckon(basis: Reckoning, change: Change = {}): Sums {
  const { seconds, sites, use, vms, windows, creditMoney } = basis;
  const { electricity = 1, demand = 1, pue = 1, carbon = 1 } = change;
  const sum = (pick: (site: SiteUse) => number): number => use.reduce((total, site) => total + pick(site), 0);
  const energy = pue * (electricity * sum((s) => s.energyMoney) + demand * sum((s) => s.demandMoney));
  const priced = sites.some((site) => site.electricity !== null);
  const classes = basis.classes.map((kind) => changedKind(kind, change));
  const equipment = basis.equipment.map((entry) => changedEntry(entry, change));
  const energyCost = sites.every((site) => site.electricity !== null) ? energy : Number.NaN;
  const facilityKwh = pue * sum((s) => s.facilityKwh);
  const clean = sites.every(({ carbonGramsPerKwh }) => carbonGramsPerKwh !== null);
  const grams = pue * carbon * sum((s) => s.gridGrams) + sum((s) => s.generationGrams) + embodiedGrams(classes, equipment, seconds);
  const carbonKg = clean ? grams / 1000 : Number.NaN;
  const metered = energy + creditMoney;
  const toYear = YEAR_SECONDS / seconds;
  if (basis.money === null) {
    const costInRun = priced ? metered : Number.NaN;
    return { costInRun, costPerYear: costInRun * toYear, presentCost: Number.NaN, energyCost, facilityKwh, carbonKg };
  }
  const money = changedMoney(basis.money, change);
  const lines = ownershipLines(classes, money, { seconds, vms, windows, equipment });
  const owned = lines.reduce((total, { perYear }) => total + perYear, 0);
  const running = lines.reduce((total, line) => total + (isPurchase(line) ? 0 : line.perYear), metered * toYear);
  const years = cashFlow(assetsOf(classes, equipment, lines), running, { years: money.years, discount: money.discountShare, rise: money.riseShare });
  return {
    costInRun: metered + owned / toYear,
    costPerYear: metered * toYear + owned,
    presentCost: years.at(-1)?.cumulative ?? Number.NaN,
    energyCost,
    facilityKwh,
    carbonKg,
  };
}

/** Carbon of making hosts and equipment, the part of `seconds`. */
export function embodiedGrams(classes: readonly HostClass[], equipment: readonly EquipmentSpec[], seconds: number): number {
  const part = (count: number, kg: number, lifeYears: number): number => (count * kg * 1000 * seconds) / (lifeYears * YEAR_SECONDS);
  const hosts = classes.reduce((sum, { count, embodied }) => sum + (embodied ? part(count, embodied.kg, embodied.lifeYears) : 0), 0);
  return equipment.reduce((sum, { count, embodiedKg, lifeYears }) => sum + part(count, embodiedKg, lifeYears), hosts);
}

const changedEntry = (entry: EquipmentSpec, { price = ({ amount }: Price) => amount }: Change): EquipmentSpec =>
  entry.costs ? { ...entry, costs: { ...entry.costs, price: { ...entry.costs.price, amount: price(entry.costs.price, entry.name) } } } : entry;

function changedKind(kind: HostClass, change: Change): HostClass {
  const { costs, embodied, name } = kind;
  const { life = 1, support = 1, residual = 1, embodied: making = 1, price = ({ amount }: Price) => amount } = change;
  return {
    ...kind,
    ...(costs
      ? {
          costs: {
            ...costs,
            price: { ...costs.price, amount: price(costs.price, name) },
            licences: costs.licences.map((one) => ({ ...one, amount: price(one, name) })),
            lifeYears: life * costs.lifeYears,
            supportShare: support * costs.supportShare,
            residualShare: residual * costs.residualShare,
          },
        }
      : {}),
    ...(embodied ? { embodied: { kg: making * embodied.kg, lifeYears: life * embodied.lifeYears } } : {}),
  };
}

function changedMoney(money: MoneySpec, { price = ({ amount }) => amount, discountShare, riseShare }: Change): MoneySpec {
  const changed = <T extends Price>(one: T): T => ({ ...one, amount: price(one, "") });
  return {
    ...money,
    adminHost: changed(money.adminHost),
    adminVm: changed(money.adminVm),
    rackUnit: changed(money.rackUnit),
    windowsGuests: money.windowsGuests.map(changed),
    ...(discountShare === undefined ? {} : { discountShare }),
    ...(riseShare === undefined ? {} : { riseShare }),
  };
}

/** The use of several runs of one scenario as the use of a mean run. They must be as long as each other. */
export function meanReckoning(runs: readonly Reckoning[]): Reckoning {
  const [first] = runs;
  if (!first) throw new Error("there is no run to reckon");
  if (runs.length === 1) return first;
  const mean = (pick: (run: Reckoning) => number): number => runs.reduce((sum, run) => sum + pick(run), 0) / runs.length;
  return {
    ...first,
    seconds: mean((run) => run.seconds),
    vms: mean((run) => run.vms),
    creditMoney: mean((run) => run.creditMoney),
    windows: runs.flatMap(({ windows }) => windows.map((one) => ({ ...one, hosts: one.hosts / runs.length }))),
    use: first.use.map((site, i) => {
      const of = (pick: (use: SiteUse) => number): number => mean(({ use }) => pick(use[i]));
      return {
        name: site.name,
        itKwh: of((s) => s.itKwh),
        facilityKwh: of((s) => s.facilityKwh),
        importKwh: of((s) => s.importKwh),
        energyMoney: of((s) => s.energyMoney),
        demandMoney: of((s) => s.demandMoney),
        gridGrams: of((s) => s.gridGrams),
        generationGrams: of((s) => s.generationGrams),
      };
    }),
  };
}
