/**
 * What VMs were promised and what they got, window by window.
 *
 *   availability   1 - time out of service / time it should have been in service
 *   ready          CPU waited for / (vCPUs x seconds running)
 *   slowdown       1 - work done / work asked for
 *   restart        each outage, from its begin to the instant the VM runs again
 *   rto, rpo       each disaster: until it runs again, and the work it lost (episodes.ts)
 *
 * A VM should be in service from the instant it first runs to its planned end, or that of the run; a VM that is lost is out
 * of service until then. Time the owner suspends it counts as in service; the standstill of migrations is no outage (as
 * public clouds count, whose terms measure connectivity by the minute). The error budget of a window is the time out of
 * service that availability allows all VMs of the class together; its burn is what of it was used.
 *
 * Credit of a VM and window: that of the lowest tier its availability fell below x its charge. Proved by
 * test/metrics/service.test.ts.
 */
import type { Datacenter } from "../../model/datacenter.ts";
import type { Incident } from "../../model/recovery/incidents.ts";
import * as V from "../../model/vms.ts";
import { disastersOf, episodes, isEpisodic, type Member, type Span } from "./episodes.ts";
import { nextEdge, overlap, type Window, type WindowKind, windowsOf } from "./windows.ts";

/** Promises of a class; null = none. */
export interface Promises {
  readonly name: string;
  readonly availability: number | null;
  readonly readyShare: number | null;
  readonly slowdownShare: number | null;
  readonly restartSeconds: number | null;
  readonly rtoSeconds: number | null;
  readonly rpoSeconds: number | null;
  readonly window: WindowKind;
  readonly credits: readonly { readonly below: number; readonly credit: number }[];
}

export const TARGETS = ["availability", "ready", "slowdown", "restart", "rto", "rpo"] as const;
export type Target = (typeof TARGETS)[number];

/** One promise to one VM in one window (restart, rto, rpo: for one episode) that was not kept. */
export interface Violation {
  readonly serviceClass: string;
  readonly vm: number;
  readonly window: Window;
  readonly target: Target;
  readonly promised: number;
  readonly measured: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly cause: string;
}

/** One promise of a class in one window. */
export interface Level {
  readonly serviceClass: string;
  readonly window: Window;
  readonly target: Target;
  readonly promised: number;
  /** VMs that were to be in service in it, and those the promise was not kept to. */
  readonly vms: number;
  readonly broken: number;
  readonly mean: number;
  readonly worst: number;
  /** Availability: VM-seconds out of service that were allowed, and that there were; NaN for other targets. */
  readonly budgetSeconds: number;
  readonly usedSeconds: number;
}

/** A VM's credit for a window, as a share of its charge for it. */
export interface CreditDue {
  readonly vm: number;
  readonly window: Window;
  readonly serviceClass: string;
  readonly share: number;
}

interface Sample {
  readonly at: number;
  readonly wait: Float64Array;
  readonly vcpuSeconds: Float64Array;
  readonly done: Float64Array;
  readonly short: Float64Array;
}

/** Keeps what VMs waited for and missed at the ends of windows. */
export class ServiceWatch {
  nextAt: number;
  readonly #dc: Datacenter;
  readonly #kinds: readonly WindowKind[];
  readonly #startMs: number;
  readonly #samples: Sample[] = [];

  constructor(dc: Datacenter, classes: readonly Promises[], startMs: number) {
    this.#dc = dc;
    this.#startMs = startMs;
    // Only these two need to be looked at as time goes on.
    this.#kinds = [...new Set(classes.filter((c) => c.readyShare !== null || c.slowdownShare !== null).map((c) => c.window))];
    this.nextAt = this.#next(0);
  }

  read(t: number): void {
    this.#dc.readings.settleVms(t);
    this.#sample(t);
    this.nextAt = this.#next(t);
  }

  /** At the end of the run; everything must be settled. */
  close(t: number): void {
    this.#sample(t);
  }

