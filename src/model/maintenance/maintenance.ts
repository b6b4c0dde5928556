/**
 * Planned work on hosts, one after the other: patches, replacements, removals, and bad patches.
 *
 * A host that is to be worked on takes no more VMs. `migrate`: those it has go where the placement policy puts them among the
 * hosts with CPU to spare, each by its product's way; what finds no place is asked again every 30 s, and a host that is not
 * empty when patience ends is put back. Then: install, shut down, boot, back. `suspend`, `shut down`: the VMs stay, run through
 * the installation, and stand still for the reboot; memory goes to disk and comes back at the product's rate, one VM after the
 * other, or the guests boot again. Times of shutting down and booting are the host's.
 *
 * A bad patch lets a patched host crash again and again, after exponential times, until it is taken back; after some crashes
 * the rollout stops and all patched hosts are taken back the way they were patched.
 *
 * VM-seconds that stand still for it are down (maintenance). Proof: test/maintenance/maintenance.test.ts.
 */
import { exponential } from "../../kernel/distributions.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Stream } from "../../kernel/streams.ts";
import type { Datacenter } from "../datacenter.ts";
import * as H from "../hosts.ts";
import type { NumbersOf } from "../names.ts";
import { PHASE } from "../phases.ts";
import type { Decided } from "../rebalance.ts";
import * as V from "../vms.ts";
import { Emptying } from "./emptying.ts";
import type { MaintenanceSpec } from "./spec.ts";
import { type HostWork, opensAt, type Rollout } from "./work.ts";

const KIND = { begin: 110, next: 111, look: 112, step: 113, crash: 114, resume: 115, repair: 116 } as const;
/** Between looks at a host that is being emptied, s. */
const LOOK_SECONDS = 30;
/** Boots that may fail before a host is left off. */
const MOST_BOOTS = 10;

export class Maintenance {
  readonly log: HostWork[] = [];
  readonly rollouts: readonly Rollout[];
  readonly #kernel: Kernel;
  readonly #dc: Datacenter;
  readonly #emptying: Emptying;
  readonly #stream: (name: string) => Stream;
  readonly #luck = new Map<string, Stream>();
  /** VMs that stand still for it. */
  readonly #still = new Map<number, HostWork["stopped"][number]>();
  /** Crashes of bad patches, by number. */
  readonly #repairs: { readonly work: number; readonly h: number; readonly failure: number }[] = [];

