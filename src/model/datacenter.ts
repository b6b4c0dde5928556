/**
 * The datacenter: hosts, VMs and what happens to them, driven by the kernel.
 *
 * Life of a VM: requested -> (queued) -> placed -> provisioning -> booting -> running -> stopped | completed | lost, or
 * rejected with the binding reason. Every change goes the same way: settle the host, change the state, mark the host;
 * at the end of the instant each marked host is solved once.
 *
 * Phases within an instant: failures and repairs, departures, completions, demand changes, arrivals, decisions, observation.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { type Constraint, Constraints } from "../policy/constraints.ts";
import type { Action } from "../policy/rebalancing.ts";
import { Cpu } from "./cpu.ts";
import type { Population } from "./demand.ts";
import { ioCores } from "./efficiency.ts";
import { Feed, withoutGaps } from "./feed.ts";
import { BY_RESERVE, BY_RULE, FleetView, IN_MAINTENANCE, RULES } from "./fleet.ts";
import { HostPower } from "./host-power.ts";
import * as H from "./hosts.ts";
import { EventLog } from "./log.ts";
import { vmOverheadMiB } from "./memory.ts";
import { Movement } from "./movement.ts";
import { Playback, TOTALS, type Totals } from "./playback.ts";
import type { Admission, HostClass, VmClass, WorkMix } from "./spec.ts";
import * as V from "./vms.ts";
import { type TaskColumns, Work } from "./work.ts";

export const PHASE = { failure: 0, departure: 1, completion: 2, demand: 3, arrival: 4, decision: 5, observation: 6 } as const;
const KIND = {
  arrivals: 1,
  provisioned: 2,
  booted: 3,
  depart: 4,
  grid: 5,
  piece: 6,
  workDone: 7,
  taskStart: 8,
  script: 9,
  queue: 10,
  timeout: 11,
  pauseOver: 12,
  deleted: 13,
  flow: 14,
  migration: 15,
  hostPower: 16,
} as const;
/** First kind that observers may use. */
export const OBSERVER_KINDS = 32;

/** One of the things a scenario lets happen at a set time. */
export type ScriptedAction =
  | { atSeconds: number; host: string; do: "off" | "on" | "maintenance" | "end maintenance" }
  | { atSeconds: number; host: string; do: "speed"; factor: number }
  | { atSeconds: number; host: string; do: "pstate"; index: number }
  | { atSeconds: number; vm: string; do: "suspend" | "resume" | "stop" }
  /** By the product's own way of migrating, or at once and for nothing. */
  | { atSeconds: number; vm: string; do: "migrate" | "move"; to: string };

export type { Action };

/** VMs of one class. */
export interface Tenants {
  readonly vmClass: VmClass;
  readonly population: Population;
}

/** Chooses a host for a VM, or -1 (the policy's `Place`, bound to its fleet). */
export type Chooser = (
  ask: { vm: number; name: string; vcpus: number; memoryMiB: number; demandMHz: number; owner: string; serviceClass: string },
  fleet: FleetView,
) => { host: number; score: number };

export interface DatacenterSpec {
  readonly hosts: readonly HostClass[];
  readonly tenants: readonly Tenants[];
  readonly admission: Admission;
  readonly script: readonly ScriptedAction[];
  readonly choose: Chooser;
  /** Name of the policy behind `choose`, for messages. */
  readonly policy: string;
  /** Draws uniform [0, 1) for what may fail. */
  readonly luck: () => number;
  /** The scenario's rules, once the names of its hosts and VMs are known by number. */
  readonly constraints?: (numbers: NumbersOf) => readonly Constraint[];
}

/** The numbers a name stands for: one member, or all of its group; throws for an unknown name. */
export interface NumbersOf {
  host(name: string): readonly number[];
  vm(name: string): readonly number[];
}

export class Datacenter {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly cpu: Cpu;
  readonly fleet: FleetView;
  readonly movement: Movement;
  readonly power: HostPower;
  readonly constraints: Constraints;
  readonly log = new EventLog();
  /** Texts of reasons; `vms.reason` and log details point into it. */
  readonly reasons: string[] = [];
  /** Seconds all VMs together spent in each state (the VM-seconds ledger by life cycle). */
  readonly stateSeconds = new Float64Array(V.VM_STATES.length);
  running = 0;
  /** Told of each VM that is about to change its state. */
  onTransition: ((v: number) => void) | null = null;
  /** VMs that wait for a place. */
  get waiting(): number {
    return this.#queue.length;
  }
  /** Their numbers, in the order of their waiting. */
  get waitingVms(): readonly number[] {
    return this.#queue;
  }

  readonly #kernel: Kernel;
  readonly #spec: DatacenterSpec;
  readonly #feed: Feed;
  readonly #work: Work;
  readonly #isWork: Uint8Array;
  readonly #hostWork: Int32Array;
  readonly #workEvent: Float64Array;
  readonly #workEventTime: Float64Array;
  readonly #order: Int32Array;
  #nextArrival = 0;
  #queue: number[] = [];
  #queueTryPlanned = false;
  readonly #departEvent: Float64Array;
  /** VMs that hold memory on each host, those on their way there included. */
  readonly #holders: Int32Array;
  /** How many hosts each VM has left. */
  readonly #stay: Uint32Array;
  readonly #dirty: Int32Array;
  readonly #isDirty: Uint8Array;
  #dirtyCount = 0;
  /** One playback a grid, in the feed's order. */
  readonly #playbacks: Playback[] = [];
  /** Some grid moved on at this instant. */
  #gridStepped = false;
  readonly #tasks: TaskColumns;
  readonly #hostNumber = new Map<string, number>();
  readonly #vmNumber = new Map<string, number>();
  readonly #reasonNumber = new Map<string, number>();
  readonly #pinnedTo: Int32Array;

