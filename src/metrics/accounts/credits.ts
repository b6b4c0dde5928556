/**
 * Service credits in money: the share that is due x what the VM is charged for the window, which is what it costs
 * (showback.ts), or its class's price where it has one. A VM that costs less than nothing, because its site sells more than it
 * buys, is charged nothing that could be given back.
 */
import type { CreditDue } from "../service/levels.ts";
import { overlap } from "../service/windows.ts";
import { type BillLine, YEAR_SECONDS } from "./bill.ts";
import { costOf, type Share } from "./showback.ts";

/** Part of a run in a calendar month. */
export interface MonthSpan {
  readonly month: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Books the credits to the shares of their VMs, and gives a line a class. `prices` are for a VM and month, by class. */
export function bookCredits(
  due: readonly CreditDue[],
  shares: Share[],
  months: readonly MonthSpan[],
  prices: ReadonlyMap<string, number>,
  seconds: number,
): BillLine[] {
  const byVm = new Map<string, Share>();
  for (const share of shares) byVm.set(`${share.vm}/${share.month}`, share);
  const sums = new Map<string, { money: number; count: number }>();
  for (const { vm, window, serviceClass, share } of due) {
    let credit = 0;
    for (const month of months) {
      const common = overlap(window, month);
      const row = byVm.get(`${vm}/${month.month}`);
      if (common === 0 || !row) continue;
      const price = prices.get(serviceClass);
      const charge = price === undefined ? (Math.max(0, costOf(row)) * common) / (month.toSeconds - month.fromSeconds) : (price * 12 * common) / YEAR_SECONDS;
      row.creditMoney += share * charge;
      credit += share * charge;
    }
    const sum = sums.get(serviceClass) ?? { money: 0, count: 0 };
    sums.set(serviceClass, { money: sum.money + credit, count: sum.count + 1 });
  }
  return [...sums.entries()]
    .filter(([, { money }]) => money > 0)
    .map(([serviceClass, { money, count }]) => ({
      category: "service credits",
      item: "credits for availability",
      of: serviceClass,
      quantity: count,
      unit: "VM-windows",
      price: null,
      unitPrice: money / count,
      perYear: (money * YEAR_SECONDS) / seconds,
      inRun: money,
    }));
}
