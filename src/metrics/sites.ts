/**
 * Energy, money and carbon of each site at constant rates: facility = IT x PUE, money = facility x price, grams = facility
 * x intensity.
 */
import type { SiteSpec } from "../model/accounts-spec.ts";
import type { Datacenter } from "../model/datacenter.ts";
import type { SiteUse } from "./accounts/reckoning.ts";
import { sitesOfHosts } from "./accounts/shares.ts";

export interface SiteTotals {
  readonly itJoules: number;
  readonly facilityJoules: number;
  /** Facility / IT energy of all sites together. */
  readonly pue: number;
  /** Price of the facility energy; NaN unless every site has one. */
  readonly energyCost: number;
  readonly currency: string;
  /** Grams of CO2e; NaN unless every site has an intensity. */
  readonly carbonGrams: number;
}

const KWH = 3.6e6;

/** Sums over all sites, whose rates are constant; `allJoules` is the IT energy of all hosts as the timeline has it. Everything must be settled. */
export function siteTotals(dc: Datacenter, sites: readonly SiteSpec[], allJoules: number): SiteTotals {
  const joules = sites.length === 1 ? [allJoules] : joulesBySite(dc, sites);
  const sum = (rate: (site: SiteSpec) => number): number => sites.reduce((total, site, i) => total + joules[i] * rate(site), 0);
  const pueOf = ({ pue }: SiteSpec): number => (typeof pue === "number" ? pue : Number.NaN);
  const itJoules = sum(() => 1);
  const facilityJoules = sum(pueOf);
  const perKwh = (value: unknown): number => (typeof value === "number" ? value / KWH : Number.NaN);
  return {
    itJoules,
    facilityJoules,
    pue: sites.length > 1 && itJoules > 0 ? facilityJoules / itJoules : pueOf(sites[0]),
    energyCost: sum((site) => pueOf(site) * perKwh(site.electricity?.perKwh)),
    currency: sites.find(({ electricity }) => electricity !== null)?.electricity?.currency ?? "",
    carbonGrams: sum((site) => pueOf(site) * perKwh(site.carbonGramsPerKwh)),
  };
}

/** The same site by site, for reckoning at other rates. */
export function plainUse(dc: Datacenter, sites: readonly SiteSpec[], allJoules: number): SiteUse[] {
  const joules = sites.length === 1 ? [allJoules] : joulesBySite(dc, sites);
  const rate = (value: unknown): number => (typeof value === "number" ? value : 0);
  return sites.map(({ name, pue, electricity, carbonGramsPerKwh }, i) => {
    const itKwh = joules[i] / KWH;
    const facilityKwh = itKwh * rate(pue);
    const [energyMoney, gridGrams] = [facilityKwh * rate(electricity?.perKwh), facilityKwh * rate(carbonGramsPerKwh)];
    return { name, itKwh, facilityKwh, importKwh: facilityKwh, energyMoney, demandMoney: 0, gridGrams, generationGrams: 0 };
  });
}

/** IT energy of each site's hosts, J. */
function joulesBySite(dc: Datacenter, sites: readonly SiteSpec[]): number[] {
  const siteOf = sitesOfHosts(dc, sites);
  const joules = new Array<number>(sites.length).fill(0);
  for (let h = 0; h < dc.hosts.count; h++) joules[siteOf[h]] += dc.readings.joules(h);
  return joules;
}