  constructor(kernel: Kernel, spec: DatacenterSpec) {
    this.#kernel = kernel;
    this.#spec = spec;
    this.hosts = H.createHosts(spec.hosts);
    const { vms, mixes } = createTenants(spec.tenants);
    this.vms = vms;
    this.cpu = new Cpu(this.hosts, vms, mixes);
    this.constraints = new Constraints(spec.constraints?.(numbersOf(this.hosts, vms)) ?? []);
    this.fleet = new FleetView(this.hosts, vms, spec.admission, this.constraints, (h) => this.usedCores(h));
    this.movement = new Movement(
      kernel,
      this.hosts,
      vms,
      this.fleet,
      {
        touch: (h) => this.#touch(h),
        halt: (v) => this.#halt(v, V.MOVING),
        runOn: (v) => this.#runOn(v),
        carry: (v, to) => this.#carry(v, to),
        lose: (v) => this.#end(v, V.LOST),
        take: (v, h, overheadMiB, sign) => this.#take(v, h, overheadMiB, sign),
        resize: (v) => vms.state[v] === V.RUNNING_VM && this.#size(v),
        log: (event, v, h) => this.log.add(kernel.now, event, v, h),
      },
      PHASE.completion,
      { flow: KIND.flow, timer: KIND.migration },
    );
    this.power = new HostPower(
      kernel,
      this.hosts,
      {
        touch: (h) => this.#touch(h),
        switched: (h) => {
          this.fleet.changed(h);
          this.#planQueue();
        },
        log: (event, h) => this.log.add(kernel.now, event, -1, h),
        luck: spec.luck,
      },
      PHASE.failure,
      KIND.hostPower,
    );
    const n = this.hosts.count;
    this.#dirty = new Int32Array(n);
    this.#isDirty = new Uint8Array(n);
    this.#hostWork = new Int32Array(n);
    this.#workEvent = new Float64Array(n).fill(-1);
    this.#workEventTime = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    this.#isWork = new Uint8Array(vms.count);
    this.#stay = new Uint32Array(vms.count);
    this.#holders = new Int32Array(n);
    this.#departEvent = new Float64Array(vms.count).fill(-1);
    this.#feed = new Feed(
      kernel,
      vms,
      { touch: (v) => this.#mark(vms.host[v]), gridStepped: (g, row) => this.#gridStep(g, row), exhausted: (v) => this.#end(v, V.COMPLETED) },
      PHASE.demand,
      { grid: KIND.grid, piece: KIND.piece },
    );
    this.#tasks = collectTasks(spec.tenants);
    this.#work = new Work(vms, this.#tasks);
    this.#assignDemand();
    for (let h = 0; h < n; h++) this.#hostNumber.set(this.hosts.name(h), h);
    if (spec.script.some((a) => "vm" in a)) for (let v = 0; v < vms.count; v++) this.#vmNumber.set(vms.names[v], v);
    this.#pinnedTo = new Int32Array(spec.tenants.length);
    for (const [k, { vmClass }] of spec.tenants.entries()) this.#pinnedTo[k] = vmClass.host === null ? -1 : this.#known(this.#hostNumber, vmClass.host, "host");
    this.#order = Int32Array.from({ length: vms.count }, (_, v) => v).sort((a, b) => vms.requestedAt[a] - vms.requestedAt[b] || a - b);
    this.#listen();
    this.#planArrivals();
    // Within an instant: VMs are moved out of harm's way, hosts switch, VMs stop, migrations are asked for.
    const order = (a: ScriptedAction): number => (a.do === "move" ? 0 : "host" in a ? 1 : a.do === "migrate" ? 3 : 2);
    const phase = [PHASE.failure, PHASE.failure, PHASE.departure, PHASE.decision];
    const script = [...spec.script.keys()].sort((i, j) => order(spec.script[i]) - order(spec.script[j]) || i - j);
    for (const i of script) kernel.schedule(spec.script[i].atSeconds, phase[order(spec.script[i])], KIND.script, i);
    for (let h = 0; h < n; h++) this.#mark(h);
  }

  /** Sums over all hosts between the last call and the last `settleAll`; they begin again at 0. */
  takeTotals(): Totals {
    const { totals } = this.cpu;
    const taken = { ...totals };
    for (const name of TOTALS) totals[name] = 0;
    return taken;
  }

  /** Second at which the last grid of samples ends (0 without one). */
  gridEnd(): number {
    return this.#feed.gridEnd();
  }

