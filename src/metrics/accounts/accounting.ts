/**
 * The observer that reads the meters of all sites while a run goes on, and shares out what they say. It only reads what the
 * model keeps: taking it out changes no figure of the model.
 */
import type { AccountsSpec, SiteSpec, TimeSeries } from "../../model/accounts-spec.ts";
import type { Datacenter } from "../../model/datacenter.ts";
import { type Interval, SiteMeter } from "./meter.ts";
import { supplyLoss } from "./power-supply.ts";
import { type FixedCosts, Shares, sitesOfHosts } from "./shares.ts";
import { monthName } from "./tariff.ts";

export interface AccountingSpec {
  readonly accounts: AccountsSpec;
  readonly sites: readonly SiteSpec[];
  readonly series: ReadonlyMap<string, TimeSeries>;
  /** Milliseconds since 1970 of second 0. */
  readonly startMs: number;
  readonly plannedSeconds: number;
  readonly fixed: FixedCosts;
}

export class Accounting {
  readonly sites: readonly SiteSpec[];
  readonly meters: readonly SiteMeter[];
  readonly shares: Shares;
  readonly siteOf: Int32Array;
  /** Energy that each host's power supply lost, J. */
  readonly supplyLoss: Float64Array;
  /** Windows VMs on each host, and the most at one time. */
  readonly peakWindows: Int32Array;
  readonly #windows: Int32Array;
  /** The next instant at which the meters want to be read. */
  nextAt: number;
  readonly startMs: number;
  readonly #dc: Datacenter;
  readonly #meterSeconds: number;
  readonly #joulesAt: Float64Array;
  readonly #hasSupplies: boolean;
  #from = 0;
  #closedAt = -1;

  /** Throws as SiteMeter does. */
  constructor(dc: Datacenter, spec: AccountingSpec) {
    const { sites, series, startMs, plannedSeconds, accounts } = spec;
    this.#dc = dc;
    this.sites = sites;
    this.startMs = startMs;
    this.#meterSeconds = accounts.meterSeconds;
    this.meters = sites.map((site) => new SiteMeter(site, series, { startMs, plannedSeconds, meterSeconds: accounts.meterSeconds }));
    this.siteOf = sitesOfHosts(dc, sites);
    this.shares = new Shares(dc, accounts, this.siteOf, sites.length, spec.fixed);
    this.supplyLoss = new Float64Array(dc.hosts.count);
    this.#joulesAt = new Float64Array(dc.hosts.count);
    this.#hasSupplies = dc.hosts.classes.some(({ powerSupply }) => (powerSupply ?? null) !== null);
    this.peakWindows = new Int32Array(dc.hosts.count);
    this.#windows = new Int32Array(dc.hosts.count);
    this.nextAt = this.#next(0);
  }

  /** VM `v` comes to host `h` or leaves it; the host is settled. */
  moves(v: number, h: number, arrives: boolean, t: number): void {
    this.shares.moves(v, h, arrives, t);
    const { vms } = this.#dc;
    if (vms.classes[vms.classOf[v]].guestOs !== "windows") return;
    this.#windows[h] += arrives ? 1 : -1;
    if (this.#windows[h] > this.peakWindows[h]) this.peakWindows[h] = this.#windows[h];
  }

  /** Reads all meters at `t`. */
  read(t: number): void {
    if (t > this.#from) {
      this.#dc.readings.settleVms(t);
      this.#book(t);
    }
    this.nextAt = this.#next(t);
  }

  /** The last readings, at the end of the run; everything must be settled. */
  close(t: number): void {
    if (t > this.#from) this.#book(t);
    for (const meter of this.meters) meter.closeDemand();
    // A run that ends with a month has closed it already.
    if (t > this.#closedAt) this.shares.closeMonth(monthName(this.startMs, t));
  }

  #book(t: number): void {
    const joules = this.shares.siteJoules(t);
    const intervals = this.meters.map((meter, i): Interval => meter.read(this.#from, t, joules[i]));
    this.shares.share(t, intervals);
    if (this.#hasSupplies) this.#bookSupplies(t);
    const month = monthName(this.startMs, this.#from);
    if (monthName(this.startMs, t) !== month) {
      this.shares.closeMonth(month);
      this.#closedAt = t;
    }
    this.#from = t;
  }

  #bookSupplies(t: number): void {
    const { hosts } = this.#dc;
    const seconds = t - this.#from;
    for (let h = 0; h < hosts.count; h++) {
      const { powerSupply } = hosts.classes[hosts.classOf[h]];
      if (!powerSupply) continue;
      const joules = this.#dc.readings.joules(h);
      this.supplyLoss[h] += supplyLoss(powerSupply, (joules - this.#joulesAt[h]) / seconds) * seconds;
      this.#joulesAt[h] = joules;
    }
  }

  #next(t: number): number {
    const period = this.#meterSeconds;
    let next = (Math.floor(t / period + 1e-9) + 1) * period;
    for (const meter of this.meters) next = Math.min(next, meter.nextChange(t));
    return next;
  }
}
