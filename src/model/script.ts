/** What a scenario lets happen at set times: hosts that go and come, VMs that are halted, stopped or sent elsewhere. */
import type { Kernel } from "../kernel/kernel.ts";
import { PHASE } from "./phases.ts";
import type { ScriptedAction } from "./script-spec.ts";

/** What the script can have done; names are those of the scenario. */
export interface ScriptTarget {
  hostNumber(name: string): number;
  vmNumber(name: string): number;
  hostOff(h: number): void;
  hostOn(h: number): void;
  hostFail(h: number): void;
  hostRepair(h: number): void;
  maintain(h: number, begins: boolean): void;
  /** Speed as a factor of the nominal one. */
  speed(h: number, factor: number): void;
  pstate(h: number, index: number): void;
  suspend(v: number): void;
  resume(v: number): void;
  stop(v: number): void;
  snapshot(v: number): void;
  deleteSnapshots(v: number): void;
  setLink(name: string, up: boolean): void;
  resizeDatastore(name: string, capacityMiB: number): void;
  /** Another number of vCPUs or amount of memory; null = as it is. */
  resizeTo(v: number, vcpus: number | null, memoryMiB: number | null): void;
  /** By the product's own way of migrating, or at once and for nothing. */
  migrate(v: number, to: number): void;
  move(v: number, to: number): void;
  moveDisks(v: number, datastore: string, to: number): void;
}

/** Within an instant: VMs are moved out of harm's way, hosts switch, VMs stop, migrations are asked for. */
const order = (a: ScriptedAction): number =>
  a.do === "move" ? 0 : a.do === "move disks" || a.do === "migrate" ? 3 : "host" in a || "link" in a || "datastore" in a ? 1 : 2;
const PHASES = [PHASE.failure, PHASE.failure, PHASE.departure, PHASE.decision];

/** Plans all actions. Throws an Error for the name of a host or VM that does not exist, when its time comes. */
export function playScript(kernel: Kernel, script: readonly ScriptedAction[], target: ScriptTarget, kind: number): void {
  kernel.on(kind, (i) => act(script[i], target));
  const sorted = [...script.keys()].sort((i, j) => order(script[i]) - order(script[j]) || i - j);
  for (const i of sorted) kernel.schedule(script[i].atSeconds, PHASES[order(script[i])], kind, i);
}

function act(action: ScriptedAction, target: ScriptTarget): void {
  if ("onto" in action) return target.moveDisks(target.vmNumber(action.vm), action.onto, action.host === null ? -1 : target.hostNumber(action.host));
  if ("to" in action) return target[action.do](target.vmNumber(action.vm), target.hostNumber(action.to));
  if ("vcpus" in action) return target.resizeTo(target.vmNumber(action.vm), action.vcpus, null);
  if ("memoryMiB" in action) return target.resizeTo(target.vmNumber(action.vm), null, action.memoryMiB);
  if ("vm" in action) return target[action.do === "delete snapshots" ? "deleteSnapshots" : action.do](target.vmNumber(action.vm));
  if ("link" in action) return target.setLink(action.link, action.do === "up");
  if ("datastore" in action) return target.resizeDatastore(action.datastore, action.capacityMiB);
  const h = target.hostNumber(action.host);
  switch (action.do) {
    case "off":
      return target.hostOff(h);
    case "on":
      return target.hostOn(h);
    case "fail":
      return target.hostFail(h);
    case "repair":
      return target.hostRepair(h);
    case "maintenance":
      return target.maintain(h, true);
    case "end maintenance":
      return target.maintain(h, false);
    case "speed":
      return target.speed(h, action.factor);
    case "pstate":
      return target.pstate(h, action.index);
  }
}