  /** Waited / (vCPUs x running) and missed / asked for of VM `v` in a window; NaN where it did not run, or asked for nothing. */
  shares(v: number, { fromSeconds, toSeconds }: Window): { ready: number; slowdown: number } {
    const from = this.#samples.findLast(({ at }) => at <= fromSeconds);
    const to = this.#samples.find(({ at }) => at >= toSeconds) as Sample;
    const between = (pick: (sample: Sample) => Float64Array): number => pick(to)[v] - (from === undefined ? 0 : pick(from)[v]);
    const [wait, vcpuSeconds, done, short] = [between((s) => s.wait), between((s) => s.vcpuSeconds), between((s) => s.done), between((s) => s.short)];
    return { ready: vcpuSeconds > 0 ? wait / vcpuSeconds : Number.NaN, slowdown: done + short > 0 ? short / (done + short) : Number.NaN };
  }

  #next(t: number): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#kinds.map((kind) => nextEdge(kind, this.#startMs, t)));
  }

  #sample(t: number): void {
    const { vms } = this.#dc;
    if (this.#samples.at(-1)?.at === t) return;
    const { state, since, runningSeconds, vcpus, row } = vms;
    this.#samples.push({
      at: t,
      wait: Float64Array.from(vms.waitCoreS),
      vcpuSeconds: Float64Array.from(vcpus, (n, v) => n * (runningSeconds[v] + (state[v] === V.RUNNING_VM ? t - since[v] : 0))),
      done: Float64Array.from(vcpus, (_, v) => row[v * V.VM_ROW + V.DONE_CORE_S]),
      short: Float64Array.from(vms.shortCoreS),
    });
  }
}

/** Time VM `v` should have been in service, and its outages; undefined when it never ran. */
function serviceOf(dc: Datacenter, v: number, outages: readonly Span[], seconds: number): { due: Span; outages: Span[] } | undefined {
  const { startedAt, endedAt, lifetime, state } = dc.vms;
  const from = startedAt[v];
  if (!(from < seconds)) return undefined;
  const lost = state[v] === V.LOST;
  const planned = lifetime[v] < Number.POSITIVE_INFINITY ? from + lifetime[v] : seconds;
  const to = Math.min(seconds, lost ? Math.max(endedAt[v], planned) : V.isOver(state[v]) ? endedAt[v] : seconds);
  const spans = outages.map((span) => ({ ...span, toSeconds: Math.min(span.toSeconds, to) })).filter((span) => span.toSeconds > span.fromSeconds);
  if (lost && endedAt[v] < to) {
    const last = outages.at(-1);
    spans.push({ fromSeconds: endedAt[v], toSeconds: to, cause: last ? `lost: ${last.cause}` : "lost" });
  }
  return { due: { fromSeconds: from, toSeconds: to, cause: "" }, outages: spans };
}

export interface ServiceReport {
  readonly levels: readonly Level[];
  readonly violations: readonly Violation[];
  readonly credits: readonly CreditDue[];
}

/** What became of all promises in a run of `seconds`. `incidents`: what befell VMs' data; null where nobody keeps copies. */
export function serviceReport(
  dc: Datacenter,
  classes: readonly Promises[],
  watch: ServiceWatch,
  incidents: readonly Incident[] | null,
  startMs: number,
  seconds: number,
): ServiceReport {
  const { vms, failing } = dc;
  const { log: outages, failures } = failing.book;
  const spansOf = new Map<number, Span[]>();
  for (const { vm, failure, startSeconds, endSeconds } of outages) {
    const { component, name, cause } = failures[failure] ?? { component: "host", name: "", cause: "" };
    const span = {
      fromSeconds: Math.max(startSeconds, vms.startedAt[vm]),
      toSeconds: endSeconds >= 0 ? endSeconds : seconds,
      cause: `${component} ${name}: ${cause}`,
    };
    const spans = spansOf.get(vm);
    if (spans) spans.push(span);
    else spansOf.set(vm, [span]);
  }
  const disasters = disastersOf(incidents ?? []);
  // Without copies no disaster is told from other outages.
  const targets = incidents === null ? TARGETS.filter((target) => target !== "rto" && target !== "rpo") : TARGETS;
  const levels: Level[] = [];
  const violations: Violation[] = [];
  const credits: CreditDue[] = [];
  for (const promises of classes) {
    const members: Member[] = [];
    for (let v = 0; v < vms.count; v++) {
      if (vms.classes[vms.classOf[v]].serviceClass !== promises.name) continue;
      const service = serviceOf(dc, v, spansOf.get(v) ?? [], seconds);
      if (service) members.push({ v, ...service, incidents: disasters.get(v) ?? [] });
    }
    for (const window of windowsOf(promises.window, startMs, seconds)) {
      const there = members.filter(({ due }) => overlap(due, window) > 0);
      for (const target of targets) judge(promises, target, window, there, watch, seconds, { levels, violations, credits });
    }
  }
  return { levels, violations, credits };
}

