/**
 * The datacenter as a rebalancing policy sees and plans it: a view of the world with an overlay for "what if".
 *
 * `open` copies what may change (memory, vCPUs, power states, rules) into columns of the plan once a round; moves, closed and
 * woken hosts are noted there and can be taken back. Memory at a VM's present host stays taken until it has really left, so
 * that every planned move can start at once. CPU counts where the VM will be: one that is moving counts at its target.
 *
 * Load of a host = sum of its VMs' means (windows.ts) with the hypervisor's overhead / CPU for guests. Nothing is allocated
 * per host or VM in a round. Proof: test/policy/rebalancing.test.ts.
 */
import { Constraints } from "../policy/constraints.ts";
import type { Choice, Place, VmAsk } from "../policy/placement.ts";
import type { Action, Candidates, HostLoad, RebalanceView, Refused } from "../policy/rebalancing.ts";
import type { Datacenter } from "./datacenter.ts";
import { FleetView, promiseCpu } from "./fleet.ts";
import { guaranteeMiB } from "./host-memory.ts";
import * as H from "./hosts.ts";
import { vmOverheadMiB } from "./memory.ts";
import type { Admission } from "./spec.ts";
import * as V from "./vms.ts";
import type { Windows } from "./windows.ts";

/** Bit of the plan's own in `closed`. */
const CLOSED_HERE = 4;
/** Hosts that are looked at to say why others were not chosen, and how many are named. */
const HOSTS_ASKED = 64;
const HOSTS_NAMED = 4;
const LIKED_NAMED = 2;

export interface PlanOptions {
  readonly periodSeconds: number;
  readonly admission: Admission;
  /** Migrations that may begin in a round, and be under way at a time; Infinity = no limit. */
  readonly maxPerRound: number;
  readonly maxAtOnce: number;
  /** Policies may also move VMs that must be stopped for it. */
  readonly cold: boolean;
}

export class Plan implements RebalanceView {
  now = 0;
  mostVms = 0;
  waiting: readonly number[] = [];
  homeless: number[] = [];
  readonly periodSeconds: number;
  readonly hostCount: number;
  readonly hasRules: boolean;
  readonly #dc: Datacenter;
  readonly #windows: Windows;
  readonly #options: PlanOptions;
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #fleet: FleetView;
  readonly #constraints: Constraints;
  // The overlay, by host.
  readonly #state: Uint8Array;
  readonly #closed: Uint8Array;
  readonly #takenMiB: Float64Array;
  readonly #guaranteedMiB: Float64Array;
  readonly #vcpus: Float64Array;
  readonly #ownedCores: Float64Array;
  readonly #promisedMHz: Float64Array;
  readonly #overlay: H.Hosts;
  readonly #vmCount: Int32Array;
  readonly #staying: Int32Array;
  readonly #later: Uint8Array;
  /** Need of the VMs each host will have, MHz: a ring like that of the windows. */
  readonly #need: Float64Array;
  readonly #samples: Uint16Array;
  readonly #emptySince: Float64Array;
  /** Where each VM will be. */
  readonly #home: Int32Array;
  // What was planned, in order: a move (vm, from, to), or a host closed or woken (vm = CLOSE or WAKE, from = the host).
  readonly #planned: number[] = [];
  #moves = 0;
  #allowed = 0;
  /** For `find`: kinds whose first empty host was seen in this search. */
  readonly #emptySeen: Int32Array;
  #search = 0;
  #from = -1;
  #accept: (host: number) => boolean = () => true;
  readonly #only = (h: number): boolean => this.#suits(h);

