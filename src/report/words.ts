/** The answer of a report in words: one sentence, what comes with it, and a verdict. Made from the data by templates. */

import type { Results } from "../results/results.ts";
import { energyScale, formatCount, formatDuration, formatNumber } from "../units/format.ts";
import { type Finding, findings } from "./findings.ts";
import { counted, NBSP, share, shorten, withUnit } from "./format.ts";
import { firstFinite, metric, numbersIn, textsIn } from "./read.ts";
import { nearestToFull, resourcesOf } from "./resources.ts";

export interface Answer {
  /** The finding with its number, at most 100 characters. */
  readonly sentence: string;
  /** What comes with it: hosts, waiting. */
  readonly lead: string;
  readonly verdict: Verdict;
}

export interface Verdict {
  readonly level: "fits" | "doubt" | "fails";
  /** "✓", "!", "✗": the sign beside the word, so that colour is not needed. */
  readonly sign: string;
  readonly word: string;
  readonly detail: string;
}

/** Rejected VMs with the same reason. */
export interface Rejection {
  readonly reason: string;
  readonly vms: number;
  /** One of them. */
  readonly example: string;
}

/** Rejected VMs by their binding reason, most first. Reasons that differ only in their numbers are one. */
export function rejections(results: Results): Rejection[] {
  const states = textsIn(results.vms, "state");
  const reasons = textsIn(results.vms, "reason");
  const names = textsIn(results.vms, "vm");
  const found = new Map<string, { reason: string; vms: number; example: string }>();
  for (let row = 0; row < states.length; row++) {
    if (states[row] !== "rejected") continue;
    const reason = reasons[row] || "no reason given";
    const kind = reason.replace(/\d+(\.\d+)?/g, "#");
    const entry = found.get(kind);
    if (entry) entry.vms++;
    else found.set(kind, { reason, vms: 1, example: names[row] ?? "" });
  }
  return [...found.values()].sort((a, b) => b.vms - a.vms);
}

/** The VM that waits most, or null when none ever waits. */
export function worstWaiter(results: Results): { readonly name: string; readonly readyPercent: number } | null {
  const ready = numbersIn(results.vms, "ready_pct");
  let worst = -1;
  for (let i = 0; i < ready.length; i++) if ((ready[i] as number) > (worst < 0 ? 0 : (ready[worst] as number))) worst = i;
  return worst < 0 ? null : { name: textsIn(results.vms, "vm")[worst] ?? "", readyPercent: ready[worst] as number };
}

/** Below this share of rejected VMs the answer may be about something else; the verdict is not. */
const FEW = 0.01;

/** Above this p95 of ready time the verdict has a doubt: the same rule of thumb as in the chart. */
const READY_GUIDE_PERCENT = 5;

export function answerOf(results: Results): Answer {
  const hosts = firstFinite(metric(results, "hosts"), results.run.hosts);
  const requested = firstFinite(metric(results, "vms_requested"), results.run.vms);
  const rejected = firstFinite(metric(results, "vms_rejected"), 0);
  const lost = firstFinite(metric(results, "vms_lost"), 0);
  const facility = metric(results, "energy_facility_kwh") * 3.6e6;
  const scale = energyScale(facility);
  const used = withUnit(facility / scale.size, scale.unit);
  const time = formatDuration(results.run.durationSeconds);
  const [top] = rejections(results);
  const found = findings(results);
  const carried = `${counted(hosts, "host")} ${hosts === 1 ? "carries" : "carry"} ${requested === 1 ? "the VM" : `all ${counted(requested, "VM")}`} for ${time}, on ${used}`;
  const whole = rejected + lost === 0 && requested > 0;
  const noPlace = `${formatCount(rejected)} of ${counted(requested, "VM")} ${rejected === 1 ? "finds" : "find"} no place${top ? `: ${shortReason(top.reason)}` : ""}`;
  // A few that find no place are not the story of a run that has one.
  const aside = rejected > 0 && rejected < FEW * requested && (found[0]?.verdict?.level ?? "fits") !== "fits";
  const sentence =
    rejected > 0
      ? aside
        ? (found[0]?.sentence ?? noPlace)
        : noPlace
      : lost > 0
        ? `${formatCount(lost)} of ${counted(requested, "VM")} ${lost === 1 ? "is" : "are"} lost with ${lost === 1 ? "its" : "their"} host`
        : requested === 0
          ? `${counted(hosts, "host")} wait for VMs for ${time}, on ${used}`
          : (found[0]?.sentence ?? `${carried}${limitText(results)}`);
  const first = aside
    ? `${noPlace}.`
    : rejected + lost > 0
      ? `${counted(hosts, "host")} ${hosts === 1 ? "takes" : "take"} ${used} over ${time}.`
      : whole && found[0]
        ? `${carried}.`
        : "";
  const further = (whole || aside ? found.slice(1) : found).slice(0, 2).map(({ sentence }) => `${sentence}.`);
  const lead = [first, ...further, leadOf(results, hosts)].filter(Boolean).join(" ");
  return { sentence, lead, verdict: withFinding(verdictOf(results, requested, rejected, top), found, sentence) };
}

