/**
 * What each VM cost in each month, so that all of them and what nobody used add up to the bill.
 *
 * Beside its shares (shares.ts) a VM bears, of a site's demand charge, the part of the month's IT energy it caused there; of
 * Windows guests' licences, its part of the vCPU-seconds (or memory, or VM-seconds) of all Windows VMs; of the administration
 * of VMs, its seconds. What has nobody to bear it is unused.
 */
import type { MoneySpec } from "../../model/accounts-spec.ts";
import type { Datacenter } from "../../model/datacenter.ts";
import type { Accounting } from "./accounting.ts";
import { type BillLine, YEAR_SECONDS } from "./bill.ts";
import { CHARGES, type Charges } from "./shares.ts";

export interface Share extends Charges {
  /** Number of the VM; -1 = nobody. */
  readonly vm: number;
  readonly month: string;
  demandMoney: number;
  guestMoney: number;
  adminMoney: number;
  /** Given back to the owner. */
  creditMoney: number;
}

/** All money a share bears, before credits. */
export const costOf = (s: Share): number => s.energyMoney + s.demandMoney + s.fixedMoney + s.guestMoney + s.adminMoney;

export function showback(dc: Datacenter, { shares, meters }: Accounting, money: MoneySpec | null, lines: readonly BillLine[]): Share[] {
  const guests = lines.filter(({ item }) => item.endsWith(" for guests")).reduce((sum, { inRun }) => sum + inRun, 0);
  const isWindows = (v: number): boolean => dc.vms.classes[dc.vms.classOf[v]].guestOs === "windows";
  const windowsWeight = shares.months.reduce((sum, { vm, weightSeconds }) => sum + (isWindows(vm) ? weightSeconds : 0), 0);
  const adminPerSecond = (money?.adminVm.amount ?? 0) / YEAR_SECONDS;
  const rows: Share[] = shares.months.map(({ siteJoules, ...row }) => {
    const demandMoney = meters.reduce((sum, meter, site) => {
      const month = meter.months.find(({ month: name }) => name === row.month);
      return month && month.itJoules > 0 ? sum + (month.demandMoney * siteJoules[site]) / month.itJoules : sum;
    }, 0);
    const guestMoney = isWindows(row.vm) && windowsWeight > 0 ? (guests * row.weightSeconds) / windowsWeight : 0;
    return { ...row, demandMoney, guestMoney, adminMoney: adminPerSecond * row.hostSeconds, creditMoney: 0 };
  });
  // What nobody bears, month by month: the sites' own unused part, and of the demand charge what no VM took.
  const lastMonth = shares.unused.at(-1)?.month;
  for (const { month, charges } of shares.unused) {
    const sum = Object.fromEntries(CHARGES.map((name) => [name, charges.reduce((total, site) => total + site[name], 0)])) as Charges;
    const demand = meters.reduce((total, meter) => total + (meter.months.find(({ month: name }) => name === month)?.demandMoney ?? 0), 0);
    const borne = rows.reduce((total, row) => (row.month === month ? total + row.demandMoney : total), 0);
    rows.push({
      vm: -1,
      month,
      ...sum,
      demandMoney: demand - borne,
      guestMoney: month === lastMonth && windowsWeight === 0 ? guests : 0,
      adminMoney: 0,
      creditMoney: 0,
    });
  }
  return rows;
}
