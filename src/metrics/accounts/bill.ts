/**
 * What a run costs: one line for each thing that has a price, by the year and in the run.
 *
 *   hardware   hosts x (price - residual) / years of life          support    hosts x price x share
 *              (storage and network hardware likewise: devices, or TiB of an array)
 *   licences   units by the product's metric x price; perpetual ones / years of the host's life
 *   staff      hosts x price, and VM-years x price                 space      hosts x rack units x 12 x price of a month
 *   energy     as metered, demand charge included                  credits    as promised (sla.ts)
 *
 * A year has 365 days and 12 months. What costs by the year costs its part of the year in the run. Proved by
 * test/metrics/bill.test.ts.
 */
import type { EquipmentSpec, HostCosts, LicenceSpec, MoneySpec, Price } from "../../model/accounts-spec.ts";
import type { HostClass } from "../../model/spec.ts";
import { licenceUnits, orderUnits, windowsLicence } from "./licences.ts";
import type { Asset } from "./npv.ts";

export const YEAR_SECONDS = 365 * 86_400;

export const CATEGORIES = ["hardware", "support", "licences", "staff", "space", "energy", "demand charge", "service credits"] as const;
export type Category = (typeof CATEGORIES)[number];

export interface BillLine {
  readonly category: Category;
  readonly item: string;
  /** Whom it is for: group of hosts, site or class. */
  readonly of: string;
  readonly quantity: number;
  readonly unit: string;
  /** Where one price times the quantity makes the amount of a year; null for what is metered. */
  readonly price: Price | null;
  readonly unitPrice: number;
  readonly perYear: number;
  readonly inRun: number;
}

const licensedHost = ({ cores }: HostClass, { sockets, users }: HostCosts) => ({ cores, sockets, users });
const yearly = (licence: LicenceSpec, costs: HostCosts): number => (licence.perpetual ? licence.amount / costs.lifeYears : licence.amount);

/** What one host of each kind costs a second, whatever it does; by kind of host. */
export function fixedMoneyPerSecond(classes: readonly HostClass[], money: MoneySpec): number[] {
  const units = licenceOrders(classes);
  return classes.map((kind) => {
    const { costs } = kind;
    if (!costs) return 0;
    const { price, lifeYears, residualShare, supportShare, rackUnits, licences } = costs;
    const licence = licences.reduce((sum, one) => {
      // An order's minimum is borne by all hosts of the order alike.
      const { needed, billed } = units.get(one.key) ?? { needed: 1, billed: 1 };
      return sum + licenceUnits(one, licensedHost(kind, costs)) * (needed > 0 ? billed / needed : 1) * yearly(one, costs);
    }, 0);
    const hardware = (price.amount * (1 - residualShare)) / lifeYears + price.amount * supportShare;
    return (hardware + licence + money.adminHost.amount + 12 * rackUnits * money.rackUnit.amount) / YEAR_SECONDS;
  });
}

/** Units of each licence that all hosts need, and that are billed. */
function licenceOrders(classes: readonly HostClass[]): Map<string, { needed: number; billed: number; licence: LicenceSpec }> {
  const orders = new Map<string, { needed: number; billed: number; licence: LicenceSpec }>();
  for (const kind of classes) {
    for (const licence of kind.costs?.licences ?? []) {
      const needed = (orders.get(licence.key)?.needed ?? 0) + kind.count * licenceUnits(licence, licensedHost(kind, kind.costs as HostCosts));
      orders.set(licence.key, { needed, billed: orderUnits(licence, needed), licence });
    }
  }
  return orders;
}

/** What the equipment of an entry costs a second, all devices together. */
export const equipmentMoneyPerSecond = (entry: EquipmentSpec, money: MoneySpec): number =>
  equipmentLines([entry], money, () => 0).reduce((sum, { perYear }) => sum + perYear, 0) / YEAR_SECONDS;

/** What an entry of equipment is worth when it is new. */
const worth = ({ count, costs }: EquipmentSpec): number => (costs ? count * costs.units * costs.price.amount : 0);

/** Lines of storage and network hardware. */
function equipmentLines(equipment: readonly EquipmentSpec[], money: MoneySpec, inRun: (perYear: number) => number): BillLine[] {
  return equipment.flatMap((entry): BillLine[] => {
    const { name: of, count, costs, lifeYears } = entry;
    if (!costs) return [];
    const { price, units, residualShare, supportShare, rackUnits } = costs;
    const unit = price.per === "TiB" ? "TiB" : "devices";
    const line = (category: Category, item: string, quantity: number, unit: string, price: Price, unitPrice: number, perYear: number): BillLine[] =>
      perYear === 0 ? [] : [{ category, item, of, quantity, unit, price, unitPrice, perYear, inRun: inRun(perYear) }];
    return [
      ...line("hardware", price.label, count * units, `${unit} over ${lifeYears} years`, price, price.amount, (worth(entry) * (1 - residualShare)) / lifeYears),
      ...line("support", `support of ${price.label}`, count * units, unit, price, price.amount * supportShare, worth(entry) * supportShare),
      ...line("space", money.rackUnit.label, count * rackUnits, "U", money.rackUnit, money.rackUnit.amount, 12 * count * rackUnits * money.rackUnit.amount),
    ];
  });
}

