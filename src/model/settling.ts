/**
 * Time is settled before it is changed: whatever changes a rate first brings the integrals of its host up to now, and marks
 * the host to be solved, once, at the end of the instant (solving.ts).
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Cpu } from "./cpu.ts";
import type { Hosts } from "./hosts.ts";
import type { Playback } from "./playback.ts";

export interface SettlingHooks {
  /** Brings what goes by the memory and the neighbours on host `h` up to `t`. */
  settle(h: number, t: number): void;
  /** Host `h` plays its trace no more. */
  unplay(h: number): void;
}

export class Settling {
  /** One a grid, in the order of the grids: where hosts are that merely play it. */
  readonly playbacks: Playback[] = [];
  /** Hosts that are marked: the first `count` of these. */
  marked: Int32Array;
  count = 0;
  readonly #kernel: Kernel;
  readonly #cpu: Cpu;
  readonly #hooks: SettlingHooks;
  readonly #isMarked: Uint8Array;
  #spare: Int32Array;

  constructor(kernel: Kernel, hosts: Hosts, cpu: Cpu, hooks: SettlingHooks) {
    this.#kernel = kernel;
    this.#cpu = cpu;
    this.#hooks = hooks;
    this.marked = new Int32Array(hosts.count);
    this.#spare = new Int32Array(hosts.count);
    this.#isMarked = new Uint8Array(hosts.count);
  }

  /** Settles host `h` up to now, so that its state may change, and has it solved at the end of the instant. */
  touch(h: number): void {
    this.settle(h, this.#kernel.now);
    this.mark(h);
  }

  /** Brings the integrals of host `h` up to `t`. */
  settle(h: number, t: number): void {
    if (this.close(h, t)) this.#hooks.unplay(h);
  }

  /** The same at the end of the run, after which nothing on the host changes; says whether it merely played a trace. */
  close(h: number, t: number): boolean {
    this.#hooks.settle(h, t);
    const playback = this.playbackOf(h);
    if (playback) playback.open(h, t);
    else this.#cpu.settle(h, t);
    return playback !== undefined;
  }

  /** Has host `h` solved at the end of the instant. */
  mark(h: number): void {
    if (this.#isMarked[h] === 1) return;
    this.#isMarked[h] = 1;
    this.marked[this.count++] = h;
    this.#kernel.requestFlush();
  }

  /** The marked hosts, in order; those that are marked from now on gather anew. */
  takeMarked(): Int32Array {
    const taken = this.marked;
    this.marked = this.#spare;
    this.#spare = taken;
    this.count = 0;
    return taken;
  }

  /** Host `h` has been solved: marks count again. */
  solved(h: number): void {
    this.#isMarked[h] = 0;
  }

  /** Whether every host merely plays a trace now. */
  get allPlay(): boolean {
    let playing = 0;
    for (const { hostCount } of this.playbacks) playing += hostCount;
    return playing === this.#isMarked.length;
  }

  /** The playback that host `h` is in, if it merely plays a trace now. */
  playbackOf(h: number): Playback | undefined {
    const { playbacks } = this;
    for (let g = 0; g < playbacks.length; g++) if (playbacks[g].here[h] === 1) return playbacks[g];
    return undefined;
  }
}