  constructor(kernel: Kernel, dc: Datacenter, specs: readonly MaintenanceSpec[], numbers: NumbersOf, stream: (name: string) => Stream) {
    this.#kernel = kernel;
    this.#dc = dc;
    this.#emptying = new Emptying(dc, () => kernel.now);
    this.#stream = stream;
    const hostsOf = (names: readonly string[]): number[] => [...new Set(names.flatMap((name) => numbers.host(name)))];
    this.rollouts = specs.map((spec) => ({
      spec,
      hosts: hostsOf(spec.hosts),
      partners: hostsOf(spec.by),
      queue: [],
      patched: new Map(),
      active: 0,
      crashes: 0,
      halted: false,
      nextPlanned: false,
    }));
    dc.failing.onBack.push((v) => {
      const stop = this.#still.get(v);
      if (stop !== undefined) stop.until = kernel.now;
      this.#still.delete(v);
    });
    kernel.on(KIND.begin, (work, n) => this.#begin(work, n));
    kernel.on(KIND.next, (work) => {
      this.rollouts[work].nextPlanned = false;
      this.#next(work);
    });
    kernel.on(KIND.look, (i) => this.#look(this.log[i]));
    kernel.on(KIND.step, (i) => this.#step(this.log[i]));
    kernel.on(KIND.crash, (work, h) => this.#crash(work, h));
    kernel.on(KIND.repair, (i) => this.#repair(i));
    kernel.on(KIND.resume, (i, k) => this.#resume(this.log[i], k));
    for (const [work, { spec }] of this.rollouts.entries()) kernel.schedule(spec.startSeconds, PHASE.decision, KIND.begin, work, 0);
  }

  /** Moves it asked for. */
  get decided(): readonly Decided[] {
    return this.#emptying.decided;
  }

  // ---- the rollout ---------------------------------------------------------------------------------------------------

  #begin(work: number, n: number): void {
    const rollout = this.rollouts[work];
    const { spec, hosts } = rollout;
    const { now } = this.#kernel;
    for (const [i, h] of hosts.entries()) {
      const action = spec.do;
      const entry = this.#entry(work, h, action, action === "replace" ? rollout.partners[i] : -1);
      if (spec.spreadSeconds === null) rollout.queue.push(entry);
      else this.#kernel.schedule(now + this.#draw(work, h).uniform() * spec.spreadSeconds, PHASE.decision, KIND.look, entry.number);
    }
    if (spec.everySeconds !== null) this.#kernel.schedule(now + spec.everySeconds, PHASE.decision, KIND.begin, work, n + 1);
    this.#next(work);
  }

  #entry(work: number, host: number, action: HostWork["action"], partner: number): HostWork {
    const entry: HostWork = {
      number: this.log.length,
      work,
      host,
      action,
      partner,
      askedSeconds: this.#kernel.now,
      beganSeconds: Number.NaN,
      emptySeconds: Number.NaN,
      endSeconds: Number.NaN,
      moves: [],
      stopped: [],
      step: "waiting",
      boots: 0,
      failure: -1,
      outcome: "",
      reason: "",
    };
    this.log.push(entry);
    return entry;
  }

  /** Begins as many hosts as may be under way, if it is the time for it. */
  #next(work: number): void {
    const rollout = this.rollouts[work];
    const { spec, queue } = rollout;
    const opens = opensAt(spec, this.#kernel.now);
    if (opens > this.#kernel.now) {
      if (queue.length > 0) this.#planNext(work, opens);
      return;
    }
    while (rollout.active < spec.atOnce) {
      const entry = queue.shift();
      if (entry === undefined) return;
      rollout.active++;
      this.#start(entry);
    }
  }

  #planNext(work: number, time: number): void {
    const rollout = this.rollouts[work];
    if (rollout.nextPlanned) return;
    rollout.nextPlanned = true;
    this.#kernel.schedule(time, PHASE.decision, KIND.next, work);
  }

  // ---- one host ------------------------------------------------------------------------------------------------------

  #start(entry: HostWork): void {
    const { hosts, power } = this.#dc;
    const { host, partner } = entry;
    if (!(entry.beganSeconds >= 0)) entry.beganSeconds = this.#kernel.now;
    if (hosts.state[host] !== H.ON && this.#waitsForHost(entry)) return;
    if (hosts.state[host] !== H.ON || (hosts.closed[host] & H.MAINTENANCE) !== 0) {
      const state = hosts.state[host] === H.ON ? "in maintenance already" : H.HOST_STATES[hosts.state[host]];
      return this.#over(entry, "passed over", `the host is ${state}`);
    }
    if (partner >= 0 && power.refusalOn(partner) === null) power.on(partner);
    entry.step = partner >= 0 ? "coming" : "emptying";
    if (partner < 0) this.#dc.commands.maintain(host, true);
    this.#look(entry);
  }

  /** Looks how far emptying has come, and does what can be done now. */
  #look(entry: HostWork): void {
    const { hosts } = this.#dc;
    const { host, partner } = entry;
    const { spec } = this.rollouts[entry.work];
    const { now } = this.#kernel;
    if (entry.step === "waiting") return this.#start(entry);
    if (entry.step !== "coming" && entry.step !== "emptying" && entry.step !== "stopping") return;
    if (hosts.state[host] !== H.ON) return this.#broken(entry, `the host is ${H.HOST_STATES[hosts.state[host]]}`);
    if (entry.step === "coming") {
      if (hosts.state[partner] === H.ON) {
        entry.step = "emptying";
        this.#dc.commands.maintain(host, true);
      } else if (now - entry.beganSeconds >= spec.patienceSeconds) {
        return this.#over(entry, "passed over", `${hosts.name(partner)} did not come up`);
      }
    }
    if (entry.step === "emptying" && (spec.vms !== "migrate" || this.#dc.seats.holders(host) === 0)) return this.#empty(entry);
    if (entry.step === "stopping" && this.#isStill(host)) return this.#stopVms(entry);
    if (entry.step === "emptying") {
      this.#emptying.sendAway(entry, this.rollouts[entry.work]);
      if (now - entry.beganSeconds >= spec.patienceSeconds) return this.#over(entry, "passed over", this.#emptying.whatStays(entry));
    } else if (entry.step === "stopping" && now - entry.emptySeconds >= spec.patienceSeconds + spec.takesSeconds) {
      return this.#over(entry, "passed over", "a VM on it was moving or starting all the time");
    }
    this.#kernel.schedule(now + LOOK_SECONDS, PHASE.decision, KIND.look, entry.number);
  }

  /** A patched host that crashes must be taken back all the same: that waits until it is up. */
  #waitsForHost(entry: HostWork): boolean {
    const { now } = this.#kernel;
    if (entry.action !== "roll back" || now - entry.beganSeconds > MOST_BOOTS * this.rollouts[entry.work].spec.patienceSeconds) return false;
    this.#kernel.schedule(now + LOOK_SECONDS, PHASE.decision, KIND.look, entry.number);
    return true;
  }

  /** The host went down under the work. */
  #broken(entry: HostWork, reason: string): void {
    if (entry.action === "roll back") {
      this.#dc.commands.maintain(entry.host, false);
      entry.step = "waiting";
      if (this.#waitsForHost(entry)) return;
    }
    this.#over(entry, "failed", reason);
  }

  #empty(entry: HostWork): void {
    const { spec } = this.rollouts[entry.work];
    entry.emptySeconds = this.#kernel.now;
    entry.step = "installing";
    const seconds = entry.action === "patch" || entry.action === "roll back" ? spec.takesSeconds : 0;
    this.#kernel.schedule(this.#kernel.now + seconds, PHASE.decision, KIND.step, entry.number);
  }

  /** The next step of a host that is empty, or whose VMs stay. */
  #step(entry: HostWork): void {
    const { hosts, power } = this.#dc;
    const { host } = entry;
    const { spec } = this.rollouts[entry.work];
    if (entry.step === "over") return;
    if (hosts.state[host] === H.FAILED) return this.#broken(entry, "the host failed meanwhile");
    switch (entry.step) {
      case "installing":
        if ((entry.action === "patch" || entry.action === "roll back") && !spec.reboot) return this.#back(entry);
        if (hosts.state[host] !== H.ON) return this.#over(entry, "failed", `the host is ${H.HOST_STATES[hosts.state[host]]}`);
        entry.step = "stopping";
        return this.#look(entry);
      case "stopping":
        // VMs' memory is on disk.
        return this.#down(entry);
      case "down":
        if (hosts.state[host] !== H.OFF) return this.#over(entry, "failed", `the host is ${H.HOST_STATES[hosts.state[host]]}`);
        entry.step = "booting";
        power.boot(host);
        return this.#after(entry, this.#transitions(host).bootSeconds);
      case "booting":
        if (hosts.state[host] === H.ON) return this.#resumeAll(entry);
        if (hosts.state[host] === H.OFF && ++entry.boots < MOST_BOOTS) {
          power.boot(host);
          return this.#after(entry, this.#transitions(host).bootSeconds);
        }
        return this.#over(entry, "failed", "the host did not boot");
      default:
        return this.#back(entry);
    }
  }

  #after(entry: HostWork, seconds: number): void {
    this.#kernel.schedule(this.#kernel.now + seconds, PHASE.completion, KIND.step, entry.number);
  }

  #transitions(h: number): Datacenter["hosts"]["classes"][number]["transitions"] {
    return this.#dc.hosts.classes[this.#dc.hosts.classOf[h]].transitions;
  }