/** What is nearest to full at its peak: the limit that would bind first. */
function limitText(results: Results): string {
  const nearest = nearestToFull(resourcesOf(results));
  return nearest ? `; ${nearest.name} is nearest to full, at ${share((100 * nearest.peak) / nearest.all)}` : "";
}

/** The head of a reason, up to its explanation. */
function shortReason(reason: string): string {
  return shorten(reason.split(/[:;,(]/)[0]?.trim() || reason, 48);
}

/** Where all VMs found a place, the gravest finding is the verdict. */
function withFinding(verdict: Verdict, found: readonly Finding[], said: string): Verdict {
  const grave =
    found.find((finding) => finding.verdict?.level === "fails") ?? (verdict.level === "fits" ? found.find((finding) => finding.verdict) : undefined);
  if (verdict.level === "fails" || !grave?.verdict) return verdict;
  const { level, word, why } = grave.verdict;
  const detail = ["Every VM found a place.", ...(grave.sentence === said ? [] : [`${grave.sentence}.`]), why].filter(Boolean).join(" ");
  return { level, sign: { fits: "✓", doubt: "!", fails: "✗" }[level], word, detail };
}

function leadOf(results: Results, hosts: number): string {
  const on = metric(results, "hosts_on_mean");
  const cpu = metric(results, "utilisation_pct");
  const p95 = metric(results, "ready_pct_p95");
  const sentences: string[] = [];
  if (Number.isFinite(on)) {
    const who = hosts === 1 ? "The host" : on > 0.995 * hosts ? "All hosts are on" : `On average ${formatNumber(on)} of ${formatCount(hosts)} hosts are on`;
    sentences.push(hosts === 1 ? `The host uses ${share(cpu)} of its CPU.` : `${who} and use ${share(cpu)} of their CPU.`);
  }
  const worst = worstWaiter(results);
  if (Number.isFinite(p95)) {
    sentences.push(
      worst
        ? `In 95${NBSP}% of VM-hours guests wait for CPU at most ${share(p95)} of the time; the worst VM, ${shorten(worst.name, 24)}, waits ${share(worst.readyPercent)}.`
        : "No guest ever waits for CPU.",
    );
  }
  return sentences.join(" ");
}

function verdictOf(results: Results, requested: number, rejected: number, top: Rejection | undefined): Verdict {
  const lost = firstFinite(metric(results, "vms_lost"), 0);
  const p95 = metric(results, "ready_pct_p95");
  if (rejected > 0) {
    return {
      level: "fails",
      sign: "✗",
      word: "Does not fit",
      detail: `${counted(rejected, "VM")} rejected of ${formatCount(requested)}${top ? `${top.vms === rejected ? ":" : `. ${formatCount(top.vms)} of them:`} ${shorten(top.reason, 140)}` : ""}.`,
    };
  }
  if (lost > 0)
    return {
      level: "fails",
      sign: "✗",
      word: "VMs lost",
      detail: `All VMs found a place, and ${counted(lost, "VM")} went down with a host and did not come back.`,
    };
  if (p95 > READY_GUIDE_PERCENT)
    return {
      level: "doubt",
      sign: "!",
      word: "Fits, and waits",
      detail: `All VMs found a place; ready time at p95 is ${share(p95)}, above the rule of thumb of ${READY_GUIDE_PERCENT}${NBSP}%.`,
    };
  const packing = metric(results, "vcpus_per_core_peak");
  return {
    level: "fits",
    sign: "✓",
    word: "Fits",
    detail: `Every VM found a place.${Number.isFinite(packing) ? ` At the peak there are ${formatNumber(packing)} vCPUs for each core.` : ""} Ready time at p95 is ${share(p95)}.`,
  };
}
