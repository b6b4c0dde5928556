/**
 * All that is kept beside the model while a run goes on: meters with their shares, and promises to VMs. One thing to read as
 * time passes and to close at the end; nothing is kept that the scenario does not ask for.
 */
import type { AccountsSpec, EquipmentSpec, MoneySpec, SiteSpec, TimeSeries } from "../../model/accounts-spec.ts";
import type { Datacenter } from "../../model/datacenter.ts";
import type { Incident } from "../../model/recovery/incidents.ts";
import type { Table } from "../../results/table.ts";
import type { EnergyUse, Ledger } from "../ledger.ts";
import { type Promises, ServiceWatch, serviceReport } from "../service/levels.ts";
import { serviceRows, serviceTables } from "../service/tables.ts";
import { plainUse, type SiteTotals, siteTotals } from "../sites.ts";
import type { SummaryRow } from "../summary.ts";
import { Accounting } from "./accounting.ts";
import { equipmentMoneyPerSecond, fixedMoneyPerSecond, YEAR_SECONDS } from "./bill.ts";
import { closeAccounts } from "./close.ts";
import { bookCredits } from "./credits.ts";
import type { Reckoning } from "./reckoning.ts";
import { type FixedCosts, sitesOfHosts } from "./shares.ts";
import { meteredEnergy, meteredTotals } from "./totals.ts";

/** What of a scenario the books need. */
export interface BooksSpec {
  readonly start: string;
  readonly sites: readonly SiteSpec[];
  readonly accounts?: AccountsSpec | null;
  readonly money?: MoneySpec | null;
  readonly equipment?: readonly EquipmentSpec[];
  readonly classes?: readonly (Promises & { readonly price?: { readonly amount: number } | null })[];
}

export interface ClosedBooks {
  readonly sites: SiteTotals;
  readonly energy: EnergyUse;
  readonly ledgers: readonly Ledger[];
  readonly tables: readonly Table[];
  readonly rows: readonly SummaryRow[];
  readonly reckoning: Reckoning;
}

export class Books {
  readonly #dc: Datacenter;
  readonly #spec: BooksSpec;
  readonly #startMs: number;
  readonly #accounting: Accounting | null;
  readonly #service: ServiceWatch | null;

  /** Throws as SiteMeter does. `now` tells the time of the run. */
  constructor(dc: Datacenter, spec: BooksSpec, series: ReadonlyMap<string, TimeSeries>, plannedSeconds: number, now: () => number) {
    this.#dc = dc;
    this.#spec = spec;
    this.#startMs = Date.parse(spec.start);
    const { accounts = null, sites, classes = [] } = spec;
    const accounting =
      accounts === null ? null : new Accounting(dc, { accounts, sites, series, startMs: this.#startMs, plannedSeconds, fixed: fixedCosts(dc, spec) });
    this.#accounting = accounting;
    this.#service = classes.length > 0 ? new ServiceWatch(dc, classes, this.#startMs) : null;
    // Policies may look at what energy costs and emits where a host stands.
    const siteOf = accounting?.siteOf ?? sitesOfHosts(dc, sites);
    dc.fleet.supply = {
      grams: (h) => (accounting ? accounting.meters[siteOf[h]].gramsNow(now()) : plainRate(sites[siteOf[h]], sites[siteOf[h]].carbonGramsPerKwh)),
      price: (h) => (accounting ? accounting.meters[siteOf[h]].priceNow(now()) : plainRate(sites[siteOf[h]], sites[siteOf[h]].electricity?.perKwh)),
    };
    if (accounting) dc.seats.onStay = (v, h, arrives) => accounting.moves(v, h, arrives, now());
  }

  /** The next instant at which something is to be read; Infinity when there is nothing to. */
  get nextAt(): number {
    return Math.min(this.#accounting?.nextAt ?? Number.POSITIVE_INFINITY, this.#service?.nextAt ?? Number.POSITIVE_INFINITY);
  }

  read(t: number): void {
    if (this.#accounting && t >= this.#accounting.nextAt) this.#accounting.read(t);
    if (this.#service && t >= this.#service.nextAt) this.#service.read(t);
  }

  /** The end of all accounts; everything must be settled. `itJoules` is the IT energy of all hosts as the timeline has it;
   *  `incidents`: disasters of VMs, null where the scenario keeps no copies. */
  close(seconds: number, itJoules: number, incidents: readonly Incident[] | null): ClosedBooks {
    const dc = this.#dc;
    const accounting = this.#accounting;
    const { classes = [], money = null, equipment = [], sites } = this.#spec;
    accounting?.close(seconds);
    this.#service?.close(seconds);
    const report = this.#service && serviceReport(dc, classes, this.#service, incidents, this.#startMs, seconds);
    const totals = accounting ? meteredTotals(accounting) : siteTotals(dc, sites, itJoules);
    const prices = new Map(classes.flatMap(({ name, price }) => (price ? [[name, price.amount] as const] : [])));
    const closed =
      accounting &&
      closeAccounts(dc, accounting, { money, equipment }, seconds, (shares) =>
        bookCredits(report?.credits ?? [], shares, accounting.meters[0].months, prices, seconds),
      );
    const plain = { currency: totals.currency, seconds, classes: dc.hosts.classes, money, sites, vms: 0, windows: [], equipment, creditMoney: 0 };
    return {
      reckoning: closed?.reckoning ?? { ...plain, use: plainUse(dc, sites, itJoules) },
      sites: totals,
      energy: accounting
        ? meteredEnergy(accounting, equipmentWatts(this.#spec) * seconds)
        : { total: totals.facilityJoules, coolingJoules: totals.facilityJoules - itJoules },
      ledgers: closed?.ledgers ?? [],
      tables: [...(closed?.tables ?? []), ...(report ? serviceTables(dc, report) : [])],
      rows: [...(closed?.rows ?? []), ...(report ? serviceRows(report) : [])],
    };
  }
}

/** A constant rate for each kWh of IT energy. */
const plainRate = ({ pue }: SiteSpec, rate: unknown): number => (typeof rate === "number" && typeof pue === "number" ? rate * pue : Number.NaN);

/** What all equipment draws, W. */
export const equipmentWatts = ({ equipment = [] }: Pick<BooksSpec, "equipment">): number => equipment.reduce((sum, { count, watts }) => sum + count * watts, 0);

function fixedCosts({ hosts: { classes, classOf } }: Datacenter, { money = null, equipment = [], sites }: BooksSpec): FixedCosts {
  const perSecond = money ? fixedMoneyPerSecond(classes, money) : classes.map(() => 0);
  const grams = classes.map(({ embodied }) => (embodied ? (embodied.kg * 1000) / (embodied.lifeYears * YEAR_SECONDS) : 0));
  const byHost = (byClass: readonly number[]): Float64Array => Float64Array.from(classOf, (k) => byClass[k]);
  const bySite = (of: (entry: EquipmentSpec) => number): Float64Array =>
    Float64Array.from(sites, ({ name }) => equipment.reduce((sum, entry) => (entry.site === name ? sum + of(entry) : sum), 0));
  return {
    moneyPerSecond: byHost(perSecond),
    gramsPerSecond: byHost(grams),
    equipment:
      equipment.length === 0
        ? null
        : {
            watts: bySite(({ count, watts }) => count * watts),
            moneyPerSecond: bySite((entry) => (money ? equipmentMoneyPerSecond(entry, money) : 0)),
            gramsPerSecond: bySite(({ count, embodiedKg, lifeYears }) => (count * embodiedKg * 1000) / (lifeYears * YEAR_SECONDS)),
          },
  };
}
