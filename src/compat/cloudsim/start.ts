/**
 * Placement at t = 0: every VM asks for its full size, one after the other in number order.
 *
 * With a detector: power-aware best fit against the load recorded so far, which is 0 everywhere, so VMs are spread rather
 * than packed. Hosts in equal state tie and the lowest number wins, so one host stands for each state: some 20 instead of 800.
 * Without (npa, dvfs): first fit. Source: CloudSim 3.0.3.
 */
import { fallbackThreshold } from "../../policy/detection/detector.ts";
import type { Fleet } from "./fleet.ts";
import { append } from "./fleet.ts";
import { hostKinds, vmKinds } from "./machines.ts";
import { wattsAt } from "./power-curve.ts";
import type { ResolvedOptions } from "./results.ts";

/** Hosts in equal state, ascending; those before `taken` have moved on. */
interface Alike {
  readonly kind: number;
  readonly given: number;
  readonly ramLeft: number;
  readonly bandwidthLeft: number;
  readonly members: number[];
  taken: number;
  /** The state after taking a VM of each kind. */
  readonly after: (Alike | undefined)[];
}

/** Places all VMs. @throws Error when one fits on no host. */
export function placeAll(fleet: Fleet, options: ResolvedOptions): void {
  const firstFit = options.detector === "npa" || options.detector === "dvfs";
  // Nobody has a history yet, so all but the static threshold fall back.
  const limit = options.detector === "thr" ? options.parameter : fallbackThreshold;
  const fresh = options.repairs.includes("power");
  const states: Alike[] = hostKinds.map((host, kind) => ({
    kind,
    given: 0,
    ramLeft: host.ramMb,
    bandwidthLeft: host.bandwidthKbps,
    members: [],
    taken: 0,
    after: [],
  }));
  for (let h = 0; h < fleet.hosts; h++) states[h & 1].members.push(h);
  for (let v = 0; v < fleet.vms; v++) {
    const vmKind = fleet.vmKind[v];
    const from = firstFit ? firstThatFits(states, vmKind) : leastPower(states, vmKind, limit, fresh);
    if (!from) {
      throw new Error(
        `VM ${v} (${vmKinds[vmKind].mips} MIPS, ${vmKinds[vmKind].ramMb} MB) fits on none of the ${fleet.hosts} hosts at the start; give the experiment more hosts`,
      );
    }
    const host = from.members[from.taken++];
    append(fleet, host, v);
    fleet.home[v] = host;
    moveOn(states, from, vmKind, host);
  }
}

function fits(state: Alike, vmKind: number): boolean {
  const host = hostKinds[state.kind];
  const vm = vmKinds[vmKind];
  return (
    state.taken < state.members.length &&
    host.coreMips >= vm.mips &&
    host.totalMips - state.given >= vm.mips &&
    state.ramLeft >= vm.ramMb &&
    state.bandwidthLeft >= vm.bandwidthKbps
  );
}

const lowest = (state: Alike): number => state.members[state.taken];

function firstThatFits(states: readonly Alike[], vmKind: number): Alike | undefined {
  let best: Alike | undefined;
  for (const state of states) if (fits(state, vmKind) && (!best || lowest(state) < lowest(best))) best = state;
  return best;
}

function leastPower(states: readonly Alike[], vmKind: number, limit: number, fresh: boolean): Alike | undefined {
  const { mips } = vmKinds[vmKind];
  let best: Alike | undefined;
  let least = Number.MAX_VALUE;
  for (const state of states) {
    if (!fits(state, vmKind)) continue;
    const { totalMips } = hostKinds[state.kind];
    // VMs placed before ask for nothing yet (their work has not started), so only the new one counts.
    if (state.given !== 0 && mips / totalMips > limit) continue;
    const rise = wattsAt(state.kind, (state.given + mips) / totalMips) - wattsAt(state.kind, fresh ? state.given / totalMips : 0);
    if (rise < least || (rise === least && best && lowest(state) < lowest(best))) {
      least = rise;
      best = state;
    }
  }
  return best;
}

/** Files the host under its new state. Each state is fed in ascending order by the one before it, so members stay sorted. */
function moveOn(states: Alike[], from: Alike, vmKind: number, host: number): void {
  let to = from.after[vmKind];
  if (!to) {
    const vm = vmKinds[vmKind];
    to = {
      kind: from.kind,
      given: from.given + vm.mips,
      ramLeft: from.ramLeft - vm.ramMb,
      bandwidthLeft: from.bandwidthLeft - vm.bandwidthKbps,
      members: [],
      taken: 0,
      after: [],
    };
    from.after[vmKind] = to;
    states.push(to);
  }
  to.members.push(host);
}
