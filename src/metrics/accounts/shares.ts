/**
 * Who caused what a site drew and costs, shared out so that the shares add up to the meter.
 *
 * Rule, over each metering interval:
 *   a VM's own energy       what its CPU drew above idle, on the host it was on (the model's own account)
 *   the rest of a host      idling, the hypervisor's own work, copying, switching, supply loss: shared among the VMs that
 *                           were on it by weight x seconds (weight: vCPUs, memory or 1), or among those of the site
 *   fixed costs of a host   money and embodied carbon a second: shared the same way
 *   a host without VMs      `unused`, unless shares are taken within the site
 *   storage and network     serve all VMs of their site: shared among them the same way, their power, money and carbon
 * Facility energy, money and grams of an interval follow IT energy: whoever caused a joule causes its share of cooling,
 * price and carbon at that time. Proved by test/metrics/shares.test.ts.
 */
import type { AccountsSpec } from "../../model/accounts-spec.ts";
import type { Datacenter } from "../../model/datacenter.ts";
import * as V from "../../model/vms.ts";
import type { Interval } from "./meter.ts";

/** What a VM, or nobody, is charged with. */
export const CHARGES = [
  "ownJoules",
  "sharedJoules",
  "facilityJoules",
  "energyMoney",
  "grams",
  "embodiedGrams",
  "fixedMoney",
  "weightSeconds",
  "hostSeconds",
] as const;
export type Charge = (typeof CHARGES)[number];
export type Charges = Record<Charge, number>;
const COLUMNS = CHARGES.length;
const [OWN, SHARED, FACILITY, MONEY, GRAMS, EMBODIED, FIXED, WEIGHT, SECONDS] = CHARGES.map((_, i) => i);

/** Costs of a host that run on whatever it does. */
export interface FixedCosts {
  /** Money, and grams of embodied carbon, a second for each host. */
  readonly moneyPerSecond: Float64Array;
  readonly gramsPerSecond: Float64Array;
  /** By site: power, money and grams a second of storage and network hardware; null = there is none. */
  readonly equipment: { readonly watts: Float64Array; readonly moneyPerSecond: Float64Array; readonly gramsPerSecond: Float64Array } | null;
}

/** A VM's charges in a month. */
export interface VmMonth extends Charges {
  readonly vm: number;
  readonly month: string;
  /** Its IT energy at each site, J: what demand charges follow. */
  readonly siteJoules: readonly number[];
}

export class Shares {
  /** Months that are over, VM by VM in the order of their numbers. */
  readonly months: VmMonth[] = [];
  /** What nobody is charged with, by month and site. */
  readonly unused: { readonly month: string; readonly charges: Charges[] }[] = [];
  readonly #dc: Datacenter;
  readonly #spec: AccountsSpec;
  readonly #siteOf: Int32Array;
  readonly #sites: number;
  readonly #fixed: FixedCosts;
  readonly #charged: Float64Array;
  readonly #siteJoules: Float64Array;
  readonly #seen: Uint8Array;
  #unused: Float64Array;
  // Stays that ended within the interval, and those that go on.
  readonly #enteredAt: Float64Array;
  readonly #joulesAt: Float64Array;
  readonly #hostJoulesAt: Float64Array;
  /** In columns: VM, host, weight x seconds, seconds, own energy; `#stays` of them. */
  #stays = 0;
  #stayVm = new Int32Array(256);
  #stayHost = new Int32Array(256);
  #stayWeight = new Float64Array(256);
  #staySeconds = new Float64Array(256);
  #stayJoules = new Float64Array(256);
  #from = 0;
  // Scratch by pool: a host, or a site.
  readonly #weight: Float64Array;
  readonly #rest: Float64Array;
  readonly #money: Float64Array;
  readonly #embodied: Float64Array;

  /** `siteOf` gives each host's number of site. */
  constructor(dc: Datacenter, spec: AccountsSpec, siteOf: Int32Array, sites: number, fixed: FixedCosts) {
    this.#dc = dc;
    this.#spec = spec;
    this.#siteOf = siteOf;
    this.#sites = sites;
    this.#fixed = fixed;
    const pools = spec.within === "host" ? dc.hosts.count : sites;
    this.#charged = new Float64Array(dc.vms.count * COLUMNS);
    this.#siteJoules = new Float64Array(dc.vms.count * sites);
    this.#seen = new Uint8Array(dc.vms.count);
    this.#unused = new Float64Array(sites * COLUMNS);
    this.#enteredAt = new Float64Array(dc.vms.count);
    this.#joulesAt = new Float64Array(dc.vms.count);
    this.#hostJoulesAt = new Float64Array(dc.hosts.count);
    this.#weight = new Float64Array(pools);
    this.#rest = new Float64Array(pools);
    this.#money = new Float64Array(pools);
    this.#embodied = new Float64Array(pools);
  }

