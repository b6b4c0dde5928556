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
import { Datastores } from "./datastores.ts";
import { DiskMoves } from "./disk-moves.ts";
import { Drag } from "./drag.ts";
import { Failing } from "./failing.ts";
import { Feed, withoutGaps } from "./feed.ts";
import { FleetView, promiseCpu } from "./fleet.ts";
import { Flows } from "./flows.ts";
import { Governors } from "./governor.ts";
import { guaranteeMiB, HostMemory } from "./host-memory.ts";
import { HostPower } from "./host-power.ts";
import * as H from "./hosts.ts";
import { hotplugRefusal, type Size } from "./hotplug.ts";
import { Interference } from "./interference.ts";
import { Io, playedColumns, withoutIoGaps } from "./io.ts";
import { Jobs } from "./jobs.ts";
import { WorkKinds } from "./kinds.ts";
import { EventLog } from "./log.ts";
import { vmOverheadMiB } from "./memory.ts";
import { Movement } from "./movement.ts";
import { type NumbersOf, numbersOf } from "./names.ts";
import { Network } from "./network.ts";
import type { NetworkSpec, SwitchSpec } from "./network-spec.ts";
import { Outages } from "./outages.ts";
import { PHASE } from "./phases.ts";
import { Playback, TOTALS, type Totals } from "./playback.ts";
import { type PoolSpec, Pools } from "./pools.ts";
import { playScript, type ScriptedAction } from "./script.ts";
import { Services } from "./services.ts";
import { type Admission, type HostClass, type InterferenceSpec, isDynamic } from "./spec.ts";
import type { DatastoreSpec } from "./storage-spec.ts";
import { collectTasks, createTenants, servicesOf, type Tenants } from "./tenants.ts";
import * as V from "./vms.ts";
import { bindingReason, Waiting } from "./waiting.ts";

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
  checkpoint: 94,
  saved: 95,
  datastore: 60,
  governor: 130,
  diskMove: 131,
} as const;
/** A linked clone copies nothing but a map: 2 to 10 s on every product; an estimate inside that. */
const LINKED_CLONE_SECONDS = 5;
/** First kind that observers may use. */
export const OBSERVER_KINDS = 32;

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
  /** Networks apart from each other, and switches with uplinks that could be full; absent = none. */
  readonly networks?: readonly NetworkSpec[];
  readonly switches?: readonly SwitchSpec[];
  readonly datastores?: readonly DatastoreSpec[];
  /** The scenario's rules, once the names of its hosts and VMs are known by number. */
  readonly constraints?: (numbers: NumbersOf) => readonly Constraint[];
  /** Resource pools that classes of VMs name. Default: none. */
  readonly pools?: readonly PoolSpec[];
  /** How much VMs on one host slow each other through caches and memory bandwidth. Default: not at all. */
  readonly interference?: InterferenceSpec | null;
}

export class Datacenter {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly cpu: Cpu;
  readonly kinds: WorkKinds;
  readonly pools: Pools | null;
  /** Loads that groups of VMs carry together. */
  readonly services: Services | null;
  readonly fleet: FleetView;
  /** What holds VMs back beside the CPU. */
  readonly drag: Drag;
  readonly flows: Flows;
  readonly network: Network;
  readonly memory: HostMemory;
  readonly datastores: Datastores;
  readonly io: Io;
  /** How VMs on one host slow each other, if they do. */
  readonly interference: Interference | null;
  readonly movement: Movement;
  readonly diskMoves: DiskMoves;
  readonly power: HostPower;
  readonly constraints: Constraints;
  readonly waiting: Waiting;
  readonly failing: Failing;
  /** Null where no host has a governor that acts. */
  readonly governors: Governors | null;
  readonly log = new EventLog();
  /** Texts of reasons; `vms.reason` and log details point into it. */
  readonly reasons: string[] = [];
  /** Seconds all VMs together spent in each state (the VM-seconds ledger by life cycle). */
  readonly stateSeconds = new Float64Array(V.VM_STATES.length);
  /** Of them, those that were planned (maintenance, moves between sites). */
  readonly plannedSeconds = new Float64Array(V.VM_STATES.length);
  running = 0;
  /** Times a host changed its state. */
  switches = 0;
  /** VMs that have ended, or were rejected; told when that is all of them. */
  over = 0;
  onAllOver: (() => void) | null = null;
  /** Why a VM that asks for a place may not have one whatever room there is, or null: a promise to the others. */
  admit: ((v: number) => string | null) | null = null;
  /** Told of each VM that is about to change its state. */
  onTransition: ((v: number) => void) | null = null;
  /** Told of each VM that came to a host, or is about to leave it; the host is settled. */
  onStay: ((v: number, h: number, arrives: boolean) => void) | null = null;
  /** Told of each VM that runs on its host from now on (after a boot, a pause, a move), and of each that left its host for good. */
  onResumed: ((v: number) => void) | null = null;
  onLeft: ((v: number) => void) | null = null;

  readonly #kernel: Kernel;
  readonly #spec: DatacenterSpec;
  readonly #feed: Feed;
  readonly #jobs: Jobs;
  readonly #order: Int32Array;
  #nextArrival = 0;
  readonly #departEvent: Float64Array;
  /** VMs that hold memory on each host, those on their way there included. */
  readonly #holders: Int32Array;
  /** How many hosts each VM has left. */
  readonly #stay: Uint32Array;
  #dirty: Int32Array;
  #dirtyNext: Int32Array;
  readonly #isDirty: Uint8Array;
  #dirtyCount = 0;
  /** One playback a grid, in the feed's order. */
  readonly #playbacks: Playback[] = [];
  /** 1 for grids that speak of disk or network. */
  readonly #gridHasIo: number[] = [];
  /** Some grid moved on at this instant. */
  #gridStepped = false;
  readonly #hostNumber = new Map<string, number>();
  readonly #vmNumber = new Map<string, number>();
  readonly #reasonNumber = new Map<string, number>();
  readonly #pinnedTo: Int32Array;