function judge(
  { name, availability, readyShare, slowdownShare, restartSeconds, rtoSeconds, rpoSeconds, credits }: Promises,
  target: Target,
  window: Window,
  members: readonly Member[],
  watch: ServiceWatch,
  seconds: number,
  out: { levels: Level[]; violations: Violation[]; credits: CreditDue[] },
): void {
  const promised = { availability, ready: readyShare, slowdown: slowdownShare, restart: restartSeconds, rto: rtoSeconds, rpo: rpoSeconds }[target];
  if (promised === null && !(target === "availability" && credits.length > 0)) return;
  const limit = promised ?? Number.NaN;
  let [sum, counted, broken, used, due] = [0, 0, 0, 0, 0];
  let worst = target === "availability" ? 1 : 0;
  const violated = (vm: number, measured: number, span: Span): void => {
    out.violations.push({
      serviceClass: name,
      vm,
      window,
      target,
      promised: limit,
      measured,
      fromSeconds: span.fromSeconds,
      toSeconds: span.toSeconds,
      cause: span.cause,
    });
  };
  for (const member of members) {
    const { v, due: service, outages } = member;
    const here = { ...window, cause: "" };
    if (isEpisodic(target)) {
      let bad = false;
      for (const { span, measured, brokenAnyway } of episodes(target, member, window, seconds)) {
        sum += measured;
        counted++;
        worst = Math.max(worst, measured);
        if (measured > limit || brokenAnyway) {
          bad = true;
          violated(v, measured, span);
        }
      }
      if (bad) broken++;
      continue;
    }
    if (target !== "availability") {
      const measured = watch.shares(v, window)[target];
      if (Number.isNaN(measured)) continue;
      sum += measured;
      counted++;
      worst = Math.max(worst, measured);
      if (measured > limit) {
        broken++;
        violated(v, measured, { ...here, cause: target === "ready" ? "waited for CPU" : "short of CPU, memory, disk or network" });
      }
      continue;
    }
    const dueSeconds = overlap(service, window);
    const down = outages.reduce((total, span) => total + overlap(span, window), 0);
    const measured = 1 - down / dueSeconds;
    sum += measured * dueSeconds;
    due += dueSeconds;
    used += down;
    counted++;
    worst = Math.min(worst, measured);
    const share = credits.reduce((most, tier) => (measured < tier.below ? Math.max(most, tier.credit) : most), 0);
    if (share > 0) out.credits.push({ vm: v, window, serviceClass: name, share });
    if (measured < limit) {
      broken++;
      const longest = outages.reduce((most, span) => (overlap(span, window) > overlap(most, window) ? span : most), { ...here, toSeconds: here.fromSeconds });
      violated(v, measured, longest);
    }
  }
  const isAvailability = target === "availability";
  out.levels.push({
    serviceClass: name,
    window,
    target,
    promised: limit,
    vms: members.length,
    broken,
    mean: isAvailability ? (due > 0 ? sum / due : Number.NaN) : counted > 0 ? sum / counted : Number.NaN,
    worst: counted > 0 ? worst : Number.NaN,
    budgetSeconds: isAvailability ? (1 - limit) * due : Number.NaN,
    usedSeconds: isAvailability ? used : Number.NaN,
  });
}
