/**
 * Distributed power management in the manner of VMware's: as few hosts on as keep each one's use near a target.
 *
 * Use of a host, CPU and memory apart: demand / capacity, where CPU demand = mean + 2 standard deviations of its VMs' demand
 * over a window, and memory is what its VMs hold (there is no measure of active memory here). Range: target 0.63 +- 0.18,
 * so 0.45 .. 0.81. Scores: high = sqrt(sum of (u - target)^2 over hosts above the target), low the same below it, summed
 * over CPU and memory.
 *
 * Power on looks back 5 minutes: hosts above the range hand VMs to the least used hosts; where that is not enough, resting
 * hosts are switched on one by one (asleep before off, larger before smaller) as long as VMs could then leave hosts above it
 * and the high score falls. Power off looks back 40 minutes: when no host is above the range and some host is below it in
 * both, hosts are tried as candidates (smaller before larger, fewer VMs first): all VMs must find hosts that stay in the
 * range, the low score must fall, and what resting saves over that window must exceed the energy of switching. An evacuated
 * host is put to rest when its VMs have left. At least one host stays on.
 * Ours where the sources are silent or differ: "some host" below the range, not all; the period in which rest must pay.
 * Options: target, tolerance, onWindow, offWindow (s), standby (sleep or off), attempts.
 * Source: Broadcom knowledge base 310527; Gulati et al., VMware Technical Journal 1(1), 2012. Proof: test/policy/rebalancing.test.ts.
 */
import type { Place } from "../placement.ts";
import type { Decision, RebalanceView, RebalancingPolicy } from "../rebalancing.ts";
import { numberOption, refuseUnknown, wordOption } from "./options.ts";
import { expectComing, placeOrWake, restingHosts, restingKinds } from "./wake.ts";

const DEVIATIONS = 2;

interface Settings {
  readonly target: number;
  readonly low: number;
  readonly high: number;
  readonly onWindow: number;
  readonly offWindow: number;
  readonly standby: "sleep" | "off";
  readonly attempts: number;
}

export const dpm: RebalancingPolicy = {
  name: "dpm",
  about: "keeps the use of each host between 45 and 81 % by moving VMs and switching hosts",
  source: "VMware DPM: Broadcom knowledge base 310527; Gulati et al., VMware Technical Journal 1(1), 2012",
  options: ["target", "tolerance", "onWindow", "offWindow", "standby", "attempts"],
  create(options) {
    refuseUnknown("dpm", options, this.options);
    const target = numberOption("dpm", options, "target", 0.63, 0, 1);
    const tolerance = numberOption("dpm", options, "tolerance", 0.18, 0, 1);
    const settings: Settings = {
      target,
      low: target - tolerance,
      high: target + tolerance,
      onWindow: numberOption("dpm", options, "onWindow", 300, 0, 1e9),
      offWindow: numberOption("dpm", options, "offWindow", 2400, 0, 1e9),
      standby: wordOption("dpm", options, "standby", "sleep", ["sleep", "off"] as const),
      attempts: numberOption("dpm", options, "attempts", 10, 1, 1e6),
    };
    return { windowSeconds: Math.max(settings.onWindow, settings.offWindow), decide: (view) => decide(view, settings) };
  },
};

/** Use of the host as planned, with one more VM (-1 for none). */
const cpuUse = (view: RebalanceView, h: number, window: number, withVm = -1): number => view.hostDemandMHz(h, window, DEVIATIONS, withVm) / view.capacityMHz(h);
const memoryUse = (view: RebalanceView, h: number): number => view.takenMiB(h) / view.memoryMiB(h);

/** The least used of the hosts that fit. */
const leastUsed =
  (view: RebalanceView, window: number): Place =>
  (_vm, fleet) => {
    let host = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let h = fleet.next(0); h >= 0; h = fleet.next(h + 1)) {
      const use = cpuUse(view, h, window);
      if (use >= least) continue;
      least = use;
      host = h;
    }
    return { host, score: least };
  };

