/**
 * Energy, money and carbon of each site at constant rates: facility = IT x PUE, money = facility x price, grams = facility
 * x intensity.
 */
import type { Datacenter } from "../model/datacenter.ts";
import * as H from "../model/hosts.ts";

/** What of a site these figures need. */
export interface SiteRates {
  readonly name: string;
  readonly pue: number;
  readonly electricity: { readonly perKwh: number; readonly currency: string } | null;
  readonly carbonGramsPerKwh: number | null;
}

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

/** Sums over all sites; `allJoules` is the IT energy of all hosts as the timeline has it. Everything must be settled. */
export function siteTotals(dc: Datacenter, sites: readonly SiteRates[], allJoules: number): SiteTotals {
  const joules = sites.length === 1 ? [allJoules] : joulesBySite(dc, sites);
  const sum = (value: (site: SiteRates, joules: number) => number): number => sites.reduce((total, site, i) => total + value(site, joules[i] ?? 0), 0);
  const itJoules = sum((_, j) => j);
  const facilityJoules = sum(({ pue }, j) => j * pue);
  return {
    itJoules,
    facilityJoules,
    pue: sites.length > 1 && itJoules > 0 ? facilityJoules / itJoules : (sites[0]?.pue ?? 1),
    energyCost: sum(({ pue, electricity }, j) => ((j * pue) / KWH) * (electricity?.perKwh ?? Number.NaN)),
    currency: sites.find(({ electricity }) => electricity !== null)?.electricity?.currency ?? "",
    carbonGrams: sum(({ pue, carbonGramsPerKwh }, j) => ((j * pue) / KWH) * (carbonGramsPerKwh ?? Number.NaN)),
  };
}

/** IT energy of each site's hosts, J. */
function joulesBySite({ hosts }: Datacenter, sites: readonly SiteRates[]): number[] {
  const of = new Map(sites.map(({ name }, i) => [name, i]));
  const joules = new Array<number>(sites.length).fill(0);
  for (let h = 0; h < hosts.count; h++) {
    const site = of.get(hosts.classes[hosts.classOf[h]].site);
    if (site === undefined) throw new Error(`host ${hosts.name(h)} stands at an unknown site`);
    joules[site] += hosts.row[h * H.HOST_ROW + H.ALL_JOULES];
  }
  return joules;
}
