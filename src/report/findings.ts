/**
 * What a run found besides energy and CPU: outages, recovery, a full datastore, patching, what slowed the VMs, money, promises.
 * Made from the headline figures by templates, gravest first; a run that has none of this finds nothing here.
 */

import type { Results } from "../results/results.ts";
import { formatCarbon, formatCount, formatDuration, formatMoney, formatNumber } from "../units/format.ts";
import { ledgerOf } from "./accounts.ts";
import { counted, share } from "./format.ts";
import { metric, metricUnit } from "./read.ts";
import { resourcesOf } from "./resources.ts";

export interface Finding {
  /** The finding with its number, without a full stop, at most 100 characters. */
  readonly sentence: string;
  /** The same as a figure: what it is called, at most 11 characters; the figure; its unit or what it is out of; what comes with it. */
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly notes: readonly string[];
  /** Where it changes the verdict: how, in a word or three. */
  readonly verdict?: {
    readonly level: "fits" | "doubt" | "fails";
    readonly word: string;
    /** What the sentence does not say already: what is behind the verdict, or what it rests on. */
    readonly why: string;
  };
}

/** Below this share of VM time lost to a cause nothing is said of it. */
const SLOWED_PERCENT = 5;

/** All findings of a run, gravest first. */
export function findings(results: Results): Finding[] {
  const all = [recovered, standingStill, promises, outages, patched, overcommitted, slowed, money, carbon, members];
  return all.flatMap((find) => find(results) ?? []);
}

type Find = (results: Results) => Finding | undefined;

const percent = (value: number): { value: string; unit: string } => ({ value: share(value).replace(/\u00A0%$/, ""), unit: "%" });
/** A share of time up with as many nines as it has: 99.96, and 100 only where nothing is missing. */
export function shareUp(up: number): string {
  const missing = 1 - up / 100;
  return missing > 0 && missing < 0.001 ? String(Number(up.toFixed(Math.min(8, Math.ceil(-Math.log10(missing)) - 2)))) : formatNumber(up);
}

const recovered: Find = (results) => {
  const vms = metric(results, "recoveries");
  if (!(vms > 0)) return undefined;
  const [rto, rpo] = [formatDuration(metric(results, "recovered_rto_worst_s")), formatDuration(metric(results, "recovered_rpo_worst_s"))];
  const missed = metric(results, "rto_missed") + metric(results, "rpo_missed");
  return {
    sentence: `${counted(vms, "VM")} came back after a disaster, the last after ${rto}; at worst ${rpo} of work is lost`,
    name: "recovered",
    value: formatCount(vms),
    unit: vms === 1 ? "VM" : "VMs",
    notes: [`longest ${rto}, work lost ${rpo}`, missed > 0 ? `${formatCount(missed)} RPO or RTO missed` : "no RPO or RTO missed"],
    ...(missed >= 0
      ? {
          verdict:
            missed > 0
              ? { level: "fails", word: "Comes back too late", why: `${formatCount(missed)} RPO or RTO ${missed === 1 ? "is" : "are"} missed.` }
              : { level: "fits", word: "Comes back in time", why: "No RPO or RTO is missed." },
        }
      : {}),
  };
};

const standingStill: Find = (results) => {
  const seconds = metric(results, "out_of_space_vm_s");
  if (!(seconds > 0)) return undefined;
  const lost = (100 * seconds) / ledgerOf(results, "vm").total;
  return {
    sentence: `A datastore is full, and VMs stand still ${share(lost)} of their time`,
    name: "stand still",
    ...percent(lost),
    notes: ["of VM time, out of space", `${formatNumber(seconds / 3600)} VM-hours`],
    verdict: { level: "fails", word: "Out of space", why: `${formatNumber(seconds / 3600)} VM-hours pass waiting for space.` },
  };
};

const outages: Find = (results) => {
  const count = metric(results, "outages");
  if (!(count >= 0)) return undefined;
  const up = shareUp(metric(results, "availability_pct"));
  const longest = formatDuration(metric(results, "outage_longest_s"));
  const figure = { name: "VMs up", value: up, unit: "%" };
  const hit = metric(results, "blast_radius_vms");
  if (count === 0) return { sentence: "No VM is down at any time", ...figure, notes: ["of the time they should be", "no outage"] };
  return {
    sentence: `VMs are up ${up}\u00A0% of their time; ${counted(count, "outage")}, the longest ${longest}`,
    ...figure,
    notes: [`${counted(count, "outage")}, longest ${longest}`, `worst failure hits ${counted(hit, "VM")}`],
    verdict: { level: "doubt", word: "Fits, with outages", why: hit > 0 ? `The worst failure hits ${counted(hit, "VM")} at once.` : "" },
  };
};

const promises: Find = (results) => {
  const broken = metric(results, "promises_broken");
  if (!(broken > 0)) return undefined;
  const burn = metric(results, "error_budget_burn_pct");
  return {
    sentence: `${counted(broken, "promise")} to VMs ${broken === 1 ? "is" : "are"} broken${burn >= 0 ? `; ${share(burn)} of the error budget is used` : ""}`,
    name: "promises",
    value: formatCount(broken),
    unit: "broken",
    notes: Number.isFinite(burn) ? [`error budget used: ${share(burn)}`] : [],
    verdict: {
      level: "fails",
      word: broken === 1 ? "A promise is broken" : "Promises are broken",
      why: `Under What guests feel ${broken === 1 ? "it stands with its cause" : "they stand with their causes"}.`,
    },
  };
};

