/**
 * Services: a load that belongs to a group of VMs as a whole and is divided among those of them that are in service.
 *
 *   demand of a member = demand of the service / members in service        a load balancer that divides equally
 *
 * A member is in service while it runs, from `warmUp` seconds after it has booted on (caches, health checks). Migrations and other
 * short stops take it out and put it back at once. A member that is given more than it can do misses work, like any VM; what is
 * asked for while nobody is in service is missed by the service itself (`unservedMHzS`).
 *
 * Demand is a sequence of levels. Proved by test/cases/elasticity.test.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { PHASE } from "./phases.ts";
import * as V from "./vms.ts";

export const SERVICE_KINDS = { level: 50, warm: 51 } as const;

export interface ServiceSpec {
  readonly group: string;
  /** Its members: VMs first .. first + count - 1. */
  readonly first: number;
  readonly count: number;
  readonly warmUpSeconds: number;
  /** Levels one after the other from second 0 on; the last one stays. */
  readonly seconds: Float64Array;
  readonly mhz: Float64Array;
}

interface Service extends ServiceSpec {
  /** Present level, and how many members share it. */
  level: number;
  inService: number;
  changed: boolean;
  /** Integrals up to `settledAt`: all that was asked for, and what nobody was there for, MHz s. */
  settledAt: number;
  demandMHzS: number;
  unservedMHzS: number;
  memberSeconds: number;
}

export class Services {
  readonly list: readonly Service[];
  readonly #kernel: Kernel;
  readonly #vms: V.Vms;
  readonly #touch: (h: number) => void;
  /** Service of each VM, or -1; whether it is in service; from when on it may be; and how often it was taken out. */
  readonly #of: Int32Array;
  readonly #serves: Uint8Array;
  readonly #warmAt: Float64Array;
  readonly #stay: Uint32Array;
  #anyChanged = false;

  /** `touch` settles a host up to now and has it solved at the end of the instant. */
  constructor(kernel: Kernel, vms: V.Vms, specs: readonly ServiceSpec[], touch: (h: number) => void) {
    this.#kernel = kernel;
    this.#vms = vms;
    this.#touch = touch;
    this.list = specs.map((spec) => ({ ...spec, level: 0, inService: 0, changed: false, settledAt: 0, demandMHzS: 0, unservedMHzS: 0, memberSeconds: 0 }));
    this.#of = new Int32Array(vms.count).fill(-1);
    for (const [s, { first, count }] of this.list.entries()) this.#of.fill(s, first, first + count);
    this.#serves = new Uint8Array(vms.count);
    this.#warmAt = new Float64Array(vms.count);
    this.#stay = new Uint32Array(vms.count);
    kernel.on(SERVICE_KINDS.level, (s, i) => this.#nextLevel(s, i));
    kernel.on(SERVICE_KINDS.warm, (v, stay) => {
      if (this.#stay[v] === stay) this.#join(v);
    });
    for (let s = 0; s < this.list.length; s++) kernel.schedule(0, PHASE.demand, SERVICE_KINDS.level, s, 0);
  }

  /** Whether VM `v` is in service. */
  serves(v: number): boolean {
    return this.#serves[v] === 1;
  }

  /** VM `v` has booted: it warms up first. */
  booted(v: number): void {
    if (this.#of[v] >= 0) this.#warmAt[v] = this.#kernel.now + (this.#kernel.now > 0 ? this.list[this.#of[v]].warmUpSeconds : 0);
  }

  /** VM `v` gets CPU from now on. */
  runs(v: number): void {
    if (this.#of[v] < 0) return;
    if (this.#warmAt[v] <= this.#kernel.now) this.#join(v);
    else this.#kernel.schedule(this.#warmAt[v], PHASE.completion, SERVICE_KINDS.warm, v, this.#stay[v]);
  }

  /** VM `v` gets none from now on. */
  halts(v: number): void {
    const s = this.#of[v];
    if (s < 0) return;
    this.#stay[v]++;
    if (this.#serves[v] === 0) return;
    this.#serves[v] = 0;
    this.#settle(s);
    this.list[s].inService--;
    this.#change(s);
  }

  /** Seconds that members of the service of VM `v` have been in service so far, all together. */
  memberSecondsOf(v: number): number {
    this.#settle(this.#of[v]);
    return this.list[this.#of[v]].memberSeconds;
  }

  /** What VM `v` would be asked for if it joined now, MHz; NaN when it is in no service. */
  expectedMHz(v: number): number {
    const service = this.list[this.#of[v]];
    return service === undefined ? Number.NaN : service.level / (service.inService + 1);
  }

  /** Gives the members of services that changed their demands; before hosts are solved. */
  assign(): void {
    if (!this.#anyChanged) return;
    this.#anyChanged = false;
    for (const service of this.list) {
      if (!service.changed) continue;
      service.changed = false;
      const each = service.inService > 0 ? service.level / service.inService : 0;
      for (let v = service.first, end = v + service.count; v < end; v++) {
        const mhz = this.#serves[v] === 1 ? each : 0;
        if (this.#vms.host[v] < 0 || this.#vms.row[v * V.VM_ROW + V.DEMAND] === mhz) continue;
        this.#touch(this.#vms.host[v]);
        this.#vms.row[v * V.VM_ROW + V.DEMAND] = mhz;
      }
    }
  }

  /** Brings the integrals up to now. */
  settle(): void {
    for (let s = 0; s < this.list.length; s++) this.#settle(s);
  }

  #join(v: number): void {
    const s = this.#of[v];
    if (this.#serves[v] === 1) return;
    this.#settle(s);
    this.#serves[v] = 1;
    this.list[s].inService++;
    this.#change(s);
  }

  #nextLevel(s: number, i: number): void {
    const service = this.list[s];
    if (i >= service.mhz.length) return;
    this.#settle(s);
    service.level = service.mhz[i];
    this.#change(s);
    if (i + 1 < service.mhz.length) this.#kernel.schedule(this.#kernel.now + service.seconds[i], PHASE.demand, SERVICE_KINDS.level, s, i + 1);
  }

  #change(s: number): void {
    this.list[s].changed = true;
    this.#anyChanged = true;
    this.#kernel.requestFlush();
  }

  #settle(s: number): void {
    const service = this.list[s];
    const dt = this.#kernel.now - service.settledAt;
    if (dt <= 0) return;
    service.settledAt = this.#kernel.now;
    service.demandMHzS += service.level * dt;
    service.memberSeconds += service.inService * dt;
    if (service.inService === 0) service.unservedMHzS += service.level * dt;
  }
}