/** Lines of what hosts cost whatever they do. */
function fixedLines(classes: readonly HostClass[], money: MoneySpec, inRun: (perYear: number) => number): BillLine[] {
  const lines: BillLine[] = [];
  const add = (category: Category, item: string, of: string, quantity: number, unit: string, price: Price, unitPrice: number, perYear: number): void => {
    if (perYear !== 0) lines.push({ category, item, of, quantity, unit, price, unitPrice, perYear, inRun: inRun(perYear) });
  };
  const orders = licenceOrders(classes);
  for (const kind of classes) {
    const { costs, name, count } = kind;
    if (!costs) continue;
    const { price, lifeYears, residualShare, supportShare, rackUnits } = costs;
    add("hardware", price.label, name, count, `hosts over ${lifeYears} years`, price, price.amount, (count * price.amount * (1 - residualShare)) / lifeYears);
    add("support", `support of ${price.label}`, name, count, "hosts", price, price.amount * supportShare, count * price.amount * supportShare);
    for (const licence of costs.licences) {
      const { needed, billed } = orders.get(licence.key) as { needed: number; billed: number };
      const own = count * licenceUnits(licence, licensedHost(kind, costs));
      const units = own * (billed / needed);
      add("licences", licence.label, name, units, licence.per.replace("/year", "s"), licence, licence.amount, units * yearly(licence, costs));
    }
    add("staff", money.adminHost.label, name, count, "hosts", money.adminHost, money.adminHost.amount, count * money.adminHost.amount);
    add("space", money.rackUnit.label, name, count * rackUnits, "U", money.rackUnit, money.rackUnit.amount, 12 * count * rackUnits * money.rackUnit.amount);
  }
  return lines;
}

/** Hosts of a kind that had the same number of Windows VMs at most. */
export interface WindowsPeak {
  readonly kind: number;
  readonly peak: number;
  readonly hosts: number;
}

/** The most Windows VMs of each host, counted by kind. */
export function windowsPeaks(classOf: ArrayLike<number>, peaks: ArrayLike<number>): WindowsPeak[] {
  const counts = new Map<string, { kind: number; peak: number; hosts: number }>();
  for (let h = 0; h < classOf.length; h++) {
    if (peaks[h] === 0) continue;
    const key = `${classOf[h]}/${peaks[h]}`;
    const found = counts.get(key);
    if (found) found.hosts++;
    else counts.set(key, { kind: classOf[h], peak: peaks[h], hosts: 1 });
  }
  return [...counts.values()];
}

/** Licences of Windows guests, by kind of host and licence. */
function guestLines(classes: readonly HostClass[], money: MoneySpec, peaks: readonly WindowsPeak[], inRun: (perYear: number) => number): BillLine[] {
  const sums = new Map<string, { kind: HostClass; licence: LicenceSpec; units: number }>();
  for (const { kind: number, peak, hosts } of peaks) {
    const kind = classes[number];
    const { costs } = kind;
    if (!costs || costs.licences.some(({ windowsGuests }) => windowsGuests === "all")) continue;
    const host = licensedHost(kind, costs);
    const own = costs.licences.find(({ windowsGuests }) => windowsGuests === "two");
    // A host that runs on Standard has its first two guests with it.
    const found = own ? { licence: own, units: licenceUnits(own, host, peak) - licenceUnits(own, host) } : windowsLicence(money.windowsGuests, host, peak);
    if (!found || found.units === 0) continue;
    const key = `${kind.name}/${found.licence.key}`;
    sums.set(key, { kind, licence: found.licence, units: (sums.get(key)?.units ?? 0) + hosts * found.units });
  }
  return [...sums.values()].map(({ kind, licence, units }) => {
    const perYear = units * yearly(licence, kind.costs as HostCosts);
    return {
      category: "licences",
      item: `${licence.label} for guests`,
      of: kind.name,
      quantity: units,
      unit: licence.per,
      price: licence,
      unitPrice: licence.amount,
      perYear,
      inRun: inRun(perYear),
    };
  });
}

/** What of a run the prices of ownership are paid for. */
export interface Owned {
  readonly seconds: number;
  /** Mean number of VMs on hosts. */
  readonly vms: number;
  readonly windows: readonly WindowsPeak[];
  readonly equipment: readonly EquipmentSpec[];
}

/** Everything with a price but energy and credits. */
export function ownershipLines(classes: readonly HostClass[], money: MoneySpec, { seconds, vms, windows, equipment }: Owned): BillLine[] {
  const inRun = (perYear: number): number => (perYear * seconds) / YEAR_SECONDS;
  const lines = [...fixedLines(classes, money, inRun), ...equipmentLines(equipment, money, inRun), ...guestLines(classes, money, windows, inRun)];
  const { adminVm } = money;
  if (adminVm.amount > 0) {
    const perYear = vms * adminVm.amount;
    lines.push({
      category: "staff",
      item: adminVm.label,
      of: "all VMs",
      quantity: vms,
      unit: "VMs (mean)",
      price: adminVm,
      unitPrice: adminVm.amount,
      perYear,
      inRun: inRun(perYear),
    });
  }
  return lines;
}

/** Whether a line stands for something bought once, which costs over years count when it is bought. */
export const isPurchase = ({ category, price }: BillLine): boolean => category === "hardware" || price?.per === "16 cores";

/** What is bought at the start: hosts, equipment and perpetual licences. */
export function assetsOf(classes: readonly HostClass[], equipment: readonly EquipmentSpec[], lines: readonly BillLine[]): Asset[] {
  const assets: Asset[] = classes.flatMap(({ costs, count }) =>
    costs ? [{ price: count * costs.price.amount, residual: count * costs.price.amount * costs.residualShare, lifeYears: costs.lifeYears }] : [],
  );
  for (const entry of equipment)
    if (entry.costs) assets.push({ price: worth(entry), residual: worth(entry) * entry.costs.residualShare, lifeYears: entry.lifeYears });
  for (const { price, unit, quantity, unitPrice, of } of lines) {
    if (price?.per !== "16 cores" || unit === "") continue;
    const life = classes.find(({ name }) => name === of)?.costs?.lifeYears ?? 1;
    assets.push({ price: quantity * unitPrice, residual: 0, lifeYears: life });
  }
  return assets;
}
