/** `service.csv` and `violations.csv`: promises kept and broken. */
import type { Datacenter } from "../../model/datacenter.ts";
import type { Table } from "../../results/table.ts";
import { number, table, text } from "../columns.ts";
import type { SummaryRow } from "../summary.ts";
import type { ServiceReport, Target } from "./levels.ts";

const PERCENT: Readonly<Record<Target, boolean>> = { availability: true, ready: true, slowdown: true, restart: false, rto: false, rpo: false };
const shown = (target: Target, value: number): number => (PERCENT[target] ? 100 * value : value);
const unit = (target: Target): string => (PERCENT[target] ? "%" : "s");

export function serviceTables({ vms }: Datacenter, { levels, violations }: ServiceReport): Table[] {
  const n = levels.length;
  const m = violations.length;
  const level = table("service", "One row a class, window and promise.", n, [
    text("class", "Service class", n, (i) => levels[i].serviceClass),
    text("window", "Over what it was measured", n, (i) => levels[i].window.name),
    text("target", "availability, ready, slowdown, restart, rto or rpo", n, (i) => levels[i].target),
    number("promised", "", "What was promised, in the row's unit", n, (i) => shown(levels[i].target, levels[i].promised)),
    text("unit", "% or s", n, (i) => unit(levels[i].target)),
    number("mean", "", "Mean over VMs (availability: over their time; restart: over outages; rto, rpo: over disasters)", n, (i) =>
      shown(levels[i].target, levels[i].mean),
    ),
    number("worst", "", "That of the VM (restart: outage; rto, rpo: disaster) that got least", n, (i) => shown(levels[i].target, levels[i].worst)),
    number("vms", "VMs", "VMs of the class that were to be in service", n, (i) => levels[i].vms),
    number("broken", "VMs", "VMs to which it was not kept", n, (i) => levels[i].broken),
    number("budget_vm_s", "VM-seconds", "Time out of service that the promise allows all of them", n, (i) => levels[i].budgetSeconds),
    number("used_vm_s", "VM-seconds", "Time they were out of service", n, (i) => levels[i].usedSeconds),
    number("burn_pct", "%", "Part of the error budget that was used", n, (i) => (100 * levels[i].usedSeconds) / levels[i].budgetSeconds),
  ]);
  const broken = table("violations", "One row a VM, window and promise that was not kept (restart: an outage that was too long; rto, rpo: a disaster).", m, [
    text("class", "Service class", m, (i) => violations[i].serviceClass),
    text("vm", "the VM", m, (i) => vms.names[violations[i].vm]),
    text("owner", "Owner", m, (i) => vms.owners[violations[i].vm]),
    text("window", "Over what it was measured", m, (i) => violations[i].window.name),
    text("target", "availability, ready, slowdown, restart, rto or rpo", m, (i) => violations[i].target),
    number("promised", "", "What was promised, in the row's unit", m, (i) => shown(violations[i].target, violations[i].promised)),
    number("measured", "", "What it got", m, (i) => shown(violations[i].target, violations[i].measured)),
    text("unit", "% or s", m, (i) => unit(violations[i].target)),
    number("from_s", "s", "Begin of the longest outage, of the work lost (rpo), or of the window", m, (i) => violations[i].fromSeconds),
    number("to_s", "s", "Its end", m, (i) => violations[i].toSeconds),
    text("cause", "What failed and why, what it came back from (rto, rpo), or what it was short of", m, (i) => violations[i].cause),
  ]);
  return [level, broken];
}

export function serviceRows({ levels, violations }: ServiceReport): SummaryRow[] {
  const budget = levels.reduce((sum, { budgetSeconds }) => sum + (Number.isNaN(budgetSeconds) ? 0 : budgetSeconds), 0);
  const used = levels.reduce((sum, { usedSeconds, budgetSeconds }) => sum + (Number.isNaN(budgetSeconds) ? 0 : usedSeconds), 0);
  return [
    ["promises_broken", violations.length, "violations", "Promises of service classes that were not kept, one for each VM, window and target"],
    ["error_budget_burn_pct", budget > 0 ? (100 * used) / budget : Number.NaN, "%", "Time out of service / time that the classes' availability allows"],
  ];
}
