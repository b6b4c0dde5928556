/** The decisions of the rebalancing loop and of planned maintenance as a table: what was done, to whom, and why. */
import type { Datacenter } from "../model/datacenter.ts";
import type { Decided, Figure } from "../model/rebalance.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";

/** Separates the numbers, and the refused alternatives, of one decision. */
export const LIST = "; ";

export function decisionsTable(dc: Datacenter, ofLoop: readonly Decided[], ofMaintenance: readonly Decided[] = []): Table {
  const { vms, hosts } = dc;
  const decided = [...ofLoop, ...ofMaintenance].sort((a, b) => a.time - b.time);
  const n = decided.length;
  const host = (h: number): string => (h < 0 ? "" : hosts.name(h));
  const action = (i: number) => decided[i].decision.action;
  const because = (i: number) => decided[i].decision.because;
  const target = (i: number): string => {
    const one = action(i);
    return "to" in one ? host(one.to) : "host" in one ? host(one.host) : "";
  };
  const vm = (i: number): string => {
    const one = action(i);
    return "vm" in one ? vms.names[one.vm] : "";
  };
  return table("decisions", "One row a decision of the rebalancing loop or of planned maintenance, in order.", n, [
    number("time_s", "s", "When", n, (i) => decided[i].time),
    text("policy", "Who decided: the rebalancing policy, the power policy, or maintenance", n, (i) => decided[i].policy),
    text("action", "migrate, power-on, power-off, sleep, or stay: the VM should have left and found no host", n, (i) => action(i).do),
    text("vm", "VM it is about", n, vm),
    text("from", "Host the VM was on", n, (i) => host(decided[i].from)),
    text("to", "Host the VM goes to, or that is switched", n, target),
    text("rule", "What asked for it", n, (i) => because(i).rule),
    text("numbers", "Numbers it went by, each: name value unit", n, (i) => because(i).numbers.map(figureText).join(LIST)),
    text("refused", "Other hosts that were looked at, and why not they", n, (i) =>
      because(i)
        .refused.map((one) => `${hosts.name(one.host)}: ${one.why}`)
        .join(LIST),
    ),
  ]);
}

/** `load 87.2 %`, `empty for 300 s`: four digits are enough to see why. */
function figureText([name, value, unit]: Figure): string {
  const number = (x: number): string => String(Number(x.toPrecision(4)));
  return unit === "share" ? `${name} ${number(100 * value)} %` : `${name} ${number(value)}${unit === "" ? "" : ` ${unit}`}`;
}
