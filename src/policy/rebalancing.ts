/**
 * What a rebalancing policy sees and says.
 *
 * Every period the engine asks: which VMs should move, which hosts should be switched? A policy answers with decisions, each
 * an action and, as data, why. It reads means over past periods, never instant values, and plans on an overlay: what it
 * tries there (`move`, `close`, `wake`, `undo`) changes nothing in the world. The engine checks every action once more.
 */
import type { HostLoad } from "./detection/detector.ts";
import type { Choice, Place } from "./placement.ts";
import type { Candidates } from "./selection/selector.ts";

export type { Candidates, HostLoad };

/** What a policy may do. */
export type Action =
  | { readonly do: "migrate"; readonly vm: number; readonly to: number }
  | { readonly do: "power-on" | "power-off" | "sleep"; readonly host: number };

/** Something a policy wanted and could not do: the VM should have left its host. */
export interface Stay {
  readonly do: "stay";
  readonly vm: number;
}

/** A number behind a decision: `["load", 0.87, "share"]`. Units: share, MHz, MiB, W, J, s, VMs, hosts or "". */
export type Figure = readonly [name: string, value: number, unit: string];

/** An alternative that was not taken. */
export interface Refused {
  readonly host: number;
  readonly why: string;
}

/** Why: the rule that asked for it, the numbers it went by, and what else was looked at. */
export interface Because {
  /** A few words: "host overloaded (local-regression)". */
  readonly rule: string;
  readonly numbers: readonly Figure[];
  readonly refused: readonly Refused[];
}

export interface Decision {
  readonly action: Action | Stay;
  readonly because: Because;
  /** Who decided, where several policies work together. */
  readonly policy?: string;
}

/**
 * The datacenter as a policy may see and plan it. Hosts and VMs are numbered from 0. "Need" is physical CPU: what the guest
 * asked for with the hypervisor's overhead, MHz; a mean over a period while the VM ran. Age 0 is the period just over.
 */
export interface RebalanceView {
  readonly now: number;
  readonly periodSeconds: number;
  /** Periods that are over and still known. */
  readonly periods: number;
  readonly hostCount: number;
  /** Migrations that may still be started in this round; planned ones count. */
  readonly budget: number;
  hostName(host: number): string;
  vmName(vm: number): string;

  /** On and taking VMs: not in maintenance, not closed in this plan. */
  isOpen(host: number): boolean;
  isOn(host: number): boolean;
  inMaintenance(host: number): boolean;
  /** Off or asleep, and free to be switched on. */
  isResting(host: number): boolean;
  /** Booting or waking. */
  isComing(host: number): boolean;
  /** Present power state in words. */
  stateOf(host: number): string;
  /** Class of equal hosts. */
  kindOf(host: number): number;
  capacityMHz(host: number): number;
  memoryMiB(host: number): number;
  /** Memory taken on it in the plan: its VMs with overhead, those on the way in, and those not yet gone. */
  takenMiB(host: number): number;
  watts(host: number, needMHz: number): number;
  offWatts(host: number): number;
  sleepWatts(host: number): number;
  /** Energy of switching it off and on again (or to sleep and awake), J, and the time, s. */
  switchingCost(host: number, how: "off" | "sleep"): { readonly joules: number; readonly seconds: number };
  /** Seconds since it last held a VM (or came on); 0 while it holds one. */
  emptySeconds(host: number): number;
  /** CPU it really used / all its cores, mean over the window; NaN when it was not on. */
  measuredUse(host: number, windowSeconds: number): number;

  /** VMs that hold a place on it in the plan: there, arriving, or moving there. */
  vmsOn(host: number): number;
  /** Fills in the VMs that are on the host, will stay there in the plan so far, and move nowhere; returns how many. */
  residents(host: number, into: Int32Array): number;
  /** Most VMs on one host now. */
  readonly mostVms: number;
  /** Why this VM cannot be moved now, or null. */
  fixed(vm: number): string | null;
  hostOf(vm: number): number;
  vcpus(vm: number): number;
  vmMemoryMiB(vm: number): number;
  /** Need of a VM on its present host, `age` periods ago; 0 before it ran. */
  needMHz(vm: number, age: number): number;
  /** Mean over the last periods of the window (at least one). */
  meanNeedMHz(vm: number, windowSeconds: number): number;
  /** Sum over the VMs that the host holds in the plan: a VM's past goes with it. */
  hostNeedMHz(host: number, age: number): number;
  /** Mean need of its VMs, and of one more (-1 for none), over the window + `deviations` standard deviations of the periods' sums. */
  hostDemandMHz(host: number, windowSeconds: number, deviations: number, withVm: number): number;

  /** What a detector is told about the host as planned; with one more VM (-1 for none). */
  load(host: number, withVm: number, into: HostLoad): void;
  /** What the VMs ask for at this moment / CPU for guests: the load to come until something changes. For the oracle alone. */
  presentLoad(host: number, withVm: number): number;
  /** What a selection is told: the given VMs in columns. */
  candidates(vms: Int32Array, count: number, into: Candidates): void;

  /** The scenario has rules about VMs and hosts, so that equal hosts may differ. */
  readonly hasRules: boolean;
  /** VMs that wait for a place, in the order of their waiting. */
  readonly waiting: readonly number[];

  /** What the engine would say to this action if it came first, or null. */
  refusal(action: Action): string | null;

  // What-if: the plan.
  /** The host the placement rule takes for the VM among those that can take it, may be reached and are accepted; or -1. */
  find(vm: number, place: Place, accept: (host: number) => boolean): Choice;
  /** Whether the host can take the VM and may be reached. */
  takes(vm: number, host: number): boolean;
  /** Whether one of the `tries` least loaded hosts that can take the VM and may be reached is accepted: if not, hardly any other is. */
  someAccept(vm: number, tries: number, accept: (host: number) => boolean): boolean;
  /** Some hosts that were not chosen for the VM, and why: those that cannot take it, may not, or scored worse. */
  passedOver(vm: number, chosen: number, accept: (host: number) => boolean): Refused[];
  /** Plans the move; to -1: it leaves, and where to is not known yet. A VM that waits for a place may be planned too. */
  move(vm: number, to: number): void;
  /** Whether the planned target will take VMs only later (it is still off or booting): no migration can start now. */
  isLater(host: number): boolean;
  /** The host takes no more VMs in this plan. */
  close(host: number): void;
  /** A resting or coming host counts as open and on from here on. */
  wake(host: number): void;
  /** A place in the plan to which `undo` goes back. */
  mark(): number;
  undo(mark: number): void;
  /** VMs that a policy of this round wanted to move and found no host for. */
  readonly homeless: readonly number[];
  /** Notes that the VM found no host. */
  noHost(vm: number): void;
}

/** A policy set up for one run. */
export interface Rebalancer {
  /** Longest past it looks at, s. */
  readonly windowSeconds: number;
  decide(view: RebalanceView): Decision[];
}

export interface RebalancingPolicy {
  /** As written in scenarios: `consolidate`. */
  readonly name: string;
  /** One sentence: what it does. */
  readonly about: string;
  readonly source: string;
  /** Options it has, for messages. */
  readonly options: readonly string[];
  /**
   * Makes the function for one run. `place` is the placement rule for moves, `luck` draws uniform [0, 1).
   * @throws Error that names the option when one is wrong.
   */
  create(options: Readonly<Record<string, unknown>>, parts: { readonly place: Place; readonly luck: () => number }): Rebalancer;
}
