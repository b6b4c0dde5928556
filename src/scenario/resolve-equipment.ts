/** Storage and network hardware with nothing left open: prices of the catalogue or the scenario's own, and where it stands. */
import { equipmentDefaults } from "../catalog/data/prices.ts";
import type { EquipmentCosts, EquipmentSpec, Price } from "../model/accounts-spec.ts";
import { naturalCompare } from "./members.ts";
import type { Finding } from "./problems.ts";
import { givenPrice, type PriceList } from "./resolve-money.ts";
import { siteOf } from "./resolve-sites.ts";
import type { ResolvedSite } from "./resolved.ts";
import { fillAt, type Resolving } from "./resolving.ts";
import type { UserEquipment } from "./schema-money.ts";

const YEAR_SECONDS = 365 * 86_400;
const MIB_PER_TIB = 1024 * 1024;

/** `list` is null where no money is reckoned. */
export function resolveEquipment(given: readonly UserEquipment[], list: PriceList | null, sites: readonly ResolvedSite[], to: Resolving): EquipmentSpec[] {
  const seen = new Set<string>();
  const placed = given.map((entry, i) => ({ entry, path: ["equipment", i] as Finding["path"] }));
  return placed
    .toSorted((a, b) => naturalCompare(a.entry.name, b.entry.name))
    .map(({ entry, path }, i) => {
      const { name, kind, capacity } = entry;
      if (seen.has(name)) to.findings.push({ path: [...path, "name"], message: `another entry is named ${JSON.stringify(name)}` });
      seen.add(name);
      if (capacity !== undefined && kind?.startsWith("switch"))
        to.findings.push({ path: [...path, "capacity"], message: "switches have none", write: "no capacity, or kind: array-flash" });
      const fill = fillAt(to.marks, `equipment[${i}]`);
      return {
        name,
        count: fill("count", entry.count, 1),
        site: siteOf(entry, path, sites, to),
        watts: fill("watts", entry.power, 0),
        lifeYears: fill("lifeYears", entry.life, equipmentDefaults.lifeYears * YEAR_SECONDS) / YEAR_SECONDS,
        embodiedKg: fill("embodiedKg", entry.embodied, 0),
        costs: list === null ? null : costsOf(entry, path, list, to),
      };
    });
}

function costsOf(entry: UserEquipment, path: Finding["path"], list: PriceList, to: Resolving): EquipmentCosts {
  const { kind, capacity, price: own, residual, support, rackUnits } = entry;
  const { residualShare, supportShare, rackUnits: heights } = equipmentDefaults;
  if (own === undefined && kind === undefined)
    to.findings.push({ path: [...path, "price"], at: "key", absence: true, message: "is required where there is no kind", write: "price: 40000 EUR" });
  if (own === undefined && kind?.startsWith("array") && capacity === undefined)
    to.findings.push({
      path: [...path, "capacity"],
      at: "key",
      absence: true,
      message: "is required: arrays are priced by the TiB",
      write: "capacity: 100 TiB",
    });
  const byKind = own === undefined && kind !== undefined ? list.price(kind, path) : null;
  const quoted: Price | null = own
    ? { key: "equipment", label: entry.name, per: "device", ...givenPrice(list.convert(own.amount, own.currency, path), list.currency) }
    : null;
  const nothing: Price = { key: "equipment", label: entry.name, per: "device", ...givenPrice(0, list.currency) };
  return {
    price: quoted ?? byKind ?? nothing,
    units: byKind?.per === "TiB" ? (capacity ?? 0) / MIB_PER_TIB : 1,
    residualShare: residual ?? residualShare,
    supportShare: support ?? supportShare,
    rackUnits: rackUnits ?? (kind === undefined ? 0 : kind.startsWith("array") ? heights.array : heights.switch),
  };
}