  constructor(dc: Datacenter, windows: Windows, options: PlanOptions) {
    const { hosts, vms } = dc;
    this.#dc = dc;
    this.#windows = windows;
    this.#options = options;
    this.#hosts = hosts;
    this.#vms = vms;
    this.periodSeconds = options.periodSeconds;
    this.hostCount = hosts.count;
    this.hasRules = dc.constraints.any;
    this.#state = new Uint8Array(hosts.count);
    this.#closed = new Uint8Array(hosts.count);
    this.#takenMiB = new Float64Array(hosts.count);
    this.#guaranteedMiB = new Float64Array(hosts.count);
    this.#vcpus = new Float64Array(hosts.count);
    this.#ownedCores = new Float64Array(hosts.count);
    this.#promisedMHz = new Float64Array(hosts.count);
    this.#vmCount = new Int32Array(hosts.count);
    this.#staying = new Int32Array(hosts.count);
    this.#later = new Uint8Array(hosts.count);
    this.#need = new Float64Array(hosts.count * windows.length);
    this.#samples = new Uint16Array(hosts.count);
    this.#emptySince = new Float64Array(hosts.count);
    this.#home = new Int32Array(vms.count);
    this.#emptySeen = new Int32Array(hosts.classes.length);
    this.#constraints = new Constraints(dc.constraints.rules);
    this.#overlay = {
      ...hosts,
      state: this.#state,
      closed: this.#closed,
      takenMiB: this.#takenMiB,
      guaranteedMiB: this.#guaranteedMiB,
      vcpus: this.#vcpus,
      ownedCores: this.#ownedCores,
      promisedMHz: this.#promisedMHz,
      vms: this.#vmCount,
      expectedMHz: new Float64Array(hosts.count),
    };
    this.#fleet = new FleetView(
      this.#overlay,
      vms,
      options.admission,
      this.#constraints,
      (h) => this.hostNeedMHz(h, 0) / hosts.row[h * H.HOST_ROW + H.CORE_MHZ],
    );
    this.#fleet.only = this.#only;
    if (dc.fleet.unreached) this.#fleet.unreached = dc.fleet.unreached;
  }

  /** Begins a round: the plan is the world as it is. */
  open(now: number): void {
    const { hosts, vms, movement, constraints } = this.#dc;
    this.now = now;
    this.#state.set(hosts.state);
    this.#closed.set(hosts.closed);
    this.#takenMiB.set(hosts.takenMiB);
    this.#guaranteedMiB.set(hosts.guaranteedMiB);
    this.#vcpus.set(hosts.vcpus);
    this.#ownedCores.set(hosts.ownedCores);
    this.#promisedMHz.set(hosts.promisedMHz);
    this.#vmCount.set(hosts.vms);
    this.#later.fill(0);
    this.#need.fill(0);
    this.#samples.fill(0);
    this.#home.set(vms.host);
    this.#staying.fill(0);
    this.#constraints.copy(constraints);
    this.#planned.length = 0;
    this.#moves = 0;
    this.homeless = [];
    this.#allowed = Math.min(this.#options.maxPerRound, this.#options.maxAtOnce - movement.moving);
    this.waiting = this.#dc.waiting.vms;
    this.mostVms = 0;
    for (let h = 0; h < hosts.count; h++) {
      const n = hosts.vms[h];
      if (n > this.mostVms) this.mostVms = n;
      if (this.#dc.seats.holders(h) > 0 || hosts.state[h] !== H.ON) this.#emptySince[h] = now;
      for (let i = hosts.start[h], end = i + n; i < end; i++) {
        const v = hosts.members[i];
        const to = movement.moving > 0 ? movement.target[v] : -1;
        this.#home[v] = to >= 0 ? to : h;
        this.#put(v, to >= 0 ? to : h, 1);
      }
    }
    this.#fleet.reach = this.#dc.fleet.reach;
    this.#fleet.supply = this.#dc.fleet.supply;
    this.#fleet.reload();
  }

  // ---- hosts -------------------------------------------------------------------------------------------------------

  hostName(h: number): string {
    return this.#hosts.name(h);
  }
  isOpen(h: number): boolean {
    return this.#state[h] === H.ON && this.#closed[h] === 0;
  }
  isOn(h: number): boolean {
    return this.#hosts.state[h] === H.ON;
  }
  inMaintenance(h: number): boolean {
    return (this.#hosts.closed[h] & H.MAINTENANCE) !== 0;
  }
  isResting(h: number): boolean {
    const state = this.#state[h];
    return (state === H.OFF || state === H.ASLEEP) && this.#closed[h] === 0;
  }
  isComing(h: number): boolean {
    const state = this.#hosts.state[h];
    return state === H.BOOTING_HOST || state === H.WAKING;
  }
  isLater(h: number): boolean {
    return this.#later[h] === 1;
  }
  stateOf(h: number): string {
    return this.inMaintenance(h) ? "in maintenance" : H.HOST_STATES[this.#hosts.state[h]];
  }
  kindOf(h: number): number {
    return this.#hosts.classOf[h];
  }
  capacityMHz(h: number): number {
    const { planGuestMHz, hostOsMHz, outsideIoMHz, reservedMHz, classes, classOf } = this.#hosts;
    const outside = hostOsMHz[h] + (classes[classOf[h]].hypervisor.ioChargedTo === "host-os" ? outsideIoMHz[h] : 0);
    // What the host's own programs take beyond the reserve is not there for VMs; something always is.
    return Math.max(0.01 * planGuestMHz[h], planGuestMHz[h] - Math.max(0, outside - reservedMHz[h]));
  }
  memoryMiB(h: number): number {
    return this.#fleet.memoryMiB(h);
  }
  takenMiB(h: number): number {
    return this.#takenMiB[h];
  }
  watts(h: number, needMHz: number): number {
    return this.#fleet.watts(h, needMHz);
  }
  offWatts(h: number): number {
    return this.#hosts.curves.offWatts(this.#hosts.curveOf[h]);
  }
  sleepWatts(h: number): number {
    return this.#transitions(h).sleepWatts;
  }
  switchingCost(h: number, how: "off" | "sleep"): { joules: number; seconds: number } {
    const t = this.#transitions(h);
    const full = this.#hosts.curves.watts(this.#hosts.planCurve[h], 1);
    const down = how === "off" ? t.shutdownSeconds : t.suspendSeconds;
    const up = how === "off" ? t.bootSeconds : t.wakeSeconds;
    return { joules: down * (t.shutdownWatts ?? full) + up * (t.bootWatts ?? full), seconds: down + up };
  }
  emptySeconds(h: number): number {
    return this.#dc.seats.holders(h) > 0 ? 0 : this.now - this.#emptySince[h];
  }
  measuredUse(h: number, windowSeconds: number): number {
    return this.#windows.hostUse(h, this.#periodsOf(windowSeconds));
  }
  vmsOn(h: number): number {
    return this.#staying[h];
  }
  residents(h: number, into: Int32Array): number {
    const { members, start, vms } = this.#hosts;
    let n = 0;
    for (let i = start[h], end = i + vms[h]; i < end; i++) {
      const v = members[i];
      if (this.#home[v] === h && this.fixed(v) === null) into[n++] = v;
    }
    return n;
  }
  hostNeedMHz(h: number, age: number): number {
    const { length, newest } = this.#windows;
    return Math.max(0, this.#need[h * length + ((newest - age) & (length - 1))]);
  }
  hostDemandMHz(h: number, windowSeconds: number, deviations: number, withVm: number): number {
    const samples = withVm < 0 ? this.#samples[h] : Math.max(this.#samples[h], this.#windows.samples[withVm]);
    const n = Math.max(1, Math.min(this.#periodsOf(windowSeconds), samples));
    let sum = 0;
    let squares = 0;
    for (let age = 0; age < n; age++) {
      const need = this.hostNeedMHz(h, age) + (withVm < 0 ? 0 : this.needMHz(withVm, age));
      sum += need;
      squares += need * need;
    }
    const mean = sum / n;
    return mean + (deviations === 0 ? 0 : deviations * Math.sqrt(Math.max(0, squares / n - mean * mean)));
  }

  // ---- VMs ---------------------------------------------------------------------------------------------------------

  get periods(): number {
    return this.#windows.periods;
  }
  get budget(): number {
    return this.#allowed - this.#moves;
  }
  vmName(v: number): string {
    return this.#vms.names[v];
  }
  hostOf(v: number): number {
    return this.#home[v];
  }
  vcpus(v: number): number {
    return this.#vms.vcpus[v];
  }
  vmMemoryMiB(v: number): number {
    return this.#vms.memoryMiB[v];
  }
  fixed(v: number): string | null {
    const fixed = this.#dc.movement.fixed(v);
    if (fixed !== null) return fixed;
    const h = this.#vms.host[v];
    const live = this.#dc.movement.isLive(h, h);
    const { name } = this.#hosts.classes[this.#hosts.classOf[h]].hypervisor;
    if (live === null) return `${name} cannot move a VM`;
    const tied = this.#dc.movement.tied(v);
    if (tied !== null && live) return tied;
    return live || this.#options.cold ? null : `${name} cannot move a VM while it runs`;
  }
  needMHz(v: number, age: number): number {
    const { row } = this.#vms;
    return this.#windows.vmMHz(v, age) * row[v * V.VM_ROW + V.PER_WORK] + row[v * V.VM_ROW + V.IO_MHZ];
  }
  meanNeedMHz(v: number, windowSeconds: number): number {
    const n = Math.max(1, Math.min(this.#periodsOf(windowSeconds), this.#windows.samples[v]));
    let sum = 0;
    for (let age = 0; age < n; age++) sum += this.needMHz(v, age);
    return sum / n;
  }

  refusal(action: Action): string | null {
    return this.#dc.actions.refusal(action);
  }

  load(h: number, withVm: number, into: HostLoad): void {
    const { length, newest, samples, mhz } = this.#windows;
    const perMHz = 1 / this.capacityMHz(h);
    const mask = length - 1;
    const base = h * length;
    let n = this.#samples[h];
    if (withVm < 0) for (let age = 0; age < n; age++) into.history[age] = this.#need[base + ((newest - age) & mask)] * perMHz;
    else {
      n = Math.max(n, samples[withVm]);
      const perWork = this.#dc.cpu.cost(h, this.#vms.mix[withVm]).perWork;
      const io = this.#vms.row[withVm * V.VM_ROW + V.IO_MHZ];
      const vmBase = withVm * length;
      for (let age = 0; age < n; age++) {
        const place = (newest - age) & mask;
        into.history[age] = (this.#need[base + place] + mhz[vmBase + place] * perWork + io) * perMHz;
      }
    }
    into.samples = n;
    into.load = n > 0 ? into.history[0] : 0;
    into.stepsAhead = this.#stepsAhead(h);
    into.nextLoad = Number.NaN;
  }

  /** What its VMs and one more (-1 for none) ask for at this moment / CPU for guests: until something changes, the load to come. */
  presentLoad(h: number, withVm: number): number {
    const { members, start, vms } = this.#hosts;
    let need = withVm < 0 ? 0 : this.#presentNeed(withVm, h);
    for (let i = start[h], end = i + vms[h]; i < end; i++) if (this.#home[members[i]] === h) need += this.#presentNeed(members[i], h);
    for (let i = 0; i < this.#planned.length; i += 3)
      if (this.#planned[i] >= 0 && this.#planned[i + 2] === h && this.#home[this.#planned[i]] === h) need += this.#presentNeed(this.#planned[i], h);
    return need / this.capacityMHz(h);
  }

  #presentNeed(v: number, h: number): number {
    const { row, vcpus, mix } = this.#vms;
    const most = vcpus[v] * this.#hosts.planMHz[h];
    return Math.min(most, this.#dc.readings.demandMHz(v) * this.#dc.cpu.cost(h, mix[v]).perWork + row[v * V.VM_ROW + V.IO_MHZ]);
  }

  candidates(vms: Int32Array, count: number, into: Candidates): void {
    const { length, newest, samples } = this.#windows;
    if (into.memoryMiB.length < count) {
      into.memoryMiB = new Float64Array(2 * count);
      into.sizeMHz = new Float64Array(2 * count);
      into.demandMHz = new Float64Array(2 * count);
      into.history = new Float64Array(2 * count * into.stride);
    }
    let common = this.#windows.length;
    for (let i = 0; i < count; i++) {
      const v = vms[i];
      const size = this.#vms.vcpus[v] * this.#hosts.planMHz[this.#vms.host[v]];
      into.memoryMiB[i] = this.#vms.memoryMiB[v];
      into.sizeMHz[i] = size;
      into.demandMHz[i] = this.#windows.vmMHz(v, 0);
      if (samples[v] < common) common = samples[v];
      for (let age = 0; age < Math.min(samples[v], into.stride); age++)
        into.history[i * into.stride + age] = this.#windows.mhz[v * length + ((newest - age) & (length - 1))] / size;
    }
    into.count = count;
    into.samples = Math.min(common, into.stride);
  }

  // ---- what if -----------------------------------------------------------------------------------------------------

  find(v: number, place: Place, accept: (host: number) => boolean): Choice {
    if (this.#constraints.hasWishes(v)) {
      const wished = this.#findBy(v, place, accept, true);
      if (wished.host >= 0) return wished;
    }
    return this.#findBy(v, place, accept, false);
  }

  #findBy(v: number, place: Place, accept: (host: number) => boolean, strict: boolean): Choice {
    const from = this.#vms.host[v];
    this.#fleet.ask(v, from < 0 ? this.#dc.placing.pinnedTo(v) : -1, strict);
    this.#accept = accept;
    this.#from = from;
    this.#search++;
    return place(this.#askOf(v), this.#fleet);
  }

  takes(v: number, h: number): boolean {
    const from = this.#vms.host[v];
    this.#fleet.ask(v, from < 0 ? this.#dc.placing.pinnedTo(v) : -1);
    return h !== from && this.#fleet.rule(h) < 0 && this.#reaches(from, h);
  }

  someAccept(v: number, tries: number, accept: (host: number) => boolean): boolean {
    const from = this.#vms.host[v];
    this.#fleet.ask(v, from < 0 ? this.#dc.placing.pinnedTo(v) : -1);
    let left = tries;
    let found = false;
    this.#fleet.byLoad((h) => {
      if (h === from || this.#fleet.rule(h) >= 0 || !this.#reaches(from, h)) return false;
      found = accept(h);
      return found || --left <= 0;
    });
    return found;
  }

  passedOver(v: number, chosen: number, accept: (host: number) => boolean): Refused[] {
    const refused: Refused[] = [];
    const lessLiked: Refused[] = [];
    const from = this.#vms.host[v];
    this.#fleet.ask(v, from < 0 ? this.#dc.placing.pinnedTo(v) : -1, this.#constraints.hasWishes(v));
    for (let h = 0, asked = 0; h < this.hostCount && asked < HOSTS_ASKED && refused.length < HOSTS_NAMED; h++) {
      if (h === from || h === chosen || this.#state[h] !== H.ON) continue;
      asked++;
      const why = this.#whyNot(h, from, accept);
      if (why !== "") refused.push({ host: h, why });
      else if (lessLiked.length < LIKED_NAMED) lessLiked.push({ host: h, why: "the placement rule likes it less" });
    }
    // A host that would do is named only where another was chosen.
    return chosen < 0 ? refused : [...refused, ...lessLiked.slice(0, HOSTS_NAMED - refused.length)];
  }

  /** Why the host may not be chosen for the VM that the fleet was asked about; "" when it may. */
  #whyNot(h: number, from: number, accept: (host: number) => boolean): string {
    if ((this.#closed[h] & CLOSED_HERE) !== 0) return "takes no VMs in this round";
    const rule = this.#fleet.ruleText(h);
    if (rule !== "") return rule;
    if (!this.#reaches(from, h)) return "no way there for a running VM";
    if (accept(h)) return "";
    return this.#staying[h] === 0 ? "is empty, and may stay so" : "is too full for it";
  }

  move(v: number, to: number): void {
    const from = this.#home[v];
    this.#change(v, from, to, 1);
    this.#planned.push(v, from, to);
  }

  /** The VM goes from one place of the plan to another (-1: nowhere yet); `sign` -1 takes that back. */
  #change(v: number, from: number, to: number, sign: 1 | -1): void {
    const host = this.#vms.host[v];
    this.#home[v] = sign > 0 ? to : from;
    if (from >= 0) this.#leaveOrJoin(v, from, from !== host, sign > 0 ? -1 : 1);
    if (to >= 0) this.#leaveOrJoin(v, to, to !== host, sign);
  }

  #leaveOrJoin(v: number, h: number, away: boolean, sign: 1 | -1): void {
    this.#put(v, h, sign);
    if (away) this.#hold(v, h, sign);
    this.#fleet.changed(h);
    if (!away) return;
    if (this.#vms.host[v] >= 0 && this.#later[h] === 0) this.#moves += sign;
  }

  close(h: number): void {
    this.#planned.push(CLOSE, h, this.#closed[h]);
    this.#closed[h] |= CLOSED_HERE;
    this.#fleet.changed(h);
  }

  wake(h: number): void {
    this.#planned.push(WAKE, h, this.#state[h]);
    this.#state[h] = H.ON;
    this.#later[h] = 1;
    this.#fleet.changed(h);
  }

  mark(): number {
    return this.#planned.length;
  }

  undo(mark: number): void {
    const planned = this.#planned;
    while (planned.length > mark) {
      const to = planned.pop() as number;
      const from = planned.pop() as number;
      const v = planned.pop() as number;
      if (v === CLOSE) this.#closed[from] = to;
      else if (v === WAKE) {
        this.#state[from] = to;
        this.#later[from] = 0;
      } else this.#change(v, from, to, -1);
      if (v < 0) this.#fleet.changed(from);
    }
  }

  noHost(v: number): void {
    this.homeless.push(v);
  }

  // ---- within ------------------------------------------------------------------------------------------------------

  /** Whether a host that fits may be chosen in this search. */
  #suits(h: number): boolean {
    if (h === this.#from || !this.#reaches(this.#from, h)) return false;
    // Of equal empty hosts the first stands for all, unless rules tell them apart.
    const { classOf, planCurve, pstates } = this.#hosts;
    const kind = classOf[h];
    if (this.#takenMiB[h] === 0 && this.#later[h] === 0 && planCurve[h] === pstates[kind][0].curve && !this.#constraints.any) {
      if (this.#emptySeen[kind] === this.#search) return false;
      this.#emptySeen[kind] = this.#search;
    }
    return this.#accept(h);
  }

  #reaches(from: number, to: number): boolean {
    if (from < 0) return true;
    const { movement, network } = this.#dc;
    if (!network.takesMigrations(from) || !network.takesMigrations(to)) return false;
    const live = movement.isLive(from, to);
    return live === true || (live === false && this.#options.cold);
  }

  #askOf(v: number): VmAsk {
    const { names, vcpus, memoryMiB, owners, classes, classOf, host } = this.#vms;
    const demandMHz = host[v] < 0 ? this.#dc.loads.expectedMHz(v) : this.needMHz(v, 0);
    return { vm: v, name: names[v], vcpus: vcpus[v], memoryMiB: memoryMiB[v], demandMHz, owner: owners[v], serviceClass: classes[classOf[v]].serviceClass };
  }

  /** Adds the VM's need to a host's ring, or takes it off. */
  #put(v: number, h: number, sign: 1 | -1): void {
    const { length, mhz, samples } = this.#windows;
    this.#staying[h] += sign;
    if (samples[v] > this.#samples[h]) this.#samples[h] = samples[v];
    const perWork = sign * (this.#vms.host[v] === h ? this.#vms.row[v * V.VM_ROW + V.PER_WORK] : this.#dc.cpu.cost(h, this.#vms.mix[v]).perWork);
    const io = sign * this.#vms.row[v * V.VM_ROW + V.IO_MHZ];
    const from = v * length;
    const to = h * length;
    for (let i = 0; i < length; i++) this.#need[to + i] += mhz[from + i] * perWork + io;
  }

  /** Takes memory, vCPUs and a place of the VM at its planned target, or gives them back. */
  #hold(v: number, h: number, sign: 1 | -1): void {
    const { memoryMiB, vcpus } = this.#vms;
    const { hypervisor } = this.#hosts.classes[this.#hosts.classOf[h]];
    this.#takenMiB[h] += sign * (memoryMiB[v] + vmOverheadMiB(hypervisor, vcpus[v], memoryMiB[v]));
    if (this.#fleet.memoryOvercommits) this.#guaranteedMiB[h] += sign * guaranteeMiB(this.#hosts, this.#vms, v, h);
    this.#vcpus[h] += sign * vcpus[v];
    promiseCpu(this.#overlay, this.#vms, v, h, sign);
    this.#vmCount[h] += sign;
    this.#constraints.take(v, h, sign);
  }

  /** Periods a migration off this host takes: its largest VM at the speed of its card. */
  #stepsAhead(h: number): number {
    const { members, start, vms } = this.#hosts;
    let mib = 0;
    for (let i = start[h], end = i + vms[h]; i < end; i++) mib = Math.max(mib, this.#vms.memoryMiB[members[i]]);
    return Math.max(1, Math.ceil(mib / this.#dc.movement.cardMiBPerSecond(h) / this.periodSeconds));
  }

  #periodsOf(windowSeconds: number): number {
    return Math.max(1, Math.round(windowSeconds / this.periodSeconds));
  }

  #transitions(h: number): H.Hosts["classes"][number]["transitions"] {
    return this.#hosts.classes[this.#hosts.classOf[h]].transitions;
  }
}

const CLOSE = -1;
const WAKE = -2;