  /** Brings every integral up to `t`. */
  settleAll(t: number): void {
    for (const playback of this.#playbacks) playback.advance(t);
    for (let h = 0; h < this.hosts.count; h++) if (this.#playbackOf(h) === undefined) this.cpu.settle(h, t);
  }

  /** The same, and the work and energy of every VM, those of hosts that play a trace included. */
  settleVms(t: number): void {
    this.settleAll(t);
    for (const playback of this.#playbacks) playback.makeUp();
  }

  /** Guest work that VM `v` asks for now, MHz; Infinity = all it can get. */
  demandMHz(v: number): number {
    const h = this.vms.host[v];
    return (h < 0 ? undefined : this.#playbackOf(h)?.demandMHz(v)) ?? this.vms.row[v * V.VM_ROW + V.DEMAND];
  }

  /** CPU of host `h` in use now, cores. */
  usedCores(h: number): number {
    const { row, state } = this.hosts;
    const o = h * H.HOST_ROW;
    return this.#playbackOf(h)?.usedCores(h) ?? (state[h] === H.ON ? row[o + H.CORES] - row[o + H.IDLE_RATE] : 0);
  }

  /** Core-seconds used by host `h` so far; everything must be settled. */
  usedCoreSeconds(h: number): number {
    const { row } = this.hosts;
    const o = h * H.HOST_ROW;
    return row[o + H.ON_S] * row[o + H.CORES] - row[o + H.IDLE_CORE_S] + (this.#playbackOf(h)?.usedCoreSeconds(h) ?? 0);
  }

  /** Seconds host `h` has been on; everything must be settled. */
  onSeconds(h: number): number {
    return this.hosts.row[h * H.HOST_ROW + H.ON_S] + (this.#playbackOf(h)?.onSeconds(h) ?? 0);
  }

  /** Ends the accounts at `t`: integrals, and the time VMs have spent in their present state. */
  close(t: number): void {
    for (const playback of this.#playbacks) {
      playback.advance(t);
      playback.makeUp();
    }
    for (let h = 0; h < this.hosts.count; h++) this.#settle(h, t);
    for (let v = 0; v < this.vms.count; v++) if (!V.isOver(this.vms.state[v]) && this.vms.requestedAt[v] <= t) this.#account(v, t);
  }

  reasonText(number: number): string {
    return number < 0 ? "" : this.reasons[number];
  }

  // ---- what happens ------------------------------------------------------------------------------------------------

  #listen(): void {
    const k = this.#kernel;
    k.onFlush(PHASE.arrival, () => this.#flush());
    k.on(KIND.arrivals, () => this.#arrivals());
    // Events of an earlier stay on a host are void: the VM has left it since.
    const ifStays = (then: (v: number) => void) => (v: number, stay: number) => {
      if (this.#stay[v] === stay) then(v);
    };
    k.on(
      KIND.provisioned,
      ifStays((v) => this.#boot(v)),
    );
    k.on(
      KIND.booted,
      ifStays((v) => this.#run(v)),
    );
    k.on(KIND.depart, (v) => this.#end(v, V.STOPPED));
    k.on(KIND.workDone, (h) => this.#workDone(h));
    k.on(KIND.taskStart, (v, j) => this.#taskStart(v, j));
    k.on(KIND.script, (i) => this.#act(this.#spec.script[i]));
    k.on(KIND.queue, () => this.#tryQueue());
    k.on(KIND.timeout, (v) => this.#timeout(v));
    k.on(
      KIND.pauseOver,
      ifStays((v) => this.#pauseOver(v)),
    );
    k.on(KIND.deleted, (v) => this.log.add(k.now, "deleted", v, this.vms.lastHost[v]));
  }

  /** All VMs that are asked for at one instant are one event. */
  #planArrivals(): void {
    if (this.#nextArrival >= this.#order.length) return;
    const time = Math.max(0, this.vms.requestedAt[this.#order[this.#nextArrival]]);
    this.#kernel.schedule(time, PHASE.arrival, KIND.arrivals, this.#nextArrival);
  }

  #arrivals(): void {
    const now = this.#kernel.now;
    const { requestedAt } = this.vms;
    while (this.#nextArrival < this.#order.length && requestedAt[this.#order[this.#nextArrival]] <= now) {
      const v = this.#order[this.#nextArrival++];
      requestedAt[v] = now;
      this.vms.since[v] = now;
      this.log.add(now, "requested", v, -1);
      // Nobody passes those who wait already, where the queue is strict.
      const behind = this.#spec.admission.whenFull === "queue" && this.#spec.admission.queueOrder === "fifo" && this.#queue.length > 0;
      if (behind || !this.#tryPlace(v)) this.#noPlace(v);
    }
    this.#planArrivals();
  }

  /** Asks the policy for a host and puts the VM there; false when there is none. */
  #tryPlace(v: number): boolean {
    // What the scenario's rules say should be gives way only where else there would be no place.
    return (this.constraints.hasWishes(v) && this.#tryPlaceBy(v, true)) || this.#tryPlaceBy(v, false);
  }

  #tryPlaceBy(v: number, strict: boolean): boolean {
    const { vms, fleet } = this;
    const pinned = this.#pinnedTo[vms.classOf[v]];
    fleet.ask(v, pinned, strict);
    if (fleet.next(0) < 0) return false;
    const vmClass = vms.classes[vms.classOf[v]];
    const demandMHz = this.expectedDemandMHz(v);
    const ask = {
      vm: v,
      name: vms.names[v],
      vcpus: vms.vcpus[v],
      memoryMiB: vms.memoryMiB[v],
      demandMHz,
      owner: vms.owners[v],
      serviceClass: vmClass.serviceClass,
    };
    const { host } = this.#spec.choose(ask, fleet);
    if (host < 0) return false;
    if (!Number.isInteger(host) || host >= this.hosts.count)
      throw new Error(`placement policy "${this.#spec.policy}" chose host number ${host} for VM ${ask.name}: there are hosts 0 to ${this.hosts.count - 1}`);
    fleet.ask(v, pinned, strict);
    if (fleet.rule(host) >= 0)
      throw new Error(`placement policy "${this.#spec.policy}" chose ${this.hosts.name(host)} for VM ${ask.name}, against the rule "${fleet.ruleText(host)}"`);
    this.#place(v, host, demandMHz);
    return true;
  }

  /** Guest work the VM will ask for at first, MHz, on the first host's cores where its tasks take all they can. */
  expectedDemandMHz(v: number): number {
    const known = this.#feed.firstDemand(v);
    if (known === known && known !== Number.POSITIVE_INFINITY) return known;
    return this.vms.vcpus[v] * this.hosts.row[H.CORE_MHZ];
  }

  #place(v: number, h: number, expectedMHz: number): void {
    const { vms } = this;
    this.#attach(v, h);
    this.hosts.expectedMHz[h] += expectedMHz;
    const now = this.#kernel.now;
    this.log.add(now, "placed", v, h);
    this.#kernel.note(v);
    this.#kernel.note(h);
    const { hypervisor } = this.hosts.classes[this.hosts.classOf[h]];
    const { startup } = vms.classes[vms.classOf[v]];
    if (startup === "clone-and-boot" && hypervisor.cloneSeconds > 0) {
      this.#enter(v, V.PROVISIONING);
      this.#kernel.schedule(now + hypervisor.cloneSeconds, PHASE.completion, KIND.provisioned, v, this.#stay[v]);
    } else if (startup !== "instant") this.#boot(v);
    else this.#run(v);
  }

  /** Puts the VM, which does not run, on host `h`. */
  #attach(v: number, h: number): void {
    const { hosts, vms } = this;
    this.#touch(h);
    const n = H.addMember(hosts, h, v);
    vms.host[v] = h;
    vms.lastHost[v] = h;
    vms.slot[v] = n;
    vms.overheadMiB[v] = vmOverheadMiB(hosts.classes[hosts.classOf[h]].hypervisor, vms.vcpus[v], vms.memoryMiB[v]);
    this.#take(v, h, vms.overheadMiB[v], 1);
    hosts.mix[h] = n === 0 || hosts.mix[h] === vms.mix[v] ? vms.mix[v] : -1;
    if (vms.classes[vms.classOf[v]].reservationMHz > 0) hosts.reserved[h] = 1;
    hosts.peakVms[h] = Math.max(hosts.peakVms[h], n + 1);
    vms.row[v * V.VM_ROW + V.PER_WORK] = this.cpu.cost(h, vms.mix[v]).perWork;
  }

  /** Puts a halted VM on another host. */
  #carry(v: number, to: number): void {
    this.#detach(v);
    this.#attach(v, to);
    this.log.add(this.#kernel.now, "moved", v, to);
    this.#kernel.note(v);
    this.#kernel.note(to);
    this.#planQueue();
  }

  /** Takes the VM, which does not run, off its host. */
  #detach(v: number): void {
    const { hosts, vms } = this;
    const h = vms.host[v];
    this.#touch(h);
    const last = --hosts.vms[h];
    const moved = hosts.members[hosts.start[h] + last];
    hosts.members[hosts.start[h] + vms.slot[v]] = moved;
    vms.slot[moved] = vms.slot[v];
    vms.host[v] = -1;
    vms.slot[v] = -1;
    this.#take(v, h, vms.overheadMiB[v], -1);
    if (last === 0) hosts.reserved[h] = 0;
  }

  /** Memory and vCPUs of the VM are taken on host `h` (sign 1) or given back (-1). */
  #take(v: number, h: number, overheadMiB: number, sign: 1 | -1): void {
    const { hosts, vms } = this;
    hosts.takenMiB[h] += sign * (vms.memoryMiB[v] + overheadMiB);
    hosts.overheadMiB[h] += sign * overheadMiB;
    hosts.vcpus[h] += sign * vms.vcpus[v];
    this.#holders[h] += sign;
    this.constraints.take(v, h, sign);
    // Differences of sums leave dust; the last one out leaves nothing.
    if (this.#holders[h] === 0) {
      hosts.takenMiB[h] = 0;
      hosts.overheadMiB[h] = 0;
      hosts.vcpus[h] = 0;
    }
    hosts.peakVcpus[h] = Math.max(hosts.peakVcpus[h], hosts.vcpus[h]);
    hosts.peakOverheadMiB[h] = Math.max(hosts.peakOverheadMiB[h], hosts.overheadMiB[h]);
    this.fleet.changed(h);
  }

  #boot(v: number): void {
    const { vms, hosts } = this;
    const { hypervisor } = hosts.classes[hosts.classOf[vms.host[v]]];
    const seconds = hypervisor.bootSeconds[vms.classes[vms.classOf[v]].guestOs];
    if (seconds === 0) return this.#run(v);
    this.#enter(v, V.BOOTING);
    this.log.add(this.#kernel.now, "booting", v, vms.host[v]);
    this.#kernel.schedule(this.#kernel.now + seconds, PHASE.completion, KIND.booted, v, this.#stay[v]);
  }

  #run(v: number): void {
    const { vms } = this;
    const now = this.#kernel.now;
    if (!(vms.startedAt[v] >= 0)) vms.startedAt[v] = now;
    this.log.add(now, "running", v, vms.host[v]);
    if (vms.lifetime[v] < Number.POSITIVE_INFINITY) this.#departEvent[v] = this.#kernel.schedule(now + vms.lifetime[v], PHASE.departure, KIND.depart, v);
    this.#resume(v);
    if (!this.#isWork[v]) return this.#feed.start(v);
    // From the beginning, also after a crash.
    const { first, end, sequence } = this.#work.tasksOf(v);
    this.#work.assign(v, first, end, sequence);
    if (first === end) return this.#end(v, V.COMPLETED);
    if (sequence) this.#nextTask(v);
    else {
      for (let j = first; j < end; j++) {
        const start = this.#tasks.startSeconds[j];
        if (start > 0) this.#kernel.schedule(now + start, PHASE.demand, KIND.taskStart, v, j);
        else this.#work.start(v, j, now);
      }
      this.#size(v);
    }
  }

  /** The VM gets CPU from now on. */
  #resume(v: number): void {
    const { vms, hosts } = this;
    const h = vms.host[v];
    this.#touch(h);
    this.#enter(v, V.RUNNING_VM);
    hosts.row[h * H.HOST_ROW + H.RUNNING]++;
    this.running++;
    if (this.#isWork[v]) this.#hostWork[h]++;
    const { hypervisor } = hosts.classes[hosts.classOf[h]];
    const { io } = vms.classes[vms.classOf[v]];
    const ioMHz = ioCores(hypervisor, io) * hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
    if (hypervisor.ioChargedTo === "vm") vms.row[v * V.VM_ROW + V.IO_MHZ] = ioMHz;
    else {
      vms.outsideIoMHz[v] = ioMHz;
      hosts.outsideIoMHz[h] += ioMHz;
    }
    this.#size(v);
  }

  /** The VM gets no CPU from now on. */
  #pause(v: number): void {
    const { vms, hosts } = this;
    const h = vms.host[v];
    this.#touch(h);
    hosts.row[h * H.HOST_ROW + H.RUNNING]--;
    this.running--;
    if (this.#isWork[v]) {
      this.#work.halt(v, this.#kernel.now);
      this.#hostWork[h]--;
    }
    const p = v * V.VM_ROW;
    vms.row[p + V.IO_MHZ] = 0;
    vms.row[p + V.DONE] = 0;
    vms.row[p + V.USE] = 0;
    if (vms.outsideIoMHz[v] > 0) {
      hosts.outsideIoMHz[h] -= vms.outsideIoMHz[v];
      vms.outsideIoMHz[v] = 0;
      // Differences of sums leave dust; the last one out leaves nothing.
      if (!hosts.members.subarray(hosts.start[h], hosts.start[h] + hosts.vms[h]).some((other) => vms.outsideIoMHz[other] > 0)) hosts.outsideIoMHz[h] = 0;
    }
  }

  /** What the VM can use at most, and its weight, on its present host at its present number of threads. */
  #size(v: number): void {
    const { vms, hosts } = this;
    const h = vms.host[v];
    const vmClass = vms.classes[vms.classOf[v]];
    const { weightBy } = hosts.classes[hosts.classOf[h]].hypervisor;
    const threads = vms.threads[v];
    // What a migration keeps back it keeps back from the threads.
    const cap = threads * hosts.row[h * H.HOST_ROW + H.CORE_MHZ] * (1 - vms.throttle[v]);
    vms.row[v * V.VM_ROW + V.CAP_MHZ] = vmClass.limitMHz === null ? cap : Math.min(cap, vmClass.limitMHz);
    vms.weight[v] = vmClass.shares * (weightBy === "vm" ? 1 : weightBy === "vcpu" ? vms.vcpus[v] : threads);
  }

  /** Stops a running VM for a while, in the given state. */
  #halt(v: number, state: number): void {
    this.#pause(v);
    this.#feed.pause(v);
    this.#enter(v, state);
  }

  /** Lets a halted VM run on. */
  #runOn(v: number): void {
    this.#resume(v);
    if (this.#isWork[v]) {
      this.#work.askAgain(v);
      this.#size(v);
    } else this.#feed.resume(v);
  }

  #nextTask(v: number): void {
    if (!this.#work.startNext(v, this.#kernel.now)) return this.#end(v, V.COMPLETED);
    this.#touch(this.vms.host[v]);
    if (this.vms.state[v] === V.RUNNING_VM) this.#size(v);
    else this.vms.row[v * V.VM_ROW + V.DEMAND] = 0;
    const j = this.#work.current(v);
    // A piece of level 0 is a pause of its own length.
    if (this.#tasks.limitMHz[j] === 0 && this.#tasks.startSeconds[j] < Number.POSITIVE_INFINITY)
      this.#kernel.schedule(this.#kernel.now + this.#tasks.startSeconds[j], PHASE.completion, KIND.pauseOver, v, this.#stay[v]);
  }

  #pauseOver(v: number): void {
    this.#work.drop(v);
    this.#nextTask(v);
  }

  #taskStart(v: number, j: number): void {
    if (this.vms.state[v] !== V.RUNNING_VM && this.vms.state[v] !== V.SUSPENDED) return;
    this.#touch(this.vms.host[v]);
    this.#work.start(v, j, this.#kernel.now);
    if (this.vms.state[v] === V.RUNNING_VM) this.#size(v);
    else this.vms.row[v * V.VM_ROW + V.DEMAND] = 0;
  }

  /** Some task on host `h` is due. */
  #workDone(h: number): void {
    const now = this.#kernel.now;
    this.#workEvent[h] = -1;
    this.#workEventTime[h] = Number.POSITIVE_INFINITY;
    this.#touch(h);
    // Ending VMs leave the list, the last one taking their place: backwards nobody is missed.
    for (let i = this.hosts.vms[h] - 1; i >= 0; i--) {
      const v = this.hosts.members[this.hosts.start[h] + i];
      if (this.#isWork[v] === 0 || this.vms.state[v] !== V.RUNNING_VM || !this.#work.isDue(v, now)) continue;
      const { first } = this.#work.tasksOf(v);
      const over = this.#work.finishDue(v, now, (j) => this.log.add(now, "task done", v, h, j - first));
      if (over) this.#end(v, V.COMPLETED);
      else if (this.#work.tasksOf(v).sequence) this.#nextTask(v);
      else this.#size(v);
    }
  }

  #end(v: number, state: number): void {
    const { vms } = this;
    const now = this.#kernel.now;
    if (V.isOver(vms.state[v])) return;
    const h = vms.host[v];
    this.movement.vmEnded(v);
    if (h >= 0) this.#leave(v);
    this.#enter(v, state);
    vms.endedAt[v] = now;
    this.log.add(now, V.VM_STATES[state] as "stopped", v, vms.lastHost[v]);
    if (h >= 0) {
      const vmClass = vms.classes[vms.classOf[v]];
      const { deleteSeconds } = this.hosts.classes[this.hosts.classOf[h]].hypervisor;
      if (vmClass.startup !== "instant" && deleteSeconds > 0) this.#kernel.schedule(now + deleteSeconds, PHASE.departure, KIND.deleted, v);
    }
    this.#planQueue();
  }

  /** Takes the VM off its host, whatever it was doing there. */
  #leave(v: number): void {
    const { vms } = this;
    if (vms.state[v] === V.RUNNING_VM) this.#pause(v);
    this.#feed.stop(v);
    if (this.#departEvent[v] >= 0) {
      this.#kernel.cancel(this.#departEvent[v]);
      this.#departEvent[v] = -1;
    }
    this.#stay[v]++;
    this.#detach(v);
  }

  // ---- waiting for a place -----------------------------------------------------------------------------------------

  #noPlace(v: number): void {
    const { vms } = this;
    const { whenFull, maxWaitSeconds } = this.#spec.admission;
    const now = this.#kernel.now;
    this.fleet.ask(v, this.#pinnedTo[vms.classOf[v]]);
    if (whenFull === "reject" || !this.fleet.couldEverFit()) return this.#reject(v);
    if (vms.state[v] === V.REQUESTED) {
      this.#enter(v, V.QUEUED);
      this.log.add(now, "queued", v, -1);
      if (maxWaitSeconds !== null) this.#kernel.schedule(now + maxWaitSeconds, PHASE.decision, KIND.timeout, v);
    }
    this.#queue.push(v);
  }

  #reject(v: number): void {
    const reason = this.#reason(this.#bindingReason(v));
    this.vms.reason[v] = reason;
    this.#enter(v, V.REJECTED);
    this.vms.endedAt[v] = this.#kernel.now;
    this.log.add(this.#kernel.now, "rejected", v, -1, reason);
  }

  #timeout(v: number): void {
    if (this.vms.state[v] !== V.QUEUED) return;
    this.#queue = this.#queue.filter((other) => other !== v);
    this.#reject(v);
  }

  /** Something became free: those who wait are tried once all that happens at this instant has happened. */
  #planQueue(): void {
    if (this.#queue.length === 0 || this.#queueTryPlanned) return;
    this.#queueTryPlanned = true;
    this.#kernel.schedule(this.#kernel.now, PHASE.decision, KIND.queue, 0);
  }

  #tryQueue(): void {
    this.#queueTryPlanned = false;
    const fifo = this.#spec.admission.queueOrder === "fifo";
    const waiting = this.#queue;
    const still: number[] = [];
    for (let i = 0; i < waiting.length; i++) {
      const v = waiting[i];
      if (this.#tryPlace(v)) continue;
      if (fifo) {
        for (; i < waiting.length; i++) still.push(waiting[i]);
        break;
      }
      still.push(v);
    }
    this.#queue = still;
  }

  /** The rule that keeps the VM off: of the hosts that fail it by one rule alone, the commonest; with the numbers. */
  #bindingReason(v: number): string {
    const { fleet, vms, hosts } = this;
    fleet.ask(v, this.#pinnedTo[vms.classOf[v]]);
    const hits = new Int32Array(RULES.length);
    let mostMiB = 0;
    let mostVcpus = 0;
    let needMiB = Number.POSITIVE_INFINITY;
    for (let h = 0; h < hosts.count; h++) {
      const rule = fleet.rule(h);
      if (rule < 0) continue;
      hits[rule]++;
      if (rule === 5) {
        mostMiB = Math.max(mostMiB, fleet.freeMemoryMiB(h));
        needMiB = Math.min(needMiB, fleet.needMiB(h));
      }
      if (rule === 6) mostVcpus = Math.max(mostVcpus, fleet.freeVcpus(h));
    }
    // Off and tied hosts say little as long as any other host refused for a reason of its own.
    let binding = hits.indexOf(Math.max(...hits));
    const telling = hits.subarray(2);
    if (telling.some((n) => n > 0)) binding = 2 + telling.indexOf(Math.max(...telling));
    const gib = (mib: number): string => (mib / 1024).toFixed(1);
    switch (binding) {
      case 5:
        return `memory: needs ${gib(needMiB)} GiB with overhead, most free on one host is ${gib(Math.max(0, mostMiB))} GiB`;
      case 6:
        return `vCPUs: needs ${vms.vcpus[v]}, most free on one host is ${Math.max(0, Math.floor(mostVcpus))}`;
      case 2:
        return `vCPUs per VM: ${vms.vcpus[v]} is more than the hypervisor allows`;
      case 3:
        return `memory per VM: ${gib(vms.memoryMiB[v])} GiB is more than the hypervisor allows`;
      case 4:
        return "VMs per host: every host holds as many as its hypervisor allows";
      case 1:
        return "its host cannot take it";
      case BY_RULE:
        for (let h = 0; h < hosts.count; h++) if (fleet.rule(h) === BY_RULE) return fleet.ruleText(h);
        return RULES[BY_RULE];
      case BY_RESERVE:
        return "reserve: what is free on every host must stay free";
      case IN_MAINTENANCE:
        return "every host that could take it is in maintenance";
      default:
        return "no host is on";
    }
  }

  #reason(text: string): number {
    const known = this.#reasonNumber.get(text);
    if (known !== undefined) return known;
    this.#reasonNumber.set(text, this.reasons.length);
    return this.reasons.push(text) - 1;
  }

  // ---- actions of policies -----------------------------------------------------------------------------------------

  /** Why the action is impossible now, or null. */
  refusal(action: Action): string | null {
    switch (action.do) {
      case "migrate":
        return this.movement.refusal(action.vm, action.to);
      case "power-on":
        return this.power.refusalOn(action.host);
      default:
        return this.power.refusalOff(action.host, this.#holders[action.host]);
    }
  }

  /** Does what a policy decided. Throws an Error that names policy, action and rule when it is impossible. */
  apply(action: Action, policy: string): void {
    const refusal = this.refusal(action);
    const what =
      action.do === "migrate" ? `migrate ${this.vms.names[action.vm]} to ${this.hosts.name(action.to)}` : `${action.do} ${this.hosts.name(action.host)}`;
    if (refusal !== null) throw new Error(`policy "${policy}" wants to ${what} at ${this.#kernel.now} s: ${refusal}`);
    if (action.do === "migrate") this.movement.migrate(action.vm, action.to);
    else if (action.do === "power-on") this.power.on(action.host);
    else if (action.do === "power-off") this.power.off(action.host);
    else this.power.sleep(action.host);
  }

  /** The host that VM `v` must start on, or -1. */
  pinnedTo(v: number): number {
    return this.#pinnedTo[this.vms.classOf[v]];
  }

  /** VMs on host `h`, and those that hold a place there for their arrival. */
  holders(h: number): number {
    return this.#holders[h];
  }

  // ---- set actions -------------------------------------------------------------------------------------------------

  #act(action: ScriptedAction): void {
    if ("to" in action) return this.#moveByScript(action.vm, action.do, action.to);
    if ("vm" in action) return this.#actOnVm(this.#known(this.#vmNumber, action.vm, "VM"), action.do);
    const h = this.#known(this.#hostNumber, action.host, "host");
    switch (action.do) {
      case "off":
        return this.#hostOff(h);
      case "on":
        return this.#hostOn(h);
      case "maintenance":
        return this.#maintain(h, true);
      case "end maintenance":
        return this.#maintain(h, false);
      case "speed": {
        const { coreMHz } = this.hosts.classes[this.hosts.classOf[h]];
        return this.#hostSpeed(h, coreMHz * action.factor, this.hosts.curveOf[h]);
      }
      case "pstate": {
        const { coreMHz, curve } = this.hosts.pstates[this.hosts.classOf[h]][action.index] ?? { coreMHz: Number.NaN, curve: -1 };
        if (curve < 0) throw new Error(`host ${action.host} has no P-state ${action.index}`);
        return this.#hostSpeed(h, coreMHz, curve);
      }
    }
  }

  #moveByScript(vm: string, how: "migrate" | "move", host: string): void {
    const v = this.#known(this.#vmNumber, vm, "VM");
    const to = this.#known(this.#hostNumber, host, "host");
    const refusal = how === "migrate" ? this.movement.migrate(v, to) : this.movement.moveAtOnce(v, to);
    // The scenario could not know how things would stand by then; the run says so and goes on.
    if (refusal !== null) this.log.add(this.#kernel.now, "refused", v, to, this.#reason(refusal));
  }

  #known(numbers: ReadonlyMap<string, number>, name: string, what: string): number {
    const number = numbers.get(name);
    if (number === undefined) throw new Error(`there is no ${what} named "${name}"`);
    return number;
  }

  #actOnVm(v: number, what: "suspend" | "resume" | "stop"): void {
    const { vms } = this;
    const now = this.#kernel.now;
    // Asked for later: there is nothing to act on yet.
    if (vms.state[v] === V.REQUESTED) return;
    if (what === "stop") {
      if (vms.state[v] === V.QUEUED || vms.state[v] === V.DOWN) this.#queue = this.#queue.filter((other) => other !== v);
      this.#end(v, V.STOPPED);
    } else if (what === "suspend" && this.movement.isMoving(v)) {
      this.log.add(now, "refused", v, vms.host[v], this.#reason(`VM ${vms.names[v]} is moving: it cannot be suspended`));
    } else if (what === "suspend" && vms.state[v] === V.RUNNING_VM) {
      this.#halt(v, V.SUSPENDED);
      this.log.add(now, "suspended", v, vms.host[v]);
    } else if (what === "resume" && vms.state[v] === V.SUSPENDED) {
      this.#runOn(v);
      this.log.add(now, "resumed", v, vms.host[v]);
    }
  }

  /** A host in maintenance takes no VMs; those it has leave when somebody moves them. */
  #maintain(h: number, begins: boolean): void {
    const { closed } = this.hosts;
    const was = closed[h];
    closed[h] = begins ? was | H.MAINTENANCE : was & ~H.MAINTENANCE;
    if (closed[h] === was) return;
    this.log.add(this.#kernel.now, begins ? "maintenance" : "maintenance ended", -1, h);
    this.fleet.changed(h);
    this.#planQueue();
  }

  #hostOff(h: number): void {
    this.hosts.closed[h] |= H.FORCED_OFF;
    if (this.hosts.state[h] === H.OFF) return;
    this.power.cancel(h);
    const now = this.#kernel.now;
    this.#touch(h);
    this.log.add(now, "host off", -1, h);
    this.movement.hostFailed(h);
    while (this.hosts.vms[h] > 0) {
      const v = this.hosts.members[this.hosts.start[h]];
      if (this.vms.classes[this.vms.classOf[v]].onHostDown === "lost") this.#end(v, V.LOST);
      else {
        this.movement.vmEnded(v);
        this.#leave(v);
        this.#enter(v, V.DOWN);
        this.log.add(now, "down", v, h);
        this.#queue.push(v);
      }
    }
    this.hosts.state[h] = H.OFF;
    this.fleet.changed(h);
    this.#planQueue();
  }

  #hostOn(h: number): void {
    this.hosts.closed[h] &= ~H.FORCED_OFF;
    if (this.hosts.state[h] === H.ON) return;
    this.#touch(h);
    this.power.cancel(h);
    this.hosts.state[h] = H.ON;
    this.log.add(this.#kernel.now, "host on", -1, h);
    this.fleet.changed(h);
    this.#planQueue();
  }

  #hostSpeed(h: number, coreMHz: number, curve: number): void {
    this.#touch(h);
    H.setSpeed(this.hosts, h, coreMHz, curve);
    this.log.add(this.#kernel.now, "host speed", -1, h, coreMHz);
    for (let i = 0; i < this.hosts.vms[h]; i++) {
      const v = this.hosts.members[this.hosts.start[h] + i];
      if (this.vms.state[v] !== V.RUNNING_VM) continue;
      // I/O costs time of a core, so its MHz follow the core's.
      this.#pause(v);
      this.#resume(v);
      if (this.#isWork[v]) this.#work.askAgain(v);
      this.#size(v);
    }
  }

  // ---- settling and solving ----------------------------------------------------------------------------------------

  /** Settles host `h` up to now, so that its state may change, and has it solved at the end of the instant. */
  #touch(h: number): void {
    this.#settle(h, this.#kernel.now);
    this.#mark(h);
  }

  #settle(h: number, t: number): void {
    const playback = this.#playbackOf(h);
    if (playback) playback.open(h, t);
    else this.cpu.settle(h, t);
  }

  /** The playback that host `h` is in, if it merely plays a trace now. */
  #playbackOf(h: number): Playback | undefined {
    const playbacks = this.#playbacks;
    for (let g = 0; g < playbacks.length; g++) if (playbacks[g].here[h] === 1) return playbacks[g];
    return undefined;
  }

  #mark(h: number): void {
    if (this.#isDirty[h] === 1) return;
    this.#isDirty[h] = 1;
    this.#dirty[this.#dirtyCount++] = h;
    this.#kernel.requestFlush();
  }

  #flush(): void {
    const now = this.#kernel.now;
    const { cpu, hosts } = this;
    const stepped = this.#gridStepped;
    for (let i = 0; i < this.#dirtyCount; i++) {
      const h = this.#dirty[i];
      this.#isDirty[h] = 0;
      this.#settle(h, now);
      const from = hosts.start[h];
      const to = from + hosts.vms[h];
      if (stepped) this.#feed.load(hosts.members, from, to);
      cpu.solve(h);
      if (this.#hostWork[h] > 0 || this.#workEvent[h] >= 0) this.#planWork(h);
      if (stepped) this.#tryPlayback(h, from, to);
    }
    this.#gridStepped = false;
    this.#dirtyCount = 0;
  }

  /** A grid went on to the samples at `row`: hosts that merely play it take them at once, all others are solved. */
  #gridStep(g: number, row: number): void {
    const now = this.#kernel.now;
    this.#gridStepped = true;
    this.#playbacks[g].step(now, row, (h) => this.#mark(h));
    for (let h = 0; h < this.hosts.count; h++) if (this.hosts.vms[h] > 0 && this.#playbackOf(h) === undefined) this.#mark(h);
  }

  /** A host that is short of nothing and whose VMs all follow one grid need not be solved at each step. */
  #tryPlayback(h: number, from: number, to: number): void {
    const { hosts } = this;
    if (hosts.slow[h] !== 0 || hosts.mix[h] < 0 || hosts.state[h] !== H.ON) return;
    const g = this.#feed.commonGrid(hosts.members, from, to);
    const now = this.#kernel.now;
    if (g < 0 || this.#playbacks[g].settledAt !== now || hosts.row[h * H.HOST_ROW + H.RUNNING] !== to - from) return;
    if (this.#hasIo(from, to)) return;
    this.#playbacks[g].enter(h, now);
  }

  #hasIo(from: number, to: number): boolean {
    for (let i = from; i < to; i++) if (this.vms.row[this.hosts.members[i] * V.VM_ROW + V.IO_MHZ] > 0) return true;
    return false;
  }

  /** One event a host: when its next task ends. */
  #planWork(h: number): void {
    const { hosts, vms } = this;
    const now = this.#kernel.now;
    const coreMHz = hosts.row[h * H.HOST_ROW + H.CORE_MHZ];
    let soonest = Number.POSITIVE_INFINITY;
    for (let i = hosts.start[h], end = i + hosts.vms[h]; i < end; i++) {
      const v = hosts.members[i];
      if (this.#isWork[v] === 0 || vms.state[v] !== V.RUNNING_VM) continue;
      const end = this.#work.endsAt(v, now, coreMHz);
      if (end < soonest) soonest = end;
    }
    if (soonest === this.#workEventTime[h]) return;
    this.#workEventTime[h] = soonest;
    const event = this.#workEvent[h];
    if (soonest === Number.POSITIVE_INFINITY) {
      if (event >= 0) this.#kernel.cancel(event);
      this.#workEvent[h] = -1;
    } else if (event < 0 || !this.#kernel.move(event, soonest)) this.#workEvent[h] = this.#kernel.schedule(soonest, PHASE.completion, KIND.workDone, h);
  }

  /** Adds the time in the present state to the accounts. */
  #account(v: number, t: number): void {
    this.onTransition?.(v);
    const { state, since, runningSeconds } = this.vms;
    const seconds = t - since[v];
    this.stateSeconds[state[v]] += seconds;
    if (state[v] === V.RUNNING_VM) runningSeconds[v] += seconds;
    since[v] = t;
  }

  #enter(v: number, state: number): void {
    this.#account(v, this.#kernel.now);
    this.vms.state[v] = state;
  }

  #assignDemand(): void {
    let first = 0;
    let task = 0;
    for (const { vmClass, population } of this.#spec.tenants) {
      const { demand, count } = population;
      if (demand.kind === "grid") {
        const grid = withoutGaps(demand);
        this.#feed.addGrid(grid, first, count);
        this.#playbacks.push(new Playback(this.hosts, this.vms, grid, first, count, (h) => this.cpu.cost(h, this.hosts.mix[h]), this.cpu.totals));
      } else if (demand.kind === "pieces" && vmClass.progress === "replay") this.#feed.addPieces(demand, first, count);
      else {
        const sequence = demand.kind === "pieces" || demand.sequence;
        for (let i = 0; i < count; i++) {
          this.#isWork[first + i] = 1;
          this.#work.assign(first + i, task + demand.offset[i], task + demand.offset[i + 1], sequence);
        }
        task += demand.offset[count];
      }
      first += count;
    }
  }
}

/** Looks names of members and groups up; made only when a scenario has rules. */
function numbersOf(hosts: H.Hosts, vms: V.Vms): NumbersOf {
  const table = (count: number, name: (i: number) => string, group: (i: number) => string): Map<string, number[]> => {
    const found = new Map<string, number[]>();
    for (let i = 0; i < count; i++) {
      const of = found.get(group(i));
      if (of) of.push(i);
      else found.set(group(i), [i]);
    }
    for (let i = 0; i < count; i++) if (!found.has(name(i))) found.set(name(i), [i]);
    return found;
  };
  let hostTable: Map<string, number[]> | undefined;
  let vmTable: Map<string, number[]> | undefined;
  const known = (found: number[] | undefined, what: string, name: string): readonly number[] => {
    if (found === undefined) throw new Error(`a rule names the ${what} "${name}", which does not exist`);
    return found;
  };
  return {
    host(name) {
      hostTable ??= table(
        hosts.count,
        (h) => hosts.name(h),
        (h) => hosts.classes[hosts.classOf[h]].name,
      );
      return known(hostTable.get(name), "host", name);
    },
    vm(name) {
      vmTable ??= table(
        vms.count,
        (v) => vms.names[v],
        (v) => vms.classes[vms.classOf[v]].name,
      );
      return known(vmTable.get(name), "VM", name);
    },
  };
}

/** VMs of all tenants in columns, and the distinct mixes of work. */
function createTenants(tenants: readonly Tenants[]): { vms: V.Vms; mixes: WorkMix[] } {
  const count = tenants.reduce((n, t) => n + t.population.count, 0);
  const names = tenants.flatMap((t) => t.population.names);
  const owners = tenants.flatMap((t) => t.population.owners ?? new Array<string>(t.population.count).fill(t.vmClass.owner));
  const vms = V.createVms(
    count,
    tenants.map((t) => t.vmClass),
    names,
    owners,
  );
  const mixes: WorkMix[] = [];
  let first = 0;
  for (const [k, { vmClass, population }] of tenants.entries()) {
    const { mix } = vmClass;
    let number = mixes.findIndex((m) => m.cpu === mix.cpu && m.memory === mix.memory && m.oltp === mix.oltp);
    if (number < 0) number = mixes.push(mix) - 1;
    const end = first + population.count;
    vms.classOf.fill(k, first, end);
    vms.mix.fill(number, first, end);
    vms.vcpus.set(population.vcpus, first);
    vms.threads.set(population.vcpus, first);
    vms.memoryMiB.set(population.memoryMiB, first);
    vms.requestedAt.set(population.arrivalSeconds, first);
    vms.lifetime.set(population.lifetimeSeconds, first);
    first = end;
  }
  return { vms, mixes };
}

/** Tasks of all tenants with finite work, one after the other; pieces become tasks with a limit. */
function collectTasks(tenants: readonly Tenants[]): TaskColumns {
  const parts: TaskColumns[] = [];
  for (const { vmClass, population } of tenants) {
    const { demand } = population;
    if (demand.kind === "tasks") parts.push(demand);
    else if (demand.kind === "pieces" && vmClass.progress === "work") {
      const threads = new Float64Array(demand.mhz.length);
      for (let i = 0; i < population.count; i++) threads.fill(population.vcpus[i], demand.offset[i], demand.offset[i + 1]);
      parts.push({
        workMHzSeconds: demand.mhz.map((mhz, j) => (mhz > 0 ? mhz * demand.seconds[j] : 0)),
        threads,
        weight: new Float64Array(demand.mhz.length).fill(1),
        limitMHz: demand.mhz,
        startSeconds: demand.seconds,
      });
    }
  }
  if (parts.length === 1) return parts[0];
  const join = (get: (part: TaskColumns) => Float64Array): Float64Array => {
    const all = new Float64Array(parts.reduce((n, part) => n + get(part).length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(get(part), at);
      at += get(part).length;
    }
    return all;
  };
  return {
    workMHzSeconds: join((p) => p.workMHzSeconds),
    threads: join((p) => p.threads),
    weight: join((p) => p.weight),
    limitMHz: join((p) => p.limitMHz),
    startSeconds: join((p) => p.startSeconds),
  };
}
