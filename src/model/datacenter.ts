/**
 * The datacenter: its parts, and who needs what of whom. What happens in it is in the parts, each named by what it does; the
 * kernel drives them.
 *
 * Life of a VM: requested (requests.ts) -> (queued, waiting.ts) -> placed (placing.ts) -> provisioning -> booting -> running ->
 * stopped | completed | lost (life.ts), or rejected with the binding reason. Every change goes the same way: settle the host,
 * change the state, mark the host (settling.ts); at the end of the instant each marked host is solved once (solving.ts).
 *
 * Phases within an instant: failures and repairs, departures, completions, demand changes, arrivals, decisions, observation.
 *
 * Parts are made in turn. Many act on others that are made after them: they look at those when something happens, not before.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { type Constraint, Constraints } from "../policy/constraints.ts";
import { Actions } from "./actions.ts";
import { Commands } from "./commands.ts";
import { Cpu } from "./cpu.ts";
import { Datastores } from "./datastores.ts";
import { DiskMoves } from "./disk-moves.ts";
import { Drag } from "./drag.ts";
import { KIND } from "./event-kinds.ts";
import { Failing } from "./failing.ts";
import { FleetView } from "./fleet.ts";
import { Flows } from "./flows.ts";
import type { Governors } from "./governor.ts";
import { HostMemory } from "./host-memory.ts";
import { HostPower } from "./host-power.ts";
import * as H from "./hosts.ts";
import { Interference } from "./interference.ts";
import { Io } from "./io.ts";
import { WorkKinds } from "./kinds.ts";
import { Life } from "./life.ts";
import { Loads } from "./loads.ts";
import { EventLog, type EventName } from "./log.ts";
import { Movement } from "./movement.ts";
import { type NumbersOf, numbersOf } from "./names.ts";
import { Network } from "./network.ts";
import type { NetworkSpec, SwitchSpec } from "./network-spec.ts";
import { Outages } from "./outages.ts";
import { PHASE } from "./phases.ts";
import { type Chooser, Placing } from "./placing.ts";
import { type PoolSpec, Pools } from "./pools.ts";
import { Readings } from "./readings.ts";
import { Requests } from "./requests.ts";
import { Resizing } from "./resizing.ts";
import { Running } from "./running.ts";
import { playScript } from "./script.ts";
import type { ScriptedAction } from "./script-spec.ts";
import { Seats } from "./seats.ts";
import { Services } from "./services.ts";
import { Settling } from "./settling.ts";
import { Solving } from "./solving.ts";
import type { Admission, HostClass, InterferenceSpec } from "./spec.ts";
import { Speeds } from "./speeds.ts";
import { StateTimes } from "./state-times.ts";
import type { DatastoreSpec } from "./storage-spec.ts";
import { createTenants, servicesOf, type Tenants } from "./tenants.ts";
import * as V from "./vms.ts";
import { Waiting } from "./waiting.ts";

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
  readonly kinds: WorkKinds;
  readonly log = new EventLog();
  readonly times: StateTimes;
  // What runs on a host, and what holds it back.
  readonly cpu: Cpu;
  readonly memory: HostMemory;
  readonly drag: Drag;
  /** Null where VMs on one host do not slow each other, where there are no pools, no services. */
  readonly interference: Interference | null;
  readonly pools: Pools | null;
  readonly services: Services | null;
  readonly flows: Flows;
  readonly network: Network;
  readonly datastores: Datastores;
  readonly io: Io;
  readonly loads: Loads;
  readonly settling: Settling;
  readonly solving: Solving;
  readonly readings: Readings;
  // Where VMs are, and what becomes of them.
  readonly constraints: Constraints;
  readonly fleet: FleetView;
  readonly seats: Seats;
  readonly running: Running;
  readonly life: Life;
  readonly placing: Placing;
  readonly waiting: Waiting;
  readonly requests: Requests;
  readonly movement: Movement;
  readonly diskMoves: DiskMoves;
  readonly resizing: Resizing;
  // What becomes of hosts.
  readonly power: HostPower;
  readonly failing: Failing;
  readonly speeds: Speeds;
  /** Null where no host has a governor that acts. */
  readonly governors: Governors | null;
  // What others can have done.
  readonly actions: Actions;
  readonly commands: Commands;

  constructor(kernel: Kernel, spec: DatacenterSpec) {
    this.hosts = H.createHosts(spec.hosts);
    const { hosts } = this;
    this.kinds = new WorkKinds(hosts.classes);
    this.vms = createTenants(spec.tenants, this.kinds);
    const { vms } = this;
    const touch = (h: number): void => this.settling.touch(h);
    const log = (event: EventName, v: number, h: number): void => this.log.add(kernel.now, event, v, h);

    this.pools = poolsOf(spec, hosts, vms);
    this.cpu = new Cpu(hosts, vms, this.kinds, this.pools);
    this.settling = new Settling(kernel, hosts, this.cpu, {
      settle: (h, t) => {
        this.memory.settle(h, t);
        this.interference?.settle(h, t);
      },
      unplay: (h) => this.io.unplay(h),
    });
    this.readings = new Readings(hosts, vms, this.cpu, this.settling);
    this.times = new StateTimes(kernel, vms, (v) => this.failing.isPlanned(v));
    const services = servicesOf(spec.tenants);
    this.services = services.length === 0 ? null : new Services(kernel, vms, services, touch);
    this.drag = new Drag(hosts, vms, touch);
    this.interference = spec.interference ? new Interference(hosts, vms, this.drag, spec.interference) : null;
    this.memory = new HostMemory(hosts, vms, this.drag, (v) => this.loads.feed.further(v, "activeMiB"));
    this.constraints = new Constraints(spec.constraints?.(numbersOf(hosts, vms)) ?? []);
    this.fleet = new FleetView(hosts, vms, spec.admission, this.constraints, (h) => this.readings.usedCores(h));
    this.fleet.poolRefusal = (v) => this.pools?.refusal(v) ?? -1;

    this.flows = new Flows(kernel, PHASE.completion, KIND.flow, {
      requestSolve: () => kernel.requestFlush(),
      shared: (v) => this.io.shared(v),
      bring: (link) => this.io.played.bring(link),
      measured: (link) => this.io.measured(link),
      unplay: (streams) => this.io.unplayStreams(streams),
    });
    this.network = new Network(this.flows, hosts, spec, (d) => this.datastores.end(d));
    this.datastores = new Datastores(
      kernel,
      this.flows,
      hosts,
      vms,
      this.network,
      spec.datastores ?? [],
      {
        requestSettle: () => kernel.requestFlush(),
        outOfSpace: (v, why) => this.life.outOfSpace(v, why),
        spaceAgain: (v) => this.life.spaceAgain(v),
        room: () => this.waiting.retry(),
      },
      PHASE.completion,
      KIND.datastore,
    );
    this.io = new Io(hosts, vms, this.flows, this.network, this.datastores, this.drag, {
      now: () => kernel.now,
      requestSolve: () => kernel.requestFlush(),
      touch,
      further: (v, name) => this.loads.feed.further(v, name),
    });
    if (spec.datastores || spec.networks || spec.hosts.some(({ nics }) => nics)) this.fleet.unreached = (v, h) => this.io.refusal(v, h);

    this.movement = new Movement(
      kernel,
      hosts,
      vms,
      this.fleet,
      this.network,
      {
        touch,
        halt: (v) => this.running.halt(v, V.MOVING),
        runOn: (v) => this.running.runOn(v),
        carry: (v, to) => this.life.carry(v, to),
        stateLost: (v, cause) => this.failing.stateLost(v, cause),
        take: (v, h, overheadMiB, sign) => this.seats.take(v, h, overheadMiB, sign),
        tied: (v) => this.io.tied(v),
        held: (v) => this.diskMoves.tied(v),
        ended: (v) => this.diskMoves.memoryEnded(v),
        vmEnded: (v) => this.diskMoves.vmEnded(v),
        resize: (v) => vms.state[v] === V.RUNNING_VM && this.running.size(v),
        log,
      },
      PHASE.completion,
      KIND.migration,
    );
    this.diskMoves = new DiskMoves(
      kernel,
      hosts,
      vms,
      this.network,
      this.datastores,
      {
        addCores: (h, cores) => this.movement.addCores(h, cores),
        stop: (v) => this.movement.stop(v),
        run: (v) => this.movement.run(v),
        migrate: (v, to) => this.movement.migrate(v, to),
        isMoving: (v) => this.movement.isMoving(v),
        log: (event, v) => log(event, v, vms.host[v]),
      },
      PHASE.completion,
      KIND.diskMove,
    );
    this.waiting = new Waiting(
      kernel,
      hosts,
      vms,
      this.fleet,
      spec.admission,
      {
        tryPlace: (v) => this.placing.tryPlace(v),
        pinnedTo: (v) => this.placing.pinnedTo(v),
        queued: (v) => {
          this.times.enter(v, V.QUEUED);
          log("queued", v, -1);
        },
        reject: (v, why) => this.life.reject(v, this.placing.admit?.(v) ?? why),
      },
      PHASE.decision,
      { retry: KIND.queue, timeout: KIND.timeout },
    );
    this.power = new HostPower(
      kernel,
      hosts,
      {
        touch,
        switched: (h) => this.waiting.hostChanged(h),
        booted: (h, on) => this.failing.booted(h, on),
        log: (event, h) => log(event, -1, h),
        luck: spec.luck,
      },
      PHASE.failure,
      KIND.hostPower,
    );
    this.failing = new Failing(hosts, vms, new Outages(vms.owners, (v) => vms.classes[vms.classOf[v]].serviceClass), {
      now: () => kernel.now,
      touch,
      switched: (h) => this.waiting.hostChanged(h),
      cancelPower: (h) => this.power.cancel(h),
      boot: (h) => this.power.boot(h),
      migrationsEnd: (h) => {
        this.movement.hostFailed(h);
        this.network.hostDown(h);
      },
      lose: (v) => this.life.end(v, V.LOST),
      layDown: (v) => this.life.goDown(v, false),
      halt: (v) => this.life.goDown(v, true),
      bootVm: (v) => this.life.boot(v),
      placeOn: (v, h) => this.placing.placeOn(v, h),
      placeAnywhere: (v) => this.placing.tryPlace(v),
      queue: (v) => {
        this.waiting.add(v);
        this.waiting.retry();
      },
      unqueue: (v) => this.waiting.remove(v),
      log,
    });

    this.seats = new Seats(kernel, this);
    this.running = new Running(kernel, spec.tenants, this);
    this.speeds = new Speeds(kernel, this);
    this.governors = this.speeds.governors;
    this.loads = new Loads(kernel, spec.tenants, this, {
      size: (v) => this.running.size(v),
      completed: (v) => this.life.end(v, V.COMPLETED),
      taskDone: (v, h, task) => this.log.add(kernel.now, "task done", v, h, task),
      stay: (v) => this.life.stay(v),
      gridStepped: (g, row) => this.solving.gridStep(g, row),
    });
    this.life = new Life(kernel, spec.tenants, this);
    this.resizing = new Resizing(kernel, this);
    this.commands = new Commands(kernel, this);
    this.actions = new Actions(kernel, this);
    const pinned = Int32Array.from(spec.tenants, ({ vmClass }) => (vmClass.host === null ? -1 : this.commands.hostNumber(vmClass.host)));
    this.placing = new Placing(kernel, spec.choose, spec.policy, pinned, this);
    this.solving = new Solving(kernel, this);
    this.requests = new Requests(kernel, this);
    playScript(kernel, spec.script, this.commands, KIND.script);
    for (let h = 0; h < hosts.count; h++) this.settling.mark(h);
  }

  /** Ends the accounts at `t`: integrals, and the time VMs have spent in their present state. */
  close(t: number): void {
    for (const playback of this.settling.playbacks) {
      playback.advance(t);
      playback.makeUp();
    }
    for (let h = 0; h < this.hosts.count; h++) {
      this.settling.close(h, t);
      this.memory.bring(h, t);
    }
    this.movement.close(t);
    this.times.close(t);
  }
}

function poolsOf({ pools = [], tenants }: DatacenterSpec, hosts: H.Hosts, vms: V.Vms): Pools | null {
  const poolOfClass = tenants.map(({ vmClass }) => vmClass.pool);
  return pools.length === 0 ? null : new Pools(hosts, vms, pools, poolOfClass);
}