  /** VM `v` comes to a host, or leaves host `h`; the host is settled. */
  moves(v: number, h: number, arrives: boolean, t: number): void {
    if (arrives) this.#enteredAt[v] = t;
    else this.#endStay(v, h, t);
  }

  /** IT energy of each site from the last reading to `t`; everything must be settled, VMs too. */
  siteJoules(t: number): Float64Array {
    const joules = new Float64Array(this.#sites);
    for (let h = 0; h < this.#dc.hosts.count; h++) joules[this.#siteOf[h]] += this.#dc.readings.joules(h) - this.#hostJoulesAt[h];
    const { equipment } = this.#fixed;
    if (equipment) for (let site = 0; site < joules.length; site++) joules[site] += equipment.watts[site] * (t - this.#from);
    return joules;
  }

  /** Shares out the interval up to `t`, of which the sites' meters say what it came to. */
  share(t: number, intervals: readonly Interval[]): void {
    const { hosts } = this.#dc;
    const seconds = t - this.#from;
    const perHost = this.#spec.within === "host";
    for (let h = 0; h < hosts.count; h++) {
      for (let i = hosts.start[h], end = i + hosts.vms[h]; i < end; i++) this.#endStay(hosts.members[i], h, t);
    }
    this.#weight.fill(0);
    this.#rest.fill(0);
    this.#money.fill(0);
    this.#embodied.fill(0);
    for (let h = 0; h < hosts.count; h++) {
      const pool = perHost ? h : this.#siteOf[h];
      const joules = this.#dc.readings.joules(h);
      this.#rest[pool] += joules - this.#hostJoulesAt[h];
      this.#hostJoulesAt[h] = joules;
      this.#money[pool] += this.#fixed.moneyPerSecond[h] * seconds;
      this.#embodied[pool] += this.#fixed.gramsPerSecond[h] * seconds;
    }
    for (let i = 0; i < this.#stays; i++) {
      const pool = perHost ? this.#stayHost[i] : this.#siteOf[this.#stayHost[i]];
      this.#weight[pool] += this.#stayWeight[i];
      this.#rest[pool] -= this.#stayJoules[i];
    }
    const { equipment } = this.#fixed;
    const siteWeight = equipment ? this.#weightsOfSites() : null;
    for (let i = 0; i < this.#stays; i++) {
      const v = this.#stayVm[i];
      const site = this.#siteOf[this.#stayHost[i]];
      const pool = perHost ? this.#stayHost[i] : site;
      const joules = this.#stayJoules[i];
      const weight = this.#stayWeight[i];
      const part = this.#weight[pool] > 0 ? weight / this.#weight[pool] : 0;
      let [shared, money, embodied] = [part * this.#rest[pool], part * this.#money[pool], part * this.#embodied[pool]];
      if (equipment && siteWeight && siteWeight[site] > 0) {
        const partSeconds = (weight / siteWeight[site]) * seconds;
        shared += partSeconds * equipment.watts[site];
        money += partSeconds * equipment.moneyPerSecond[site];
        embodied += partSeconds * equipment.gramsPerSecond[site];
      }
      this.#siteJoules[v * this.#sites + site] += joules + shared;
      this.#seen[v] = 1;
      this.#charge(this.#charged, v * COLUMNS, intervals[site], joules, shared, money, embodied, weight, this.#staySeconds[i]);
    }
    for (let pool = 0; pool < this.#weight.length; pool++) {
      if (this.#weight[pool] > 0) continue;
      const site = perHost ? this.#siteOf[pool] : pool;
      this.#charge(this.#unused, site * COLUMNS, intervals[site], 0, this.#rest[pool], this.#money[pool], this.#embodied[pool], 0, 0);
    }
    if (equipment && siteWeight)
      for (let site = 0; site < this.#sites; site++) {
        if (siteWeight[site] > 0) continue;
        const { watts, moneyPerSecond, gramsPerSecond } = equipment;
        const at = site * COLUMNS;
        this.#charge(this.#unused, at, intervals[site], 0, watts[site] * seconds, moneyPerSecond[site] * seconds, gramsPerSecond[site] * seconds, 0, 0);
      }
    // A site whose hosts drew nothing has nobody to follow.
    for (const [site, { itJoules, facilityJoules, energyMoney, gridGrams, generationGrams }] of intervals.entries()) {
      if (itJoules > 0) continue;
      this.#unused[site * COLUMNS + FACILITY] += facilityJoules;
      this.#unused[site * COLUMNS + MONEY] += energyMoney;
      this.#unused[site * COLUMNS + GRAMS] += gridGrams + generationGrams;
    }
    this.#stays = 0;
    this.#from = t;
  }

  /** Weight x seconds of all stays at each site. */
  #weightsOfSites(): Float64Array {
    const weights = new Float64Array(this.#sites);
    for (let i = 0; i < this.#stays; i++) weights[this.#siteOf[this.#stayHost[i]]] += this.#stayWeight[i];
    return weights;
  }

  /** Closes the month named so. */
  closeMonth(month: string): void {
    for (let v = 0; v < this.#dc.vms.count; v++) {
      if (this.#seen[v] === 0) continue;
      this.months.push({ vm: v, month, siteJoules: [...this.#siteJoules.subarray(v * this.#sites, (v + 1) * this.#sites)], ...charges(this.#charged, v) });
    }
    this.unused.push({ month, charges: Array.from({ length: this.#sites }, (_, site) => charges(this.#unused, site)) });
    this.#charged.fill(0);
    this.#siteJoules.fill(0);
    this.#seen.fill(0);
    this.#unused.fill(0);
  }

  #endStay(v: number, h: number, t: number): void {
    const joulesNow = this.#dc.vms.row[v * V.VM_ROW + V.VM_JOULES];
    const seconds = t - Math.max(this.#from, this.#enteredAt[v]);
    const joules = joulesNow - this.#joulesAt[v];
    if (seconds > 0 || joules !== 0) {
      const i = this.#stays++;
      if (i === this.#stayVm.length) this.#grow();
      this.#stayVm[i] = v;
      this.#stayHost[i] = h;
      this.#stayWeight[i] = this.#weightOf(v) * seconds;
      this.#staySeconds[i] = seconds;
      this.#stayJoules[i] = joules;
    }
    this.#joulesAt[v] = joulesNow;
    this.#enteredAt[v] = t;
  }

  #grow(): void {
    const longer = <T extends Int32Array | Float64Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    const size = 2 * this.#stayVm.length;
    this.#stayVm = longer(new Int32Array(size), this.#stayVm);
    this.#stayHost = longer(new Int32Array(size), this.#stayHost);
    this.#stayWeight = longer(new Float64Array(size), this.#stayWeight);
    this.#staySeconds = longer(new Float64Array(size), this.#staySeconds);
    this.#stayJoules = longer(new Float64Array(size), this.#stayJoules);
  }

  #weightOf(v: number): number {
    const { vms } = this.#dc;
    return this.#spec.weight === "vcpus" ? vms.vcpus[v] : this.#spec.weight === "memory" ? vms.memoryMiB[v] / 1024 : 1;
  }

  #charge(
    into: Float64Array,
    at: number,
    interval: Interval,
    own: number,
    shared: number,
    fixed: number,
    embodied: number,
    weight: number,
    seconds: number,
  ): void {
    const part = interval.itJoules > 0 ? (own + shared) / interval.itJoules : 0;
    into[at + OWN] += own;
    into[at + SHARED] += shared;
    into[at + FACILITY] += part * interval.facilityJoules;
    into[at + MONEY] += part * interval.energyMoney;
    into[at + GRAMS] += part * (interval.gridGrams + interval.generationGrams);
    into[at + EMBODIED] += embodied;
    into[at + FIXED] += fixed;
    into[at + WEIGHT] += weight;
    into[at + SECONDS] += seconds;
  }
}

function charges(from: Float64Array, row: number): Charges {
  return Object.fromEntries(CHARGES.map((name, i) => [name, from[row * COLUMNS + i]])) as Charges;
}

/** Each host's number of site. */
export function sitesOfHosts({ hosts }: Datacenter, sites: readonly { readonly name: string }[]): Int32Array {
  const of = new Map(sites.map(({ name }, i) => [name, i]));
  return Int32Array.from({ length: hosts.count }, (_, h) => {
    const site = of.get(hosts.classes[hosts.classOf[h]].site);
    if (site === undefined) throw new Error(`host ${hosts.name(h)} stands at an unknown site`);
    return site;
  });
}