/** Distance of the hosts from the target on one side, CPU and memory together. */
function scoreOf(view: RebalanceView, { target }: Settings, side: "high" | "low", window: number): number {
  const sign = side === "high" ? 1 : -1;
  let cpu = 0;
  let memory = 0;
  for (let h = 0; h < view.hostCount; h++) {
    if (!view.isOpen(h)) continue;
    cpu += Math.max(0, sign * (cpuUse(view, h, window) - target)) ** 2;
    memory += Math.max(0, sign * (memoryUse(view, h) - target)) ** 2;
  }
  return Math.sqrt(cpu) + Math.sqrt(memory);
}

function hostsAbove(view: RebalanceView, { high, onWindow }: Settings): { host: number; use: number }[] {
  const above: { host: number; use: number }[] = [];
  for (let h = 0; h < view.hostCount; h++) {
    if (!view.isOpen(h) || view.isLater(h)) continue;
    const use = cpuUse(view, h, onWindow);
    if (use > high) above.push({ host: h, use });
  }
  return above.sort((a, b) => b.use - a.use || a.host - b.host);
}

function decide(view: RebalanceView, settings: Settings): Decision[] {
  const decisions = balance(view, settings);
  expectComing(view);
  decisions.push(...wakeForVms(view, settings), ...wakeForLoad(view, settings));
  // The longer past must be known before a host is let go.
  if (decisions.length === 0 && view.periods * view.periodSeconds >= settings.offWindow) decisions.push(...letGo(view, settings));
  return decisions;
}

/** VMs of hosts above the range go to the least used hosts, largest demand first, as long as these stay in the range and below where the VM came from. */
function balance(view: RebalanceView, settings: Settings): Decision[] {
  const { high, onWindow } = settings;
  const place = leastUsed(view, onWindow);
  const vms = new Int32Array(view.mostVms);
  const decisions: Decision[] = [];
  for (const { host } of hostsAbove(view, settings)) {
    const residents = Array.from(vms.subarray(0, view.residents(host, vms))).sort(
      (a, b) => view.meanNeedMHz(b, onWindow) - view.meanNeedMHz(a, onWindow) || a - b,
    );
    for (const vm of residents) {
      const use = cpuUse(view, host, onWindow);
      if (use <= high || (!view.isLater(host) && view.budget <= 0)) break;
      const takes = (h: number): boolean => cpuUse(view, h, onWindow, vm) <= Math.min(high, use);
      const { host: to } = view.find(vm, place, takes);
      if (to < 0) continue;
      const numbers = [
        ["use", use, "share"],
        ["limit", high, "share"],
        ["target's use", cpuUse(view, to, onWindow), "share"],
      ] as const;
      if (!view.isLater(to))
        decisions.push({ action: { do: "migrate", vm, to }, because: { rule: "use above the range", numbers, refused: view.passedOver(vm, to, takes) } });
      view.move(vm, to);
    }
  }
  return decisions;
}

/** VMs that wait for a place bring hosts back whatever the load. */
function wakeForVms(view: RebalanceView, { onWindow, high }: Settings): Decision[] {
  const decisions: Decision[] = [];
  const needed = [...view.waiting, ...view.homeless];
  const resting = needed.length > 0 ? restingKinds(view) : [];
  for (const vm of needed) {
    const accept = (h: number): boolean => cpuUse(view, h, onWindow) <= high;
    const because = { rule: `a VM has no place: ${view.vmName(vm)}`, numbers: [["VM's memory", view.vmMemoryMiB(vm), "MiB"]] as const, refused: [] };
    const found = placeOrWake(view, vm, leastUsed(view, onWindow), accept, because, resting);
    if (found !== null && found !== "has a place") decisions.push(found);
  }
  return decisions;
}