  constructor(kernel: Kernel, spec: DatacenterSpec) {
    this.#kernel = kernel;
    this.#spec = spec;
    this.hosts = H.createHosts(spec.hosts);
    this.kinds = new WorkKinds(this.hosts.classes);
    const vms = createTenants(spec.tenants, this.kinds);
    this.vms = vms;
    const { pools = [] } = spec;
    this.pools =
      pools.length === 0
        ? null
        : new Pools(
            this.hosts,
            vms,
            pools,
            spec.tenants.map(({ vmClass }) => vmClass.pool),
          );
    this.cpu = new Cpu(this.hosts, vms, this.kinds, this.pools);
    const services = servicesOf(spec.tenants);
    this.services = services.length === 0 ? null : new Services(kernel, vms, services, (h) => this.#touch(h));
    this.drag = new Drag(this.hosts, vms, (h) => this.#touch(h));
    this.interference = spec.interference ? new Interference(this.hosts, vms, this.drag, spec.interference) : null;
    this.memory = new HostMemory(this.hosts, vms, this.drag, (v) => this.#feed.further(v, "activeMiB"));
    this.constraints = new Constraints(spec.constraints?.(numbersOf(this.hosts, vms)) ?? []);
    this.fleet = new FleetView(this.hosts, vms, spec.admission, this.constraints, (h) => this.usedCores(h));
    this.flows = new Flows(kernel, PHASE.completion, KIND.flow, {
      requestSolve: () => kernel.requestFlush(),
      shared: (v) => this.io.shared(v),
      measured: (link) => this.io.measured(link),
      unplay: (streams) => this.io.unplayStreams(streams),
    });
    this.network = new Network(this.flows, this.hosts, spec, (d) => this.datastores.end(d));
    this.datastores = new Datastores(
      kernel,
      this.flows,
      this.hosts,
      vms,
      this.network,
      spec.datastores ?? [],
      {
        requestSettle: () => kernel.requestFlush(),
        outOfSpace: (v, why) => this.#outOfSpace(v, why),
        spaceAgain: (v) => this.#spaceAgain(v),
        room: () => this.waiting.retry(),
      },
      PHASE.completion,
      KIND.datastore,
    );
    this.io = new Io(this.hosts, vms, this.flows, this.network, this.datastores, this.drag, {
      now: () => kernel.now,
      requestSolve: () => kernel.requestFlush(),
      touch: (h) => this.#touch(h),
      further: (v, name) => this.#feed.further(v, name),
    });
    if (spec.datastores || spec.networks || spec.hosts.some(({ nics }) => nics)) this.fleet.unreached = (v, h) => this.io.refusal(v, h);
    this.fleet.poolRefusal = (v) => this.pools?.refusal(v) ?? -1;
    this.movement = new Movement(
      kernel,
      this.hosts,
      vms,
      this.fleet,
      this.network,
      {
        touch: (h) => this.#touch(h),
        halt: (v) => this.#halt(v, V.MOVING),
        runOn: (v) => this.#runOn(v),
        carry: (v, to) => this.#carry(v, to),
        stateLost: (v, cause) => this.failing.stateLost(v, cause),
        take: (v, h, overheadMiB, sign) => this.#take(v, h, overheadMiB, sign),
        tied: (v) => this.io.tied(v),
        held: (v) => this.diskMoves.tied(v),
        ended: (v) => this.diskMoves.memoryEnded(v),
        vmEnded: (v) => this.diskMoves.vmEnded(v),
        resize: (v) => vms.state[v] === V.RUNNING_VM && this.#size(v),
        log: (event, v, h) => this.log.add(kernel.now, event, v, h),
      },
      PHASE.completion,
      KIND.migration,
    );
    this.diskMoves = new DiskMoves(
      kernel,
      this.hosts,
      vms,
      this.network,
      this.datastores,
      {
        addCores: (h, cores) => this.movement.addCores(h, cores),
        stop: (v) => this.movement.stop(v),
        run: (v) => this.movement.run(v),
        migrate: (v, to) => this.movement.migrate(v, to),
        isMoving: (v) => this.movement.isMoving(v),
        log: (event, v) => this.log.add(kernel.now, event, v, vms.host[v]),
      },
      PHASE.completion,
      KIND.diskMove,
    );
    this.waiting = new Waiting(
      kernel,
      this.hosts,
      vms,
      this.fleet,
      spec.admission,
      {
        tryPlace: (v) => this.#tryPlace(v),
        pinnedTo: (v) => this.pinnedTo(v),
        queued: (v) => {
          this.#enter(v, V.QUEUED);
          this.log.add(kernel.now, "queued", v, -1);
        },
        reject: (v, why) => this.#reject(v, this.admit?.(v) ?? why),
      },
      PHASE.decision,
      { retry: KIND.queue, timeout: KIND.timeout },
    );
    this.power = new HostPower(
      kernel,
      this.hosts,
      {
        touch: (h) => this.#touch(h),
        switched: (h) => this.hostChanged(h),
        booted: (h, on) => this.failing.booted(h, on),
        log: (event, h) => this.log.add(kernel.now, event, -1, h),
        luck: spec.luck,
      },
      PHASE.failure,
      KIND.hostPower,
    );
    this.failing = new Failing(this.hosts, vms, new Outages(vms.owners, (v) => vms.classes[vms.classOf[v]].serviceClass), {
      now: () => kernel.now,
      touch: (h) => this.#touch(h),
      switched: (h) => this.hostChanged(h),
      cancelPower: (h) => this.power.cancel(h),
      boot: (h) => this.power.boot(h),
      migrationsEnd: (h) => {
        this.movement.hostFailed(h);
        this.network.hostDown(h);
      },
      lose: (v) => this.#end(v, V.LOST),
      layDown: (v) => {
        this.movement.vmEnded(v);
        this.#leave(v);
        this.#enter(v, V.DOWN);
      },
      halt: (v) => {
        this.movement.vmEnded(v);
        this.#quiet(v);
        this.#enter(v, V.DOWN);
      },
      bootVm: (v) => this.#boot(v),
      placeOn: (v, h) => this.#placeOn(v, h),
      placeAnywhere: (v) => this.#tryPlace(v),
      queue: (v) => {
        this.waiting.add(v);
        this.waiting.retry();
      },
      unqueue: (v) => this.waiting.remove(v),
      log: (event, v, h) => this.log.add(kernel.now, event, v, h),
    });
    this.governors = spec.hosts.some(({ governor }) => isDynamic(governor))
      ? new Governors(
          kernel,
          this.hosts,
          {
            load: (h) => this.#busiestShare(h),
            setState: (h, state) => {
              const { coreMHz, curve } = this.hosts.pstates[this.hosts.classOf[h]][state];
              this.#setSpeed(h, coreMHz, curve, true);
            },
          },
          PHASE.failure,
          KIND.governor,
        )
      : null;
    const n = this.hosts.count;
    this.#dirty = new Int32Array(n);
    this.#dirtyNext = new Int32Array(n);
    this.#isDirty = new Uint8Array(n);
    this.#stay = new Uint32Array(vms.count);
    this.#holders = new Int32Array(n);
    this.#departEvent = new Float64Array(vms.count).fill(-1);
    this.#feed = new Feed(
      kernel,
      vms,
      { touch: (v) => this.#demandChanged(v), gridStepped: (g, row) => this.#gridStep(g, row), exhausted: (v) => this.#end(v, V.COMPLETED) },
      PHASE.demand,
      { grid: KIND.grid, piece: KIND.piece },
    );
    this.#jobs = new Jobs(
      kernel,
      this.hosts,
      vms,
      collectTasks(spec.tenants),
      {
        touch: (h) => this.#touch(h),
        size: (v) => this.#size(v),
        completed: (v) => this.#end(v, V.COMPLETED),
        taskDone: (v, h, task) => this.log.add(kernel.now, "task done", v, h, task),
        stay: (v) => this.#stay[v],
      },
      KIND,
    );
    this.#assignDemand();
    for (let h = 0; h < n; h++) this.#hostNumber.set(this.hosts.name(h), h);
    this.#pinnedTo = new Int32Array(spec.tenants.length);
    for (const [k, { vmClass }] of spec.tenants.entries()) this.#pinnedTo[k] = vmClass.host === null ? -1 : this.hostNumber(vmClass.host);
    // Those whom a scaling policy will ask for have no time yet.
    this.#order = Int32Array.from({ length: vms.count }, (_, v) => v)
      .filter((v) => vms.requestedAt[v] < Number.POSITIVE_INFINITY)
      .sort((a, b) => vms.requestedAt[a] - vms.requestedAt[b] || a - b);
    this.#listen();
    this.#planArrivals();
    playScript(kernel, spec.script, this, KIND.script);
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

  /** Guest work VM `v` has done, MHz s, at the speed of its last host. */
  doneMHzSeconds(v: number): number {
    const { row, lastHost } = this.vms;
    return lastHost[v] < 0 ? 0 : row[v * V.VM_ROW + V.DONE_CORE_S] * this.hosts.row[lastHost[v] * H.HOST_ROW + H.CORE_MHZ];
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

  /** Energy of host `h` so far, J; everything must be settled. */
  joules(h: number): number {
    return this.hosts.row[h * H.HOST_ROW + H.ALL_JOULES] + (this.#playbackOf(h)?.joules(h) ?? 0);
  }

  /** Seconds host `h` has been on; everything must be settled. */
  onSeconds(h: number): number {
    return this.hosts.row[h * H.HOST_ROW + H.ON_S] + (this.#playbackOf(h)?.onSeconds(h) ?? 0);
  }

  /** VM-seconds run on host `h`; everything must be settled. */
  runningVmSeconds(h: number): number {
    return this.hosts.row[h * H.HOST_ROW + H.RUNNING_VM_S] + (this.#playbackOf(h)?.onSeconds(h) ?? 0) * this.hosts.vms[h];
  }

  /** Ends the accounts at `t`: integrals, and the time VMs have spent in their present state. */
  close(t: number): void {
    for (const playback of this.#playbacks) {
      playback.advance(t);
      playback.makeUp();
    }
    for (let h = 0; h < this.hosts.count; h++) {
      this.#settle(h, t);
      this.memory.bring(h, t);
    }
    this.movement.close(t);
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
      this.#ask(v, now);
    }
    this.#planArrivals();
  }

  #ask(v: number, now: number): void {
    this.vms.requestedAt[v] = now;
    this.vms.since[v] = now;
    this.log.add(now, "requested", v, -1);
    // Nobody passes those who wait already, where the queue is strict.
    if (this.waiting.mustWait || !this.#tryPlace(v)) this.waiting.noPlace(v);
  }

  /** Asks for a VM that does not exist now: one that was never asked for, or has ended. */
  request(v: number): void {
    const { vms } = this;
    if (V.isOver(vms.state[v])) {
      vms.earlierSeconds[v] += vms.endedAt[v] - vms.requestedAt[v];
      vms.endedAt[v] = Number.NaN;
      vms.reason[v] = -1;
      vms.state[v] = V.REQUESTED;
      this.over--;
    } else if (vms.state[v] !== V.REQUESTED || vms.requestedAt[v] <= this.#kernel.now)
      throw new Error(`VM ${vms.names[v]} is ${V.VM_STATES[vms.state[v]]}: it cannot be asked for again`);
    this.#ask(v, this.#kernel.now);
  }

  /** Why VM `v` cannot have another size now, or null. Running VMs change as their product and guest allow, on their host. */
  resizeRefusal(v: number, to: Size): string | null {
    const { vms, hosts, fleet } = this;
    const name = vms.names[v];
    if (vms.state[v] !== V.RUNNING_VM) return `VM ${name} is ${V.VM_STATES[vms.state[v]]}`;
    return (
      hotplugRefusal(hosts.classes[hosts.classOf[vms.host[v]]].hypervisor, vms.classes[vms.classOf[v]].guestOs, sizeOf(vms, v), to) ??
      this.#roomRefusal(v, to, fleet)
    );
  }

  #roomRefusal(v: number, to: Size, fleet: FleetView): string | null {
    const { vms, hosts } = this;
    const h = vms.host[v];
    const { hypervisor } = hosts.classes[hosts.classOf[h]];
    const name = vms.names[v];
    if (this.movement.isMoving(v)) return `VM ${name} is moving`;
    if (vms.ownsCores[v] === 1 && to.vcpus !== vms.vcpus[v]) return `VM ${name} owns its cores`;
    if (to.vcpus > hypervisor.maxVcpusPerVm || to.memoryMiB > hypervisor.maxMemoryPerVmMiB) return `${hypervisor.name} has no VMs of that size`;
    if (to.vcpus - vms.vcpus[v] > fleet.freeVcpus(h)) return `host ${hosts.name(h)} has no ${to.vcpus - vms.vcpus[v]} vCPUs left`;
    const more = to.memoryMiB + vmOverheadMiB(hypervisor, to.vcpus, to.memoryMiB) - vms.memoryMiB[v] - vms.overheadMiB[v];
    if (more > fleet.freeMemoryMiB(h) && to.memoryMiB > vms.memoryMiB[v]) return `host ${hosts.name(h)} has no ${Math.ceil(more)} MiB left`;
    return null;
  }

  /** Gives a running VM another size; says why not when it cannot have it. */
  resize(v: number, to: Size): string | null {
    const refusal = this.resizeRefusal(v, to);
    if (refusal !== null) return refusal;
    this.#setSize(v, to);
    const { vms } = this;
    if (this.#jobs.has(v)) this.#jobs.askAgain(v);
    else vms.threads[v] = to.vcpus;
    this.#size(v);
    this.log.add(this.#kernel.now, "resized", v, vms.host[v], to.vcpus);
    return null;
  }

  /** The same by stopping the VM and booting it again on its host: no matter what product and guest allow. */
  restartAs(v: number, to: Size): string | null {
    const { vms } = this;
    if (vms.state[v] !== V.RUNNING_VM) return `VM ${vms.names[v]} is ${V.VM_STATES[vms.state[v]]}`;
    const refusal = this.#roomRefusal(v, to, this.fleet);
    if (refusal !== null) return refusal;
    this.#quiet(v);
    this.#setSize(v, to);
    vms.threads[v] = to.vcpus;
    this.log.add(this.#kernel.now, "resized", v, vms.host[v], to.vcpus);
    this.#boot(v);
    return null;
  }

  /** Another size of a VM that is on a host: what it takes there, its overhead, and the kind of its work. */
  #setSize(v: number, { vcpus, memoryMiB }: Size): void {
    const { vms, hosts } = this;
    const h = vms.host[v];
    this.#touch(h);
    this.#take(v, h, vms.overheadMiB[v], -1);
    const ran = vms.runningSeconds[v] + (vms.state[v] === V.RUNNING_VM ? this.#kernel.now - vms.since[v] : 0);
    vms.vcpuAdjust[v] += (vms.vcpus[v] - vcpus) * ran;
    vms.vcpus[v] = vcpus;
    vms.memoryMiB[v] = memoryMiB;
    vms.overheadMiB[v] = vmOverheadMiB(hosts.classes[hosts.classOf[h]].hypervisor, vcpus, memoryMiB);
    this.#take(v, h, vms.overheadMiB[v], 1);
    const kind = this.kinds.of(vms.classes[vms.classOf[v]].mix, vcpus, memoryMiB);
    if (kind !== vms.mix[v]) {
      vms.mix[v] = kind;
      hosts.mix[h] = hosts.vms[h] === 1 ? kind : -1;
      this.#setKind(v, h);
    }
    this.waiting.retry();
  }

  /** Asks the policy for a host and puts the VM there; false when there is none. */
  #tryPlace(v: number): boolean {
    if (this.admit !== null && this.vms.state[v] !== V.DOWN && this.admit(v) !== null) return false;
    // What the scenario's rules say should be gives way only where else there would be no place.
    return (this.constraints.hasWishes(v) && this.#tryPlaceBy(v, true)) || this.#tryPlaceBy(v, false);
  }

  #tryPlaceBy(v: number, strict: boolean): boolean {
    const host = this.#choose(v, this.#pinnedTo[this.vms.classOf[v]], strict);
    if (host >= 0) this.#place(v, host, this.expectedDemandMHz(v));
    return host >= 0;
  }

  /** Asks the policy for a host; -1 where there is none. */
  #choose(v: number, pinned: number, strict: boolean): number {
    const { vms, fleet } = this;
    fleet.ask(v, pinned, strict);
    if (fleet.next(0) < 0) return -1;
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
    if (host < 0) return -1;
    if (!Number.isInteger(host) || host >= this.hosts.count)
      throw new Error(`placement policy "${this.#spec.policy}" chose host number ${host} for VM ${ask.name}: there are hosts 0 to ${this.hosts.count - 1}`);
    fleet.ask(v, pinned, strict);
    if (!fleet.fits(host))
      throw new Error(`placement policy "${this.#spec.policy}" chose ${this.hosts.name(host)} for VM ${ask.name}, against the rule "${fleet.ruleText(host)}"`);
    return host;
  }

  /** The accepted host on which the placement policy would put VM `v` now, wherever it is, or -1. Nothing changes. `anywhere`: its data need not be there. */
  choosePlace(v: number, accept: (h: number) => boolean, anywhere = false): number {
    const { fleet } = this;
    const { reach } = fleet;
    if (anywhere) fleet.reach = null;
    fleet.only = accept;
    let host = this.constraints.hasWishes(v) ? this.#choose(v, -1, true) : -1;
    if (host < 0) host = this.#choose(v, -1, false);
    fleet.only = null;
    fleet.reach = reach;
    return host;
  }

  /** The rule that keeps VM `v` off the hosts, in words. */
  whyNoPlace(v: number): string {
    this.fleet.ask(v, -1);
    return bindingReason(this.fleet, this.hosts, this.vms, v);
  }

  /** Takes memory and vCPUs for a second copy of VM `v` on host `h` (sign 1), or gives them back (-1). */
  reserve(v: number, h: number, sign: 1 | -1): void {
    const { vcpus, memoryMiB } = this.vms;
    this.#take(v, h, vmOverheadMiB(this.hosts.classes[this.hosts.classOf[h]].hypervisor, vcpus[v], memoryMiB[v]), sign);
    if (sign < 0) this.waiting.retry();
  }

  /** Guest work the VM will ask for at first, MHz, on the first host's cores where its tasks take all they can. */
  expectedDemandMHz(v: number): number {
    const served = this.services?.expectedMHz(v) ?? Number.NaN;
    if (served === served) return served;
    const known = this.#feed.firstDemand(v);
    if (known === known && known !== Number.POSITIVE_INFINITY) return known;
    return this.vms.vcpus[v] * this.hosts.row[H.CORE_MHZ];
  }

  #place(v: number, h: number, expectedMHz: number): void {
    const { vms } = this;
    this.datastores.create(v, h);
    this.#attach(v, h);
    this.hosts.expectedMHz[h] += expectedMHz;
    this.fleet.changed(h);
    const now = this.#kernel.now;
    this.log.add(now, "placed", v, h);
    this.#kernel.note(v);
    this.#kernel.note(h);
    const { hypervisor } = this.hosts.classes[this.hosts.classOf[h]];
    // Members that a service begins with run from the start, whatever those that join later must go through.
    const startup = this.#spec.tenants[vms.classOf[v]].service !== undefined && now === 0 ? "instant" : vms.classes[vms.classOf[v]].startup;
    // Its disks are there already; what was running before has to boot.
    if (vms.state[v] === V.DOWN) {
      this.failing.placed(v);
      this.#boot(v);
    } else if (startup === "clone-and-boot" && hypervisor.cloneSeconds > 0) {
      this.#enter(v, V.PROVISIONING);
      const { disks = [] } = vms.classes[vms.classOf[v]];
      const linked = disks.length > 0 && disks.every(({ kind }) => kind === "linked");
      this.#kernel.schedule(
        now + (linked ? Math.min(LINKED_CLONE_SECONDS, hypervisor.cloneSeconds) : hypervisor.cloneSeconds),
        PHASE.completion,
        KIND.provisioned,
        v,
        this.#stay[v],
      );
    } else if (startup !== "instant") this.#boot(v);
    else this.#run(v);
  }

  /** Starts a VM on host `h`; false when it may not go there. */
  #placeOn(v: number, h: number): boolean {
    this.fleet.ask(v, this.pinnedTo(v));
    if (this.fleet.rule(h) >= 0) return false;
    this.#place(v, h, this.expectedDemandMHz(v));
    return true;
  }

  /** Puts the VM, which does not run, on host `h`. */
  #attach(v: number, h: number): void {
    const { hosts, vms } = this;
    this.#touch(h);
    this.onStay?.(v, h, true);
    const n = H.addMember(hosts, h, v);
    vms.host[v] = h;
    vms.lastHost[v] = h;
    vms.slot[v] = n;
    vms.overheadMiB[v] = vmOverheadMiB(hosts.classes[hosts.classOf[h]].hypervisor, vms.vcpus[v], vms.memoryMiB[v]);
    this.#take(v, h, vms.overheadMiB[v], 1);
    hosts.mix[h] = n === 0 || hosts.mix[h] === vms.mix[v] ? vms.mix[v] : -1;
    if (vms.classes[vms.classOf[v]].reservationMHz > 0) hosts.reserved[h] = 1;
    hosts.peakVms[h] = Math.max(hosts.peakVms[h], n + 1);
    this.#setKind(v, h);
    this.pools?.join(v, h, 1);
    this.pools?.promise(v, 1);
  }

  /** What a unit of the VM's work costs on host `h`, where it is now, and whether the quiet path knows all of that. */
  #setKind(v: number, h: number): void {
    const { hosts, vms } = this;
    const cost = this.cpu.cost(h, vms.mix[v]);
    vms.row[v * V.VM_ROW + V.PER_WORK] = cost.perWork;
    hosts.special[h] -= vms.special[v];
    vms.special[v] = cost.remote > 0 || vms.ownsCores[v] === 1 || this.pools?.has(v) ? 1 : 0;
    hosts.special[h] += vms.special[v];
  }

  /** Puts a halted VM on another host. */
  #carry(v: number, to: number): void {
    this.#detach(v);
    this.diskMoves.carried(v);
    this.#attach(v, to);
    this.log.add(this.#kernel.now, "moved", v, to);
    this.#kernel.note(v);
    this.#kernel.note(to);
    this.waiting.retry();
  }

  /** Takes the VM, which does not run, off its host. */
  #detach(v: number): void {
    const { hosts, vms } = this;
    const h = vms.host[v];
    this.#touch(h);
    this.onStay?.(v, h, false);
    this.drag.leave(v);
    hosts.special[h] -= vms.special[v];
    vms.special[v] = 0;
    this.pools?.join(v, h, -1);
    this.pools?.promise(v, -1);
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
    if (this.fleet.memoryOvercommits) hosts.guaranteedMiB[h] += sign * guaranteeMiB(hosts, vms, v, h);
    hosts.overheadMiB[h] += sign * overheadMiB;
    hosts.vcpus[h] += sign * vms.vcpus[v];
    // Cores that a VM on its way here owns are lost to the others at once.
    if (vms.ownsCores[v] === 1) this.#touch(h);
    promiseCpu(hosts, vms, v, h, sign);
    this.#holders[h] += sign;
    this.constraints.take(v, h, sign);
    // Differences of sums leave dust; the last one out leaves nothing.
    if (this.#holders[h] === 0) {
      hosts.takenMiB[h] = 0;
      hosts.guaranteedMiB[h] = 0;
      hosts.overheadMiB[h] = 0;
      hosts.vcpus[h] = 0;
      hosts.promisedMHz[h] = 0;
    }
    this.memory.take(v, h, sign, this.#kernel.now);
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
    this.services?.booted(v);
    this.#resume(v);
    this.failing.runs(v);
    if (this.#jobs.has(v)) this.#jobs.begin(v);
    else this.#feed.start(v);
  }

  /** The VM gets CPU from now on. */
  #resume(v: number): void {
    const { vms, hosts } = this;
    const h = vms.host[v];
    this.#touch(h);
    this.#enter(v, V.RUNNING_VM);
    hosts.row[h * H.HOST_ROW + H.RUNNING]++;
    this.running++;
    this.#jobs.runs(v);
    this.io.begin(v);
    this.services?.runs(v);
    this.#size(v);
    this.onResumed?.(v);
  }

  /** A synchronous mirror of its disks leaves VM `v` this share of full speed; 1 = there is none. */
  mirror(v: number, share: number): void {
    if (this.vms.host[v] >= 0) this.drag.mirror(v, share);
  }

  /** The VM gets no CPU from now on. */
  #pause(v: number): void {
    const { vms, hosts } = this;
    const h = vms.host[v];
    this.#touch(h);
    hosts.row[h * H.HOST_ROW + H.RUNNING]--;
    this.running--;
    this.services?.halts(v);
    this.#jobs.halts(v);
    const p = v * V.VM_ROW;
    this.io.end(v);
    vms.row[p + V.DONE] = 0;
    vms.row[p + V.USE] = 0;
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
    if (this.#jobs.has(v)) {
      this.#jobs.askAgain(v);
      this.#size(v);
    } else this.#feed.resume(v);
  }

  /** A datastore is full: the VM stops where it is. A migration under way has lost what it was about. */
  #outOfSpace(v: number, why: string): void {
    if (this.vms.state[v] !== V.RUNNING_VM) return;
    this.movement.vmEnded(v);
    this.#halt(v, V.OUT_OF_SPACE);
    this.log.add(this.#kernel.now, "out of space", v, this.vms.host[v], this.#reason(why));
  }

  #spaceAgain(v: number): void {
    if (this.vms.state[v] !== V.OUT_OF_SPACE) return;
    this.log.add(this.#kernel.now, "space again", v, this.vms.host[v]);
    this.#runOn(v);
  }

  #end(v: number, state: number): void {
    const { vms } = this;
    const now = this.#kernel.now;
    if (V.isOver(vms.state[v])) return;
    const h = vms.host[v];
    this.movement.vmEnded(v);
    if (h >= 0) this.#leave(v);
    this.datastores.remove(v);
    this.#enter(v, state);
    vms.endedAt[v] = now;
    this.log.add(now, V.VM_STATES[state] as "stopped", v, vms.lastHost[v]);
    this.#isOver();
    this.failing.ended(v);
    if (h >= 0) {
      const vmClass = vms.classes[vms.classOf[v]];
      const { deleteSeconds } = this.hosts.classes[this.hosts.classOf[h]].hypervisor;
      if (vmClass.startup !== "instant" && deleteSeconds > 0) this.#kernel.schedule(now + deleteSeconds, PHASE.departure, KIND.deleted, v);
    }
    this.waiting.retry();
  }

