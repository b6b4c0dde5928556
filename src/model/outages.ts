/**
 * The book of what failed and who was down for it: one entry a failure, one an outage of a VM.
 *
 * A failure is anything that takes components down: a fault of hardware or software, a scripted switch-off, a planned reboot, a
 * disaster. An outage is the time a VM is not in service: from the instant it stopped (or could not be reached) to the instant
 * it runs again, boot included. Each outage names the failure it began with and what brought the VM back.
 */

/** What can fail, from the widest to the narrowest. */
export const COMPONENTS = [
  "site",
  "room",
  "feed",
  "cooling",
  "rack",
  "switch",
  "operator",
  "common cause",
  "host",
  "hypervisor",
  "host-os",
  "disk",
  "nic",
  "vm",
  "maintenance",
  "trace",
] as const;
export type Component = (typeof COMPONENTS)[number];

/** What brought a VM back, or ended its outage otherwise. */
export type Return =
  | "its host came back"
  | "restarted elsewhere"
  | "high availability"
  | "fault tolerance"
  | "reset by VM monitoring"
  | "guest restarted"
  | "network came back"
  | "recovered from backup"
  | "failed over to another site"
  | "stopped"
  | "lost";

export interface Failure {
  /** Its number in the book. */
  readonly number: number;
  readonly atSeconds: number;
  readonly component: Component;
  /** Which one: a host, a VM, a rack, ... */
  readonly name: string;
  /** Why, in words: "weibull lifetime over", "switched off by the scenario". */
  readonly cause: string;
  /** Number of the failure it followed from, or -1. */
  readonly parent: number;
  /** Blast radius: hosts down or cut off, VMs out of service, and of how many owners and service classes. */
  hosts: number;
  vms: number;
  owners: number;
  classes: number;
  /** VMs that will not come back. */
  lost: number;
  /** When the repair began, and when the component was back; NaN = not yet. */
  repairAtSeconds: number;
  endSeconds: number;
}

export interface Outage {
  readonly vm: number;
  readonly failure: number;
  readonly startSeconds: number;
  /** It ran all the time and could not be reached. */
  unreachable: boolean;
  readonly from: number;
  /** When somebody noticed; NaN where nobody watches. */
  detectedSeconds: number;
  /** When it began to boot for the last time. */
  bootSeconds: number;
  /** When it was back, or over for good; NaN = still down at the end. */
  endSeconds: number;
  by: Return | null;
  to: number;
  /** Restarts that were tried. */
  attempts: number;
}

export class Outages {
  readonly failures: Failure[] = [];
  readonly log: Outage[] = [];
  /** By VM: number of its open outage in `log`. */
  readonly #open = new Map<number, number>();
  readonly #owners: readonly string[];
  readonly #classOf: (v: number) => string;
  /** VMs, owners and service classes hit by failures that are not over. */
  readonly #hit = new Map<number, { vms: Set<number>; owners: Set<string>; classes: Set<string> }>();

  constructor(owners: readonly string[], classOf: (v: number) => string) {
    this.#owners = owners;
    this.#classOf = classOf;
  }

  /** Enters a failure and gives its number. */
  failed(atSeconds: number, component: Component, name: string, cause: string, parent = -1): number {
    const number = this.failures.length;
    this.failures.push({
      number,
      atSeconds,
      component,
      name,
      cause,
      parent,
      hosts: 0,
      vms: 0,
      owners: 0,
      classes: 0,
      lost: 0,
      repairAtSeconds: Number.NaN,
      endSeconds: Number.NaN,
    });
    this.#hit.set(number, { vms: new Set(), owners: new Set(), classes: new Set() });
    return number;
  }

  /** The failed component is whole again. */
  mended(number: number, atSeconds: number): void {
    this.failures[number].endSeconds = atSeconds;
    this.#hit.delete(number);
  }

  /** A host counts to the failure, and to those it followed from. */
  hitHost(number: number): void {
    for (let n = number; n >= 0; n = this.failures[n].parent) this.failures[n].hosts++;
  }

  /** The VM is out of service from now on. One that is out already stays with the failure it was out for first. */
  down(v: number, number: number, atSeconds: number, from: number, unreachable = false): void {
    for (let n = number; n >= 0; n = this.failures[n].parent) this.#hitVm(n, v);
    const open = this.open(v);
    if (open !== undefined) {
      // What could not be reached is now down in earnest.
      open.unreachable &&= unreachable;
      return;
    }
    this.#open.set(v, this.log.length);
    this.log.push({
      vm: v,
      failure: number,
      startSeconds: atSeconds,
      unreachable,
      from,
      detectedSeconds: Number.NaN,
      bootSeconds: Number.NaN,
      endSeconds: Number.NaN,
      by: null,
      to: -1,
      attempts: 0,
    });
  }

  #hitVm(number: number, v: number): void {
    const failure = this.failures[number];
    const hit = this.#hit.get(number);
    if (hit === undefined) {
      failure.vms++;
      return;
    }
    // Cut off first, then powered off for it: one VM.
    hit.vms.add(v);
    failure.vms = hit.vms.size;
    hit.owners.add(this.#owners[v]);
    hit.classes.add(this.#classOf(v));
    failure.owners = hit.owners.size;
    failure.classes = hit.classes.size;
  }

  /** The open outage of the VM, or undefined. */
  open(v: number): Outage | undefined {
    const i = this.#open.get(v);
    return i === undefined ? undefined : this.log[i];
  }

  /** The VM is in service again, or gone for good. */
  over(v: number, atSeconds: number, by: Return, to: number): void {
    const i = this.#open.get(v);
    if (i === undefined) return;
    this.#open.delete(v);
    const outage = this.log[i];
    outage.endSeconds = atSeconds;
    outage.by = by;
    outage.to = to;
    if (by === "lost") for (let n = outage.failure; n >= 0; n = this.failures[n].parent) this.failures[n].lost++;
  }
}
