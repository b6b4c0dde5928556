/**
 * Moving a running VM to another site as planned, without loss: home after a disaster, or away before one.
 *
 * What the other site lacks is sent while the VM runs; then it stops, what changed meanwhile is sent, and it takes a place
 * there and boots. Down for: the rest over the line, and the boot. If it goes down or a site is lost before it stopped, it
 * stays where it is; afterwards all it had is at one of the two, and it starts there.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import * as V from "../vms.ts";
import type { Incident, Incidents } from "./incidents.ts";
import type { Protection } from "./protection.ts";
import type { Restoring } from "./restoring.ts";
import type { Port, Transfers } from "./transfers.ts";

interface Relocation {
  readonly vm: number;
  readonly site: number;
  readonly port: Port;
  readonly failure: number;
  readonly cause: string;
  /** Seconds of running up to which the other site has the data. */
  ran: number;
  sentMiB: number;
  transfer: number;
  incident: Incident | null;
}

export class Relocating {
  readonly #kernel: Kernel;
  readonly #protection: Protection;
  readonly #transfers: Transfers;
  readonly #restoring: Restoring;
  readonly #incidents: Incidents;
  readonly #open = new Map<number, Relocation>();

  constructor(kernel: Kernel, protection: Protection, transfers: Transfers, restoring: Restoring, incidents: Incidents) {
    this.#kernel = kernel;
    this.#protection = protection;
    this.#transfers = transfers;
    this.#restoring = restoring;
    this.#incidents = incidents;
  }

  /**
   * Begins to move VM `v`, which runs, to `site`. `base`: the data the site has already, in seconds of the VM's running; null =
   * none. `port`: the line there. False when the VM does not run.
   */
  begin(v: number, site: number, base: number | null, port: Port, failure: number, cause: string): boolean {
    const { vms } = this.#protection.dc;
    if (vms.state[v] !== V.RUNNING_VM || this.#open.has(v)) return false;
    const ran = this.#protection.ran(v, this.#kernel.now);
    const mib = base === null ? this.#protection.data(v).diskMiB : this.#protection.changed(v, base, ran);
    const relocation: Relocation = { vm: v, site, port, failure, cause, ran, sentMiB: mib, transfer: -1, incident: null };
    this.#open.set(v, relocation);
    relocation.transfer = this.#transfers.send(this.#transfers.host(vms.host[v]), port, mib, () => this.#stop(relocation));
    return true;
  }

  /** The VM left its host, ended, or runs at its goal. True when it was on its way and had not been stopped for it. */
  over(v: number): boolean {
    const relocation = this.#open.get(v);
    if (relocation === undefined) return false;
    this.#open.delete(v);
    if (relocation.transfer >= 0) this.#transfers.cancel(relocation.transfer);
    return relocation.incident === null;
  }

  /** It was stopped by its own move: `over` is not to be called for that. */
  isStopping(v: number): boolean {
    return this.#open.get(v)?.incident != null;
  }

  /** VMs on their way to a site that is lost stay where they are. They are given back. */
  siteLost(site: number): number[] {
    const back: number[] = [];
    for (const relocation of [...this.#open.values()]) {
      if (relocation.site !== site) continue;
      if (relocation.incident === null) this.over(relocation.vm);
      else {
        // Stopped, and all its data are still where it was.
        this.over(relocation.vm);
        this.#restoring.ownDisk(relocation.incident);
      }
      back.push(relocation.vm);
    }
    return back;
  }

  #stop(relocation: Relocation): void {
    const { vm, site, port } = relocation;
    relocation.transfer = -1;
    const { dc } = this.#protection;
    const { now } = this.#kernel;
    const ran = this.#protection.ran(vm, now);
    const rest = this.#protection.changed(vm, relocation.ran, ran);
    const incident = this.#incidents.begin(vm, relocation.cause, true, now, ran);
    this.#incidents.open(incident);
    incident.begunSeconds = now;
    incident.readMiB = relocation.sentMiB + rest;
    relocation.incident = incident;
    const from = dc.vms.host[vm];
    dc.failing.takeDown(vm, relocation.failure);
    relocation.transfer = this.#transfers.send(this.#transfers.host(from), port, rest, () => {
      relocation.transfer = -1;
      this.#restoring.home(incident, site);
    });
  }
}
