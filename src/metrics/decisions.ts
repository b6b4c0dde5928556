/** The decisions of the rebalancing loop as a table: what was done, to whom, and why. */
import type { Datacenter } from "../model/datacenter.ts";
import type { Because, Decided, Figure } from "../model/rebalance.ts";
import type { Column, Table } from "../results/table.ts";

/** Separates the numbers, and the refused alternatives, of one decision. */
export const LIST = "; ";

export function decisionsTable(dc: Datacenter, decided: readonly Decided[]): Table {
  const { vms, hosts } = dc;
  const n = decided.length;
  const text = (name: string, about: string, of: (one: Decided) => string): Column => {
    let made: string[] | undefined;
    return {
      name,
      unit: "",
      about,
      get values() {
        made ??= decided.map(of);
        return made;
      },
    };
  };
  const host = (h: number): string => (h < 0 ? "" : hosts.name(h));
  const because = (of: (reason: Because) => string) => (one: Decided) => of(one.decision.because);
  return {
    name: "decisions",
    about: "One row a decision of the rebalancing loop, in order.",
    rows: n,
    columns: [
      { name: "time_s", unit: "s", about: "When", values: Float64Array.from(decided, (one) => one.time) },
      text("policy", "Who decided", (one) => one.policy),
      text("action", "migrate, power-on, power-off, sleep, or stay: the VM should have left and found no host", (one) => one.decision.action.do),
      text("vm", "VM it is about", ({ decision: { action } }) => ("vm" in action ? vms.names[action.vm] : "")),
      text("from", "Host the VM was on", (one) => host(one.from)),
      text("to", "Host the VM goes to, or that is switched", ({ decision: { action } }) =>
        "to" in action ? host(action.to) : "host" in action ? host(action.host) : "",
      ),
      text(
        "rule",
        "What asked for it",
        because((reason) => reason.rule),
      ),
      text(
        "numbers",
        "Numbers it went by: name value unit",
        because(({ numbers }) => numbers.map(figureText).join(LIST)),
      ),
      text(
        "refused",
        "Other hosts that were looked at, and why not they",
        because(({ refused }) => refused.map((r) => `${hosts.name(r.host)}: ${r.why}`).join(LIST)),
      ),
    ],
  };
}

/** `load 87.2 %`, `empty for 300 s`: four digits are enough to see why. */
function figureText([name, value, unit]: Figure): string {
  const number = (x: number): string => String(Number(x.toPrecision(4)));
  return unit === "share" ? `${name} ${number(100 * value)} %` : `${name} ${number(value)}${unit === "" ? "" : ` ${unit}`}`;
}
