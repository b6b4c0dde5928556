/**
 * Basic server consolidation of OpenStack Watcher: best fit decreasing by use.
 *
 * Score of a host = a third of its measured CPU use over the window (CPU, memory and disk weigh a third each and only CPU is
 * measured), 1/3 where it is not known; of a VM = a third of its CPU use. Hosts with VMs stand in a list by falling score.
 * Again and again the last one is looked at: its VMs by falling score, each to the first host from the top of the list that
 * can take it by allocation (memory and vCPUs under the admission ratios). A host without VMs is released: it takes none in
 * this round. A host of which no VM moved counts as a failure and leaves the list. Load plays no part in what fits, and VMs
 * move even if their host cannot be emptied.
 * Options: window (default 7200 s); attempts: failures after which the round ends, 0 (default) = no limit.
 * Source: OpenStack Watcher, strategy `basic` (server consolidation). Proof: test/policy/rebalancing.test.ts.
 */
import type { Place } from "../placement.ts";
import type { Decision, RebalanceView, RebalancingPolicy } from "../rebalancing.ts";
import { numberOption, refuseUnknown } from "./options.ts";

const CPU_WEIGHT = 1 / 3;

export const watcherBasic: RebalancingPolicy = {
  name: "watcher-basic",
  about: "moves VMs of the least used hosts to the most used ones that have room for them, by allocation",
  source: "OpenStack Watcher, basic server consolidation",
  options: ["window", "attempts"],
  create(options) {
    refuseUnknown("watcher-basic", options, this.options);
    const windowSeconds = numberOption("watcher-basic", options, "window", 7200, 0, 1e9);
    const attempts = numberOption("watcher-basic", options, "attempts", 0, 0, 1e9);
    return { windowSeconds, decide: (view) => decide(view, windowSeconds, attempts) };
  },
};

function decide(view: RebalanceView, windowSeconds: number, attempts: number): Decision[] {
  const score = new Map<number, number>();
  for (let h = 0; h < view.hostCount; h++) {
    if (!view.isOpen(h) || view.vmsOn(h) === 0) continue;
    const use = view.measuredUse(h, windowSeconds);
    score.set(h, CPU_WEIGHT * (Number.isNaN(use) ? 1 : use));
  }
  // Hosts that leave the list are no targets any more either.
  const left = [...score.keys()].sort((a, b) => (score.get(b) ?? 0) - (score.get(a) ?? 0) || a - b);
  const place: Place = (_vm, fleet) => ({ host: left.find((h) => fleet.next(h) === h) ?? -1, score: Number.NaN });
  const vms = new Int32Array(view.mostVms);
  const decisions: Decision[] = [];
  let failures = 0;
  while (left.length > 0 && view.budget > 0 && (attempts === 0 || failures <= attempts)) {
    const host = left[left.length - 1];
    const use = (v: number): number => (CPU_WEIGHT * view.meanNeedMHz(v, windowSeconds)) / view.vcpus(v);
    const residents = Array.from(vms.subarray(0, view.residents(host, vms))).sort((a, b) => use(b) - use(a) || a - b);
    const listed = (h: number): boolean => left.includes(h);
    let moved = 0;
    for (const vm of residents) {
      if (view.budget <= 0) break;
      const { host: to } = view.find(vm, place, () => true);
      if (to < 0) continue;
      const numbers = [
        ["host's score", score.get(host) ?? 0, "share"],
        ["target's score", score.get(to) ?? 0, "share"],
      ] as const;
      decisions.push({
        action: { do: "migrate", vm, to },
        because: { rule: "VMs of the least used host go to the most used one with room", numbers, refused: view.passedOver(vm, to, listed) },
      });
      view.move(vm, to);
      moved++;
    }
    if (view.vmsOn(host) === 0) view.close(host);
    if (moved === 0) failures++;
    else failures = 0;
    if (moved === 0 || view.vmsOn(host) === 0) left.pop();
  }
  return decisions;
}
