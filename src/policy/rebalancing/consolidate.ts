/**
 * Dynamic consolidation: VMs leave hosts that are overloaded, and hosts that can be emptied are emptied.
 *
 * A round: (1) the detector says which hosts are overloaded; (2) from each the selection picks VMs until it no longer is;
 * (3) they are placed, the one with the highest demand first, where the detector would not complain, on hosts in use before
 * empty ones; (4) the underload rule empties hosts, the least loaded first, all VMs of a host or none, onto hosts in use. A
 * host that receives VMs is not emptied in the same round, and one that was overloaded receives none.
 * Detector, selection, placement and underload combine freely. A VM that none of the 32 least loaded hosts with room for it
 * could take stays where it is; the others, fuller ones, are not asked.
 * Source: Beloglazov and Buyya, CCPE 24(13), 2012, algorithms 1 and 2. Proof: test/policy/rebalancing.test.ts.
 */
import { type Detect, type HostLoad, newFinding, newHostLoad } from "../detection/detector.ts";
import { detectors } from "../detection/detectors.ts";
import type { Place } from "../placement.ts";
import type { Decision, Figure, RebalanceView, RebalancingPolicy } from "../rebalancing.ts";
import { newCandidates, type Select } from "../selection/selector.ts";
import { selectors } from "../selection/selectors.ts";
import { partOption, refuseUnknown } from "./options.ts";
import { type Underload, underloads } from "./underload.ts";

/** Samples a selection may look at. */
const SELECTION_SAMPLES = 32;
/** Hosts that are asked before the search for a VM's target begins; where these would not take it, no other is tried. */
const LEAST_LOADED_ASKED = 32;
/** Periods a view may keep; history columns are made for that many once. */
const MOST_PERIODS = 1024;

export const consolidate: RebalancingPolicy = {
  name: "consolidate",
  about: "relieves overloaded hosts and empties hosts that are not needed",
  source: "Beloglazov and Buyya, Concurrency and Computation: Practice and Experience 24(13), 2012",
  options: ["detector", "underload", "selection"],
  create(options, { place, luck }) {
    refuseUnknown("consolidate", options, this.options);
    const detector = partOption("consolidate", options, "detector", "local-regression", detectors);
    const selection = partOption("consolidate", options, "selection", "minimum-migration-time", selectors);
    const underload = partOption("consolidate", options, "underload", "least-loaded", underloads);
    refuseUnknown(selection.part.name, selection.options, []);
    const parts: Parts = {
      place,
      detect: detector.part.create(detector.options),
      detector: detector.part.name,
      isOracle: detector.part.name === "oracle",
      select: selection.part.create(luck),
      selection: selection.part.name,
      underload: underload.part.create(underload.options),
      underloadName: underload.part.name,
    };
    const scratch = newScratch();
    return { windowSeconds: 0, decide: (view) => decide(view, parts, scratch) };
  },
};

interface Parts {
  readonly place: Place;
  readonly detect: Detect;
  readonly detector: string;
  readonly isOracle: boolean;
  readonly select: Select;
  readonly selection: string;
  readonly underload: Underload;
  readonly underloadName: string;
}

/** Columns that are used again in every round. */
interface Scratch {
  readonly load: HostLoad;
  readonly finding: ReturnType<typeof newFinding>;
  readonly candidates: ReturnType<typeof newCandidates>;
  scores: Float64Array;
  vms: Int32Array;
  /** By host: 1 = overloaded at the start of the round, 2 = receives VMs. */
  mark: Uint8Array;
}

const HOT = 1;
const RECEIVES = 2;

const newScratch = (): Scratch => ({
  load: newHostLoad(MOST_PERIODS),
  finding: newFinding(),
  candidates: newCandidates(16, SELECTION_SAMPLES),
  scores: new Float64Array(16),
  vms: new Int32Array(16),
  mark: new Uint8Array(0),
});

function decide(view: RebalanceView, parts: Parts, scratch: Scratch): Decision[] {
  if (scratch.vms.length < view.mostVms) {
    scratch.vms = new Int32Array(2 * view.mostVms);
    scratch.scores = new Float64Array(2 * view.mostVms);
  }
  if (scratch.mark.length < view.hostCount) scratch.mark = new Uint8Array(view.hostCount);
  scratch.mark.fill(0);
  const decisions = relieve(view, parts, scratch);
  empty(view, parts, scratch, decisions);
  return decisions;
}

/** Whether the host would be overloaded with one more VM (-1: as it is in the plan). */
function isOverloaded(view: RebalanceView, { detect, isOracle }: Parts, { load, finding }: Scratch, h: number, withVm: number): boolean {
  view.load(h, withVm, load);
  if (isOracle) load.nextLoad = view.presentLoad(h, withVm);
  return detect(load, finding);
}