  /** Takes the VM off its host, whatever it was doing there. */
  #leave(v: number): void {
    this.#quiet(v);
    this.#detach(v);
    this.onLeft?.(v);
  }

  /** Whatever the VM was doing is over; it keeps its place. */
  #quiet(v: number): void {
    const { vms } = this;
    if (vms.state[v] === V.RUNNING_VM) this.#pause(v);
    this.#feed.stop(v);
    if (this.#departEvent[v] >= 0) {
      this.#kernel.cancel(this.#departEvent[v]);
      this.#departEvent[v] = -1;
    }
    this.#stay[v]++;
  }

  // ---- reasons ------------------------------------------------------------------------------------------------------

  /** Refuses a VM that asks for a place. */
  #reject(v: number, why: string): void {
    const reason = this.#reason(why);
    this.vms.reason[v] = reason;
    this.#enter(v, V.REJECTED);
    this.vms.endedAt[v] = this.#kernel.now;
    this.log.add(this.#kernel.now, "rejected", v, -1, reason);
    this.#isOver();
  }

  #isOver(): void {
    if (++this.over === this.vms.count) this.onAllOver?.();
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

  // ---- hosts and VMs by order of the scenario -------------------------------------------------------------------------

  hostNumber(name: string): number {
    return known(this.#hostNumber, name, "host");
  }

  vmNumber(name: string): number {
    if (this.#vmNumber.size === 0) for (let v = 0; v < this.vms.count; v++) this.#vmNumber.set(this.vms.names[v], v);
    return known(this.#vmNumber, name, "VM");
  }

  /** Sends the VM to another host by its product's own way. The scenario could not know how things would stand by then: a refusal is logged. */
  migrate(v: number, to: number): void {
    this.#unlessRefused(v, to, this.movement.migrate(v, to));
  }

  /** Moves the VM's disks to another datastore while it runs, and its memory to host `to` (-1 = it stays), or logs why not. */
  moveDisks(v: number, datastore: string, to: number): void {
    this.#unlessRefused(v, to < 0 ? this.vms.host[v] : to, this.diskMoves.start(v, this.datastores.known(datastore), to));
  }

  /** Puts the VM on another host at once and for nothing, or logs why not. */
  move(v: number, to: number): void {
    this.#unlessRefused(v, to, this.movement.moveAtOnce(v, to));
  }

  #unlessRefused(v: number, h: number, refusal: string | null): void {
    if (refusal !== null) this.log.add(this.#kernel.now, "refused", v, h, this.#reason(refusal));
  }

  resizeTo(v: number, vcpus: number | null, memoryMiB: number | null): void {
    const { vms } = this;
    this.#unlessRefused(v, vms.host[v], this.resize(v, { vcpus: vcpus ?? vms.vcpus[v], memoryMiB: memoryMiB ?? vms.memoryMiB[v] }));
  }

  /** Ends the VM, if it has been asked for. */
  stop(v: number): void {
    const { state } = this.vms;
    if (state[v] === V.REQUESTED) return;
    if (state[v] === V.QUEUED || state[v] === V.DOWN) this.waiting.remove(v);
    this.#end(v, V.STOPPED);
  }

  suspend(v: number): void {
    const { vms } = this;
    if (vms.state[v] === V.REQUESTED) return;
    if (this.movement.isMoving(v) || this.diskMoves.isMoving(v))
      return this.#unlessRefused(v, vms.host[v], `VM ${vms.names[v]} is moving: it cannot be suspended`);
    if (vms.state[v] !== V.RUNNING_VM) return;
    this.#halt(v, V.SUSPENDED);
    this.log.add(this.#kernel.now, "suspended", v, vms.host[v]);
  }

  resume(v: number): void {
    // A host that is being rebooted has its VMs' memory on disk.
    if (this.vms.state[v] !== V.SUSPENDED || this.hosts.state[this.vms.host[v]] !== H.ON) return;
    this.#runOn(v);
    this.log.add(this.#kernel.now, "resumed", v, this.vms.host[v]);
  }

  /** From now on the VM's disks write to new deltas; refused where the chain is as long as the product allows. */
  snapshot(v: number): void {
    const h = this.vms.host[v];
    if (h < 0) return;
    const refusal = this.datastores.snapshot(v, this.hosts.classes[this.hosts.classOf[h]].hypervisor.maxSnapshots ?? null);
    if (refusal !== null) return this.#unlessRefused(v, h, refusal);
    this.log.add(this.#kernel.now, "snapshot", v, h);
    this.io.changed(h);
  }

  /** Merges all snapshots of the VM's disks; the space is free when that is done. */
  deleteSnapshots(v: number): void {
    const refusal = this.datastores.deleteSnapshots(v, () => {
      this.log.add(this.#kernel.now, "snapshots deleted", v, this.vms.host[v]);
      if (this.vms.host[v] >= 0) this.io.changed(this.vms.host[v]);
    });
    this.#unlessRefused(v, this.vms.host[v], refusal);
  }

  /** The VM's disks lie on another datastore from now on: they have been copied there, and fit. */
  relocateDisks(v: number, datastore: number): void {
    const runs = this.vms.state[v] === V.RUNNING_VM;
    if (runs) this.#touch(this.vms.host[v]);
    if (runs) this.io.end(v);
    this.datastores.relocate(v, datastore);
    if (runs) this.io.begin(v);
  }

  /** A network card or uplink goes down or comes back (names: see Network.setLink). */
  setLink(name: string, up: boolean): void {
    if (!this.network.setLink(name, up)) return;
    this.log.add(this.#kernel.now, up ? "link up" : "link down", -1, this.network.hostOfLink(name), this.#reason(name));
  }

  /** A datastore gets another capacity. */
  resizeDatastore(name: string, capacityMiB: number): void {
    this.datastores.resize(this.datastores.known(name), capacityMiB);
  }

  /** A host in maintenance takes no VMs; those it has leave when somebody moves them. */
  maintain(h: number, begins: boolean): void {
    const { closed } = this.hosts;
    const was = closed[h];
    closed[h] = begins ? was | H.MAINTENANCE : was & ~H.MAINTENANCE;
    if (closed[h] === was) return;
    this.log.add(this.#kernel.now, begins ? "maintenance" : "maintenance ended", -1, h);
    this.fleet.changed(h);
    this.waiting.retry();
  }

  /** The host goes down: its VMs are lost or wait for another place, as their class says. */
  hostOff(h: number): void {
    this.failing.switchOff(h, "switched off by the scenario");
  }

  /** A host that is down is on again, at once. */
  hostOn(h: number): void {
    this.failing.switchOn(h);
  }

  /** The host takes VMs, or none, for a reason of its own: placement and the waiting VMs must know. */
  hostChanged(h: number): void {
    this.switches++;
    this.fleet.changed(h);
    this.waiting.retry();
  }

  /** Migrations from and to the host break off; VMs that stood still for one run on where they are. */
  breakMigrations(h: number): void {
    this.movement.hostFailed(h);
    for (let i = this.hosts.vms[h] - 1; i >= 0; i--) {
      const v = this.hosts.members[this.hosts.start[h] + i];
      if (this.vms.state[v] === V.MOVING && !this.movement.isMoving(v) && !this.diskMoves.isMoving(v)) this.#runOn(v);
    }
  }

  /** Keeps memory and vCPUs for the VM on a host it is not on, or gives them back. */
  hold(v: number, h: number, held: boolean): void {
    const { hypervisor } = this.hosts.classes[this.hosts.classOf[h]];
    this.#touch(h);
    this.#take(v, h, vmOverheadMiB(hypervisor, this.vms.vcpus[v], this.vms.memoryMiB[v]), held ? 1 : -1);
  }

  /** A running VM runs on on another host from now on, as it is. */
  carryOver(v: number, to: number): void {
    this.#halt(v, V.MOVING);
    this.#carry(v, to);
    this.#runOn(v);
  }

  /** The host fails; what one such event took down, one repair brings back. */
  hostFail(h: number): void {
    this.failing.failByScript(h);
  }

  hostRepair(h: number): void {
    this.failing.repairByScript(h);
  }

  /** Gives the host a speed as a factor of its nominal one. */
  speed(h: number, factor: number): void {
    this.governors?.release(h);
    this.#setSpeed(h, this.hosts.classes[this.hosts.classOf[h]].coreMHz * factor, this.hosts.curveOf[h]);
  }

  /** Puts the host into one of its P-states; throws an Error when it has no such one. */
  pstate(h: number, index: number): void {
    const state = this.hosts.pstates[this.hosts.classOf[h]][index];
    if (state === undefined) throw new Error(`host ${this.hosts.name(h)} has no P-state ${index}`);
    this.governors?.release(h);
    this.#setSpeed(h, state.coreMHz, state.curve);
  }

  /** Share of the time that the busiest core of the host is busy: no less than the mean, nor than the vCPUs of its busiest VM. */
  #busiestShare(h: number): number {
    const { row, members, start, vms } = this.hosts;
    const coreMHz = row[h * H.HOST_ROW + H.CORE_MHZ];
    let most = this.usedCores(h) / row[h * H.HOST_ROW + H.CORES];
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const v = members[i];
      if (this.vms.state[v] === V.RUNNING_VM && this.vms.threads[v] > 0)
        most = Math.max(most, this.vms.row[v * V.VM_ROW + V.USE] / (this.vms.threads[v] * coreMHz));
    }
    return most;
  }

  #setSpeed(h: number, coreMHz: number, curve: number, byGovernor = false): void {
    this.#touch(h);
    // What VMs did so far they did at the speed until now.
    for (let i = 0; i < this.hosts.vms[h]; i++) this.#account(this.hosts.members[this.hosts.start[h] + i], this.#kernel.now);
    H.setSpeed(this.hosts, h, coreMHz, curve, byGovernor);
    // Governors act too often for a log.
    if (!byGovernor) this.log.add(this.#kernel.now, "host speed", -1, h, coreMHz);
    for (let i = 0; i < this.hosts.vms[h]; i++) {
      const v = this.hosts.members[this.hosts.start[h] + i];
      if (this.vms.state[v] !== V.RUNNING_VM) continue;
      // I/O costs time of a core, so its MHz follow the core's.
      this.#pause(v);
      this.#resume(v);
      if (this.#jobs.has(v)) this.#jobs.askAgain(v);
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
    this.memory.settle(h, t);
    this.interference?.settle(h, t);
    const playback = this.#playbackOf(h);
    if (playback) {
      playback.open(h, t);
      this.io.unplay(h);
    } else this.cpu.settle(h, t);
  }

  /** The playback that host `h` is in, if it merely plays a trace now. */
  #playbackOf(h: number): Playback | undefined {
    const playbacks = this.#playbacks;
    for (let g = 0; g < playbacks.length; g++) if (playbacks[g].here[h] === 1) return playbacks[g];
    return undefined;
  }

  /** Another piece of its load: other CPU, and where the load speaks of I/O, other I/O. */
  #demandChanged(v: number): void {
    this.#mark(this.vms.host[v]);
    if (this.io.hasIo(v)) this.io.changed(this.vms.host[v]);
  }

  #mark(h: number): void {
    if (this.#isDirty[h] === 1) return;
    this.#isDirty[h] = 1;
    this.#dirty[this.#dirtyCount++] = h;
    this.#kernel.requestFlush();
  }

  #flush(): void {
    this.fleet.loadsChanged();
    this.datastores.settle();
    this.io.ask();
    this.flows.solve();
    this.io.apply();
    const stepped = this.#gridStepped;
    // Solving one host may change what holds back VMs on others: until nothing is marked any more.
    this.services?.assign();
    while (this.#dirtyCount > 0) {
      if (this.pools !== null) this.#handOutPools(this.pools, stepped);
      const dirty = this.#dirty;
      const count = this.#dirtyCount;
      this.#dirty = this.#dirtyNext;
      this.#dirtyNext = dirty;
      this.#dirtyCount = 0;
      for (let i = 0; i < count; i++) this.#solve(dirty[i], stepped);
    }
    this.#gridStepped = false;
  }

  /** Pools follow what their VMs on the marked hosts ask for now; other hosts whose part changes are marked too. */
  #handOutPools(pools: Pools, stepped: boolean): void {
    const { start, vms, members } = this.hosts;
    const count = this.#dirtyCount;
    if (stepped) for (let i = 0; i < count; i++) this.#feed.load(members, start[this.#dirty[i]], start[this.#dirty[i]] + vms[this.#dirty[i]]);
    pools.handOut(this.#dirty, count, (h) => this.#touch(h));
  }

  #solve(h: number, stepped: boolean): void {
    const { cpu, hosts } = this;
    this.#settle(h, this.#kernel.now);
    const from = hosts.start[h];
    const to = from + hosts.vms[h];
    if (stepped) this.#feed.load(hosts.members, from, to);
    this.memory.solve(h);
    cpu.solve(h);
    // Neighbours press with the CPU they have, which does not depend on how they are pressed: once more is enough.
    if (this.interference?.apply(h)) cpu.solve(h);
    this.#isDirty[h] = 0;
    this.#jobs.plan(h);
    if (this.governors?.governs(h)) this.governors.consider(h);
    else if (stepped) this.#tryPlayback(h, from, to);
  }

  /** A grid went on to the samples at `row`: hosts that merely play it take them at once, all others are solved. */
  #gridStep(g: number, row: number): void {
    const now = this.#kernel.now;
    this.#gridStepped = true;
    this.fleet.loadsChanged();
    this.#playbacks[g].step(now, row, (h) => {
      this.io.unplay(h);
      this.#mark(h);
    });
    for (let h = 0; h < this.hosts.count; h++) if (this.hosts.vms[h] > 0 && this.#playbackOf(h) === undefined) this.#mark(h);
    this.io.stepped();
    if (this.#gridHasIo[g] === 1) for (let h = 0; h < this.hosts.count; h++) if (this.hosts.vms[h] > 0 && this.#playbackOf(h) === undefined) this.io.changed(h);
  }

  /** A host that is short of nothing and whose VMs all follow one grid need not be solved at each step. */
  #tryPlayback(h: number, from: number, to: number): void {
    const { hosts } = this;
    if (hosts.slow[h] !== 0 || this.memory.isShort(h) || (this.interference !== null && to - from > 1) || hosts.mix[h] < 0 || hosts.state[h] !== H.ON) return;
    const g = this.#feed.commonGrid(hosts.members, from, to);
    const now = this.#kernel.now;
    if (g < 0 || this.#playbacks[g].settledAt !== now || hosts.row[h * H.HOST_ROW + H.RUNNING] !== to - from) return;
    const io = this.io.playable(h);
    if (io) this.#playbacks[g].enter(h, now, io.perIo, io.perGbit, io.hasIo);
  }

  /** Adds the time in the present state to the accounts. */
  #account(v: number, t: number): void {
    this.onTransition?.(v);
    const { state, since, runningSeconds } = this.vms;
    const seconds = t - since[v];
    this.stateSeconds[state[v]] += seconds;
    if ((state[v] === V.DOWN || state[v] === V.SUSPENDED) && this.failing.isPlanned(v)) this.plannedSeconds[state[v]] += seconds;
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
        const grid = withoutIoGaps(withoutGaps(demand), vmClass.io);
        this.#feed.addGrid(grid, first, count);
        this.#gridHasIo.push(demand.iops || demand.diskMiBPerSecond || demand.gbitPerSecond ? 1 : 0);
        const columns = playedColumns(grid, vmClass.io);
        const io = columns && { ...columns, carries: (h: number, iops: number, mib: number, gbit: number) => this.io.carries(h, iops, mib, gbit) };
        this.#playbacks.push(new Playback(this.hosts, this.vms, grid, first, count, (h) => this.cpu.cost(h, this.hosts.mix[h]), this.cpu.totals, io));
      } else if (demand.kind === "pieces" && vmClass.progress === "replay") this.#feed.addPieces(demand, first, count);
      else {
        const sequence = demand.kind === "pieces" || demand.sequence;
        for (let i = 0; i < count; i++) this.#jobs.assign(first + i, task + demand.offset[i], task + demand.offset[i + 1], sequence);
        task += demand.offset[count];
      }
      first += count;
    }
  }
}

function known(numbers: ReadonlyMap<string, number>, name: string, what: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new Error(`there is no ${what} named "${name}"`);
  return number;
}

const sizeOf = (vms: V.Vms, v: number): Size => ({ vcpus: vms.vcpus[v], memoryMiB: vms.memoryMiB[v] });