  /** All that is on the host either runs in peace or stands still. */
  #isStill(h: number): boolean {
    const { hosts, vms, movement, diskMoves } = this.#dc;
    if (this.#dc.seats.holders(h) !== hosts.vms[h]) return false;
    for (let i = hosts.start[h], end = i + hosts.vms[h]; i < end; i++) {
      const v = hosts.members[i];
      if (movement.isMoving(v) || diskMoves.isMoving(v) || (vms.state[v] !== V.RUNNING_VM && vms.state[v] !== V.SUSPENDED && vms.state[v] !== V.DOWN))
        return false;
    }
    return true;
  }

  /** VMs that stay stand still from now on; the host goes down when their memory is on disk. */
  #stopVms(entry: HostWork): void {
    const { hosts, vms, failing } = this.#dc;
    const { host } = entry;
    const { spec } = this.rollouts[entry.work];
    const { now } = this.#kernel;
    const members = Array.from(hosts.members.subarray(hosts.start[host], hosts.start[host] + hosts.vms[host])).sort((a, b) => a - b);
    const running = members.filter((v) => vms.state[v] === V.RUNNING_VM);
    if (spec.vms !== "migrate") entry.emptySeconds = now;
    if (running.length > 0) entry.failure = failing.book.failed(now, "maintenance", hosts.name(host), `${entry.action}: ${spec.name}`);
    let memoryMiB = 0;
    for (const v of running) {
      const stop = { vm: v, at: now, until: Number.NaN };
      entry.stopped.push(stop);
      this.#still.set(v, stop);
      if (spec.vms === "shut down") failing.crashVm(v, entry.failure, "shut down");
      else {
        failing.book.down(v, entry.failure, now, host);
        this.#dc.commands.suspend(v);
        memoryMiB += vms.memoryMiB[v];
      }
    }
    this.#after(entry, memoryMiB / this.#diskRate(host));
  }

  #diskRate(h: number): number {
    return this.#dc.hosts.classes[this.#dc.hosts.classOf[h]].hypervisor.migration.diskMiBPerSecond;
  }

  #down(entry: HostWork): void {
    const { host, action } = entry;
    const { hosts, power } = this.#dc;
    if (hosts.state[host] !== H.ON) return this.#over(entry, "failed", `the host is ${H.HOST_STATES[hosts.state[host]]}`);
    power.off(host);
    if (action === "replace" || action === "remove") {
      hosts.closed[host] |= H.FORCED_OFF;
      return this.#over(entry, "done", "");
    }
    entry.step = "down";
    this.#after(entry, this.#transitions(host).shutdownSeconds);
  }

  /** The host is on: its VMs go on one after the other, or boot. */
  #resumeAll(entry: HostWork): void {
    const { vms } = this.#dc;
    const { host } = entry;
    const { now } = this.#kernel;
    entry.step = "resuming";
    let seconds = 0;
    for (const [k, { vm }] of entry.stopped.entries()) {
      if (vms.host[vm] !== host) continue;
      if (vms.state[vm] === V.SUSPENDED) seconds += vms.memoryMiB[vm] / this.#diskRate(host);
      this.#kernel.schedule(now + seconds, PHASE.completion, KIND.resume, entry.number, k);
    }
    this.#after(entry, seconds);
  }

  #resume(entry: HostWork, k: number): void {
    const { vms, failing, hosts } = this.#dc;
    const { vm } = entry.stopped[k];
    if (vms.host[vm] !== entry.host || hosts.state[entry.host] !== H.ON) return;
    if (vms.state[vm] === V.SUSPENDED) {
      this.#dc.commands.resume(vm);
      failing.resumed(vm, "its host came back");
    } else failing.restartVm(vm, "its host came back");
  }

  /** The host is back in service. */
  #back(entry: HostWork): void {
    const { host, action, work } = entry;
    const rollout = this.rollouts[work];
    const { spec, patched } = rollout;
    if (action === "roll back") patched.delete(host);
    else if (spec.defect === null) patched.set(host, 0);
    else {
      const bad = this.#draw(work, host).uniform() < spec.defect.share;
      patched.set(host, bad ? 1 : 0);
      if (bad) this.#planCrash(work, host);
      if (rollout.halted) rollout.queue.push(this.#entry(work, host, "roll back", -1));
    }
    this.#over(entry, "done", "");
  }

  #over(entry: HostWork, outcome: "done" | "passed over" | "failed", reason: string): void {
    const { now } = this.#kernel;
    const { failing } = this.#dc;
    const rollout = this.rollouts[entry.work];
    const gone = outcome === "done" && (entry.action === "remove" || entry.action === "replace");
    // A host that was passed over at once, closed by somebody else, stays as it was.
    if (entry.step !== "waiting" && entry.step !== "coming" && !gone) this.#dc.commands.maintain(entry.host, false);
    entry.step = "over";
    entry.endSeconds = now;
    entry.outcome = outcome;
    entry.reason = reason;
    if (entry.failure >= 0) failing.book.mended(entry.failure, now);
    if (outcome === "failed") this.#letGo(entry);
    if (rollout.spec.spreadSeconds !== null && entry.action === "patch") {
      // It went by itself; a rollback may wait for it.
      if (rollout.queue.length > 0) this.#next(entry.work);
      return;
    }
    rollout.active--;
    if (rollout.queue.length === 0) return;
    if (rollout.spec.pauseSeconds > 0) this.#planNext(entry.work, now + rollout.spec.pauseSeconds);
    else this.#next(entry.work);
  }

  /** VMs that stood still on a host whose work broke off: they go on if they still can. */
  #letGo(entry: HostWork): void {
    const { hosts } = this.#dc;
    if (hosts.state[entry.host] !== H.ON) return;
    for (const k of entry.stopped.keys()) this.#resume(entry, k);
  }

  // ---- bad patches ---------------------------------------------------------------------------------------------------

  #draw(work: number, h: number): Stream {
    const name = `maintenance/${this.rollouts[work].spec.name}/${this.#dc.hosts.name(h)}`;
    let stream = this.#luck.get(name);
    if (stream === undefined) {
      stream = this.#stream(name);
      this.#luck.set(name, stream);
    }
    return stream;
  }

  #planCrash(work: number, h: number): void {
    const { defect } = this.rollouts[work].spec;
    if (defect !== null) this.#kernel.schedule(this.#kernel.now + exponential(this.#draw(work, h), defect.meanSeconds), PHASE.failure, KIND.crash, work, h);
  }

  #crash(work: number, h: number): void {
    const rollout = this.rollouts[work];
    const { defect, name } = rollout.spec;
    const { hosts, failing } = this.#dc;
    if (defect === null || rollout.patched.get(h) !== 1) return;
    if (hosts.state[h] !== H.ON) return this.#planCrash(work, h);
    const failure = failing.book.failed(this.#kernel.now, "operator", hosts.name(h), `bad patch: ${name}`);
    failing.failHost(h, failure);
    this.#repairs.push({ work, h, failure });
    this.#kernel.schedule(this.#kernel.now + defect.repairSeconds, PHASE.failure, KIND.repair, this.#repairs.length - 1);
    rollout.crashes++;
    if (rollout.halted || defect.haltAfter === null || rollout.crashes < defect.haltAfter) return;
    rollout.halted = true;
    for (const entry of rollout.queue.splice(0)) {
      entry.beganSeconds = this.#kernel.now;
      entry.step = "over";
      entry.endSeconds = this.#kernel.now;
      entry.outcome = "passed over";
      entry.reason = `the rollout was stopped: ${rollout.crashes} patched hosts crashed`;
    }
    for (const host of [...rollout.patched.keys()].sort((a, b) => a - b)) rollout.queue.push(this.#entry(work, host, "roll back", -1));
    this.#next(work);
  }

  #repair(i: number): void {
    const { work, h, failure } = this.#repairs[i];
    const { failing } = this.#dc;
    failing.book.mended(failure, this.#kernel.now);
    failing.repairHost(h, "boot");
    this.#planCrash(work, h);
  }
}
