/**
 * The end of an instant: disks and networks first, then services and pools, then every marked host once: its memory, its CPU,
 * what its neighbours do to each other. Solving one host may change what holds back VMs on others: on until nothing is marked.
 *
 * A step of a trace is an instant of its own. Hosts that merely play it take it in one pass (playback.ts) and are not solved.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Cpu } from "./cpu.ts";
import type { Datastores } from "./datastores.ts";
import type { FleetView } from "./fleet.ts";
import type { Flows } from "./flows.ts";
import type { Governors } from "./governor.ts";
import type { HostMemory } from "./host-memory.ts";
import * as H from "./hosts.ts";
import type { Interference } from "./interference.ts";
import type { Io } from "./io.ts";
import type { Loads } from "./loads.ts";
import { PHASE } from "./phases.ts";
import type { Pools } from "./pools.ts";
import type { Services } from "./services.ts";
import type { Settling } from "./settling.ts";

/** What is solved. */
export interface SolvingParts {
  readonly hosts: H.Hosts;
  readonly cpu: Cpu;
  readonly memory: HostMemory;
  readonly interference: Interference | null;
  readonly pools: Pools | null;
  readonly services: Services | null;
  readonly fleet: FleetView;
  readonly datastores: Datastores;
  readonly io: Io;
  readonly flows: Flows;
  readonly loads: Loads;
  readonly governors: Governors | null;
  readonly settling: Settling;
}

export class Solving {
  readonly #kernel: Kernel;
  readonly #parts: SolvingParts;
  /** Some grid moved on at this instant. */
  #stepped = false;

  constructor(kernel: Kernel, parts: SolvingParts) {
    this.#kernel = kernel;
    this.#parts = parts;
    kernel.onFlush(PHASE.arrival, () => this.#flush());
  }

  #flush(): void {
    const { fleet, datastores, io, flows, services, pools, settling } = this.#parts;
    fleet.loadsChanged();
    datastores.settle();
    io.ask();
    flows.solve();
    io.apply();
    const stepped = this.#stepped;
    services?.assign();
    while (settling.count > 0) {
      if (pools !== null) this.#handOut(pools, stepped);
      const { count } = settling;
      const marked = settling.takeMarked();
      for (let i = 0; i < count; i++) this.#solve(marked[i], stepped);
    }
    this.#stepped = false;
  }

  /** Pools follow what their VMs on the marked hosts ask for now; other hosts whose part changes are marked too. */
  #handOut(pools: Pools, stepped: boolean): void {
    const { settling, loads } = this.#parts;
    const { start, vms, members } = this.#parts.hosts;
    const { marked, count } = settling;
    if (stepped) for (let i = 0; i < count; i++) loads.feed.load(members, start[marked[i]], start[marked[i]] + vms[marked[i]]);
    pools.handOut(marked, count, (h) => settling.touch(h));
  }

  #solve(h: number, stepped: boolean): void {
    const { hosts, settling, loads, memory, cpu, interference, governors } = this.#parts;
    settling.settle(h, this.#kernel.now);
    const from = hosts.start[h];
    const to = from + hosts.vms[h];
    if (stepped) loads.feed.load(hosts.members, from, to);
    memory.solve(h);
    cpu.solve(h);
    // Neighbours press with the CPU they have, which does not depend on how they are pressed: once more is enough.
    if (interference?.apply(h)) cpu.solve(h);
    settling.solved(h);
    loads.jobs.plan(h);
    if (governors?.governs(h)) governors.consider(h);
    else this.#tryPlayback(h, from, to);
  }

  /** Grid `g` went on to the samples at `row`: hosts that merely play it take them at once, all others are solved. */
  gridStep(g: number, row: number): void {
    const { fleet, io, settling, loads, hosts } = this.#parts;
    this.#stepped = true;
    fleet.loadsChanged();
    settling.playbacks[g].step(this.#kernel.now, row, (h) => {
      io.unplay(h);
      settling.mark(h);
    });
    if (!settling.allPlay) for (let h = 0; h < hosts.count; h++) if (this.#isAtWork(h)) settling.mark(h);
    io.played.stepped();
    if (loads.gridHasIo(g) && !settling.allPlay) for (let h = 0; h < hosts.count; h++) if (this.#isAtWork(h)) io.changed(h);
  }

  /** Whether host `h` has VMs and does not merely play a trace. */
  #isAtWork(h: number): boolean {
    return this.#parts.hosts.vms[h] > 0 && this.#parts.settling.playbackOf(h) === undefined;
  }

  /** A host that is short of nothing and whose VMs all follow one grid need not be solved at each step. */
  #tryPlayback(h: number, from: number, to: number): void {
    const { hosts, memory, interference, loads, settling, io } = this.#parts;
    if (hosts.slow[h] !== 0 || memory.isShort(h) || (interference !== null && to - from > 1) || hosts.mix[h] < 0 || hosts.state[h] !== H.ON) return;
    const g = loads.feed.commonGrid(hosts.members, from, to);
    const { now } = this.#kernel;
    if (g < 0 || !settling.playbacks[g].takesAt(now) || hosts.row[h * H.HOST_ROW + H.RUNNING] !== to - from) return;
    const played = io.playable(h);
    if (played) settling.playbacks[g].enter(h, now, played.perIo, played.perGbit, played.hasIo);
  }
}