/** Hosts come back while some are above the range and it helps. */
function wakeForLoad(view: RebalanceView, settings: Settings): Decision[] {
  const decisions: Decision[] = [];
  // Hosts that are coming may be all it takes.
  balance(view, settings);
  const resting = restingHosts(view, (a, b) => view.capacityMHz(b) - view.capacityMHz(a));
  for (const host of resting) {
    const above = hostsAbove(view, settings);
    if (above.length === 0) break;
    const before = scoreOf(view, settings, "high", settings.onWindow);
    const mark = view.mark();
    view.wake(host);
    balance(view, settings);
    const after = scoreOf(view, settings, "high", settings.onWindow);
    if (!(after < before)) {
      view.undo(mark);
      break;
    }
    const numbers = [
      ["hosts above the range", above.length, "hosts"],
      ["highest use", above[0].use, "share"],
      ["limit", settings.high, "share"],
      ["high score", before, ""],
      ["high score with it", after, ""],
    ] as const;
    decisions.push({ action: { do: "power-on", host }, because: { rule: "use above the range and no room elsewhere", numbers, refused: [] } });
  }
  return decisions;
}

/** Hosts are emptied and put to rest while some are below the range. */
function letGo(view: RebalanceView, settings: Settings): Decision[] {
  const { low, offWindow, standby, attempts } = settings;
  const open: number[] = [];
  for (let h = 0; h < view.hostCount; h++) if (view.isOpen(h) && !view.isLater(h)) open.push(h);
  const isBelow = (h: number): boolean => cpuUse(view, h, offWindow) < low && memoryUse(view, h) < low;
  const candidates = [...open].sort((a, b) => view.capacityMHz(a) - view.capacityMHz(b) || view.vmsOn(a) - view.vmsOn(b) || a - b);
  const decisions: Decision[] = [];
  let left = open.length;
  let failures = 0;
  let score = scoreOf(view, settings, "low", offWindow);
  for (const host of candidates) {
    // Its VMs are on their way out: next time.
    if (view.vmsOn(host) === 0 && view.emptySeconds(host) === 0) {
      left--;
      continue;
    }
    if (left <= 1 || failures >= attempts || !open.some((h) => view.isOpen(h) && isBelow(h))) break;
    const rest = view.switchingCost(host, standby);
    const restWatts = standby === "sleep" ? view.sleepWatts(host) : view.offWatts(host);
    const savedJoules = (view.watts(host, 0) - restWatts) * (offWindow - rest.seconds) - rest.joules;
    const mark = view.mark();
    const moves = savedJoules > 0 ? evacuated(view, settings, host, savedJoules) : null;
    const after = moves === null ? score : scoreOf(view, settings, "low", offWindow);
    if (moves === null || !(after < score)) {
      view.undo(mark);
      failures++;
      continue;
    }
    left--;
    score = after;
    if (moves.length > 0) decisions.push(...moves);
    else {
      const numbers = [
        ["energy saved in the window", savedJoules, "J"],
        ["low score with it off", after, ""],
      ] as const;
      decisions.push({
        action: { do: standby === "sleep" ? "sleep" : "power-off", host },
        because: { rule: "use below the range, and the host is empty", numbers, refused: [] },
      });
    }
  }
  return decisions;
}

/** Plans to empty the host (which may be empty already); null when some VM finds no host that stays in the range. */
function evacuated(view: RebalanceView, { high, offWindow }: Settings, host: number, savedJoules: number): Decision[] | null {
  const vms = new Int32Array(view.mostVms);
  const count = view.residents(host, vms);
  if (count < view.vmsOn(host) || count > view.budget) return null;
  const use = cpuUse(view, host, offWindow);
  const residents = Array.from(vms.subarray(0, count)).sort((a, b) => view.meanNeedMHz(b, offWindow) - view.meanNeedMHz(a, offWindow) || a - b);
  view.close(host);
  const moves: Decision[] = [];
  for (const vm of residents) {
    const takes = (h: number): boolean =>
      !view.isLater(h) && cpuUse(view, h, offWindow, vm) <= high && (view.takenMiB(h) + view.vmMemoryMiB(vm)) / view.memoryMiB(h) <= high;
    const { host: to } = view.find(vm, leastUsed(view, offWindow), takes);
    if (to < 0) return null;
    const numbers = [
      ["use", use, "share"],
      ["VMs on it", count, "VMs"],
      ["energy saved in the window", savedJoules, "J"],
    ] as const;
    moves.push({
      action: { do: "migrate", vm, to },
      because: { rule: "use below the range, host to be put to rest", numbers, refused: view.passedOver(vm, to, takes) },
    });
    view.move(vm, to);
  }
  return moves;
}