/** Whether the host can take the VM: enough CPU, and the detector would not complain. The cheap question first. */
function accepts(view: RebalanceView, parts: Parts, scratch: Scratch, h: number, v: number): boolean {
  if (view.hostNeedMHz(h, 0) + view.needMHz(v, 0) > view.capacityMHz(h)) return false;
  return (scratch.mark[h] & HOT) === 0 && !isOverloaded(view, parts, scratch, h, v);
}

/** Steps 1 to 3. */
function relieve(view: RebalanceView, parts: Parts, scratch: Scratch): Decision[] {
  const picked: { vm: number; from: number; figures: Figure[] }[] = [];
  const hot: { host: number; figures: Figure[] }[] = [];
  for (let h = 0; h < view.hostCount; h++) {
    if (!view.isOpen(h) || view.vmsOn(h) === 0 || !isOverloaded(view, parts, scratch, h, -1)) continue;
    scratch.mark[h] = HOT;
    const { measured, limit, fallback } = scratch.finding;
    hot.push({
      host: h,
      figures: [
        ["load", measured, "share"],
        [fallback ? "limit while the past is short" : "limit", limit, "share"],
      ],
    });
  }
  for (const { host, figures } of hot) {
    while (picked.length < view.budget && isOverloaded(view, parts, scratch, host, -1)) {
      const count = view.residents(host, scratch.vms);
      view.candidates(scratch.vms, count, scratch.candidates);
      const i = parts.select(scratch.candidates, scratch.scores);
      if (i < 0) break;
      const vm = scratch.vms[i];
      picked.push({ vm, from: host, figures: [...figures, ["VM's demand", view.needMHz(vm, 0), "MHz"]] });
      view.move(vm, -1);
    }
  }
  picked.sort((a, b) => view.needMHz(b.vm, 0) - view.needMHz(a.vm, 0) || a.vm - b.vm);
  const rule = `host overloaded (${parts.detector}), VM by ${parts.selection}`;
  return picked.map(({ vm, from, figures }): Decision => {
    const takes = (h: number): boolean => accepts(view, parts, scratch, h, vm);
    // A search that finds nobody asks every host; most of those can be known beforehand.
    const hopeless = !view.someAccept(vm, LEAST_LOADED_ASKED, takes);
    let to = hopeless ? -1 : view.find(vm, parts.place, (h) => view.vmsOn(h) > 0 && takes(h)).host;
    if (to < 0 && !hopeless) to = view.find(vm, parts.place, takes).host;
    const because = { rule, numbers: figures, refused: view.passedOver(vm, to, takes) };
    view.move(vm, to < 0 ? from : to);
    if (to < 0) {
      view.noHost(vm);
      return { action: { do: "stay", vm }, because };
    }
    scratch.mark[to] |= RECEIVES;
    return { action: { do: "migrate", vm, to }, because };
  });
}

/** Step 4. */
function empty(view: RebalanceView, parts: Parts, scratch: Scratch, decisions: Decision[]): void {
  const { below, attempts } = parts.underload;
  if (below === 0 || view.budget <= 0) return;
  const hosts: { host: number; load: number }[] = [];
  for (let h = 0; h < view.hostCount; h++) {
    if (!view.isOpen(h) || scratch.mark[h] !== 0 || view.vmsOn(h) === 0) continue;
    const load = view.hostNeedMHz(h, 0) / view.capacityMHz(h);
    if (load < below) hosts.push({ host: h, load });
  }
  hosts.sort((a, b) => a.load - b.load || a.host - b.host);
  let failures = 0;
  for (const { host, load } of hosts) {
    if (failures >= attempts || view.budget <= 0) return;
    if ((scratch.mark[host] & RECEIVES) !== 0) continue;
    const moved = emptied(view, parts, scratch, host, load);
    if (moved === null) failures++;
    else decisions.push(...moved);
  }
}

/** All moves that empty the host, planned; or null, with nothing changed. */
function emptied(view: RebalanceView, parts: Parts, scratch: Scratch, host: number, load: number): Decision[] | null {
  const count = view.residents(host, scratch.vms);
  if (count < view.vmsOn(host) || count > view.budget) return null;
  const vms = Array.from(scratch.vms.subarray(0, count)).sort((a, b) => view.needMHz(b, 0) - view.needMHz(a, 0) || a - b);
  const mark = view.mark();
  view.close(host);
  const moves: Decision[] = [];
  for (const vm of vms) {
    const takes = (h: number): boolean => view.vmsOn(h) > 0 && accepts(view, parts, scratch, h, vm);
    const { host: to } = view.find(vm, parts.place, takes);
    if (to < 0) {
      view.undo(mark);
      return null;
    }
    const because = {
      rule: `host can be emptied (${parts.underloadName})`,
      numbers: [
        ["load", load, "share"],
        ["VMs on it", count, "VMs"],
      ] as const,
      refused: view.passedOver(vm, to, takes),
    };
    view.move(vm, to);
    moves.push({ action: { do: "migrate", vm, to }, because });
  }
  for (const { action } of moves) if (action.do === "migrate") scratch.mark[action.to] |= RECEIVES;
  return moves;
}