const patched: Find = (results) => {
  const done = metric(results, "maintenance_hosts_done");
  const left = metric(results, "maintenance_hosts_not_done");
  if (!(done + left > 0)) return undefined;
  const noticed = metric(results, "maintenance_vms_noticed");
  const time = formatDuration(metric(results, "maintenance_duration_s"));
  const back = metric(results, "maintenance_hosts_taken_back");
  const undone = back > 0 ? (back === done ? " and taken back" : `, ${formatCount(back)} of them taken back`) : "";
  return {
    sentence: `${formatCount(done)} of ${counted(done + left, "host")} maintained${undone} in ${time}; ${noticed === 0 ? "no VM notices" : `${counted(noticed, "VM")} ${noticed === 1 ? "notices" : "notice"}`}`,
    name: "maintained",
    value: formatCount(done),
    unit: `of ${counted(done + left, "host")}`,
    notes: [
      ...(back > 0 ? [`${formatCount(back)} taken back`] : []),
      `in ${time}`,
      noticed === 0 ? "no VM notices" : `${counted(noticed, "VM")} ${noticed === 1 ? "notices" : "notice"}`,
    ],
    ...(left > 0
      ? { verdict: { level: "doubt", word: "Maintenance not done", why: `${counted(left, "host")} ${left === 1 ? "was" : "were"} not done.` } }
      : {}),
  };
};

/** Where more memory is promised than there is, and finding it costs time or takes the swap. */
const overcommitted: Find = (results) => {
  const hosts = metric(results, "hosts_short_of_memory");
  const memory = resourcesOf(results).find(({ name }) => name === "memory");
  const lost = metric(results, "slowed_by_memory_pct");
  const times = memory ? memory.peak / memory.all : 0;
  if (!(hosts > 0) || !(lost >= SLOWED_PERCENT) || times <= 1) return undefined;
  const swapped = metric(results, "memory_swapped_peak_gib");
  return {
    sentence: `VMs are promised ${formatNumber(Number(times.toPrecision(2)))} times the memory there is, and lose ${share(lost)} of their time to it`,
    name: "slowed",
    ...percent(lost),
    notes: ["of VM time lost to memory", swapped > 0 ? `at most ${formatNumber(swapped)} GiB swapped` : "nothing swapped"],
    verdict: {
      level: "doubt",
      word: swapped > 0 ? "Fits, and swaps" : "Fits, and slows",
      why: `${counted(hosts, "host")} ${hosts === 1 ? "runs" : "run"} short of memory${swapped > 0 ? `; at most ${formatNumber(swapped)}\u00A0GiB are swapped` : ""}.`,
    },
  };
};

const slowed: Find = (results) => {
  const slow = ledgerOf(results, "vm").accounts.filter(({ name, value }) => value > 0 && /^(slowed|waiting for CPU)/.test(name));
  const [top] = [...slow].sort((a, b) => b.value - a.value);
  const lost = slow.reduce((sum, account) => sum + account.sharePercent, 0);
  if (!top || lost < SLOWED_PERCENT || overcommitted(results)) return undefined;
  const cause = top.name.replace(/^slowed by/, "to");
  return {
    sentence: `VMs lose ${share(lost)} of their time, most of it ${cause}`,
    name: "slowed",
    ...percent(lost),
    notes: ["of VM time lost", `most ${cause}`],
    verdict: { level: "doubt", word: "Fits, and slows", why: `From ${SLOWED_PERCENT}\u00A0% of VM time lost on there is a doubt.` },
  };
};

const money: Find = (results) => {
  const year = metric(results, "cost_per_year");
  if (!Number.isFinite(year)) return undefined;
  const currency = metricUnit(results, "cost_total");
  const placed = metric(results, "vms_placed");
  return {
    sentence: `All costs together are ${formatMoney(year, currency)} a year${placed > 0 ? `, ${formatMoney(year / placed, currency)} for each VM` : ""}`,
    name: "all costs",
    value: formatMoney(year, currency),
    unit: "a year",
    notes: [`${formatMoney(metric(results, "cost_total"), currency)} in this run`, `of it energy ${formatMoney(metric(results, "cost_energy"), currency)}`],
  };
};

/** Where carbon is counted and money is not. */
const carbon: Find = (results) => {
  const kg = metric(results, "carbon_kg");
  const kWh = metric(results, "energy_facility_kwh");
  if (!(kg > 0) || Number.isFinite(metric(results, "cost_energy"))) return undefined;
  const [value = "", unit = ""] = formatCarbon(1000 * kg).split(/[ \u00A0](.*)/);
  return {
    sentence: `The electricity emits ${formatCarbon(1000 * kg)}, ${formatNumber((1000 * kg) / kWh)}\u00A0g for each kWh`,
    name: "carbon",
    value,
    unit,
    notes: [`${formatNumber((1000 * kg) / kWh)}\u00A0g for each kWh`, "operational"],
  };
};

const members: Find = (results) => {
  const mean = metric(results, "service_members_mean");
  if (!Number.isFinite(mean)) return undefined;
  const done = shareUp(metric(results, "service_done_pct"));
  const actions = metric(results, "scaling_actions");
  return {
    sentence: `Services do ${done}\u00A0% of their work with ${formatNumber(mean)} members on average`,
    name: "members",
    value: formatNumber(mean),
    unit: "on average",
    notes: [`${done}\u00A0% of the work done`, `${counted(actions, "scaling action")}`],
  };
};
