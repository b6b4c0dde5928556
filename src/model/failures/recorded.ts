/**
 * Recorded failures played again: which share of the hosts was down (OpenDC's traces), or when each node was (the Failure
 * Trace Archive).
 *
 * Of a share, as many whole hosts go down as it asks for (rounded up), chosen by chance among those of the trace; the next
 * failure counts from the end of the one before, as OpenDC counts. Recorded nodes are given to the hosts in order: the first
 * node's times to the first host. Proof: test/anchors/opendc.test.ts (FA cases), test/cases/failures.test.ts.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Stream } from "../../kernel/streams.ts";
import { PHASE } from "../phases.ts";
import { hostsOf, type World } from "./effects.ts";
import type { FailureTrace } from "./spec.ts";

export class Recorded {
  readonly #kernel: Kernel;
  readonly #world: World;
  readonly #traces: readonly FailureTrace[];
  readonly #hosts: readonly (readonly number[])[];
  readonly #luck: readonly Stream[];
  readonly #kinds: { pulse: number; pulseOver: number; node: number };
  /** By trace: hosts that are down for it, and the failure. */
  readonly #down: { hosts: number[]; failure: number }[];
  /** By trace: the event of its next failure; and whether there shall be none any more. */
  readonly #pending: number[];
  #over = false;
  /** By host and trace: the failure of a node that is open. */
  readonly #open = new Map<number, number>();

  constructor(
    kernel: Kernel,
    world: World,
    traces: readonly FailureTrace[],
    stream: (name: string) => Stream,
    kinds: { pulse: number; pulseOver: number; node: number },
  ) {
    this.#kernel = kernel;
    this.#world = world;
    this.#traces = traces;
    this.#kinds = kinds;
    this.#hosts = traces.map((trace) => hostsOf(world, trace.which));
    this.#luck = traces.map((trace) => stream(`failures/${trace.name}`));
    this.#pending = traces.map(() => -1);
    this.#down = traces.map(() => ({ hosts: [], failure: -1 }));
    kernel.on(kinds.pulse, (t, i) => this.#pulse(t, i));
    kernel.on(kinds.pulseOver, (t, i) => this.#pulseOver(t, i));
    kernel.on(kinds.node, (t, at) => this.#node(t, at));
    for (const [t, trace] of traces.entries()) {
      this.#next(t, 0);
      for (let n = 0; n < Math.min(trace.nodes.length, this.#hosts[t].length); n++) this.#planNode(t, n, 0);
    }
  }

  /** Nothing fails from now on; what is down comes back. */
  stop(): void {
    this.#over = true;
    for (const event of this.#pending) if (event >= 0) this.#kernel.cancel(event);
  }

  #next(t: number, i: number): void {
    this.#pending[t] = -1;
    if (this.#over) return;
    const { pulses, repeat } = this.#traces[t];
    const pulse = pulses[repeat ? i % pulses.length : i];
    if (pulse !== undefined) this.#pending[t] = this.#kernel.schedule(this.#kernel.now + pulse.afterSeconds, PHASE.failure, this.#kinds.pulse, t, i);
  }

  #pulse(t: number, i: number): void {
    const { name, pulses } = this.#traces[t];
    const pulse = pulses[i % pulses.length];
    const all = [...this.#hosts[t]];
    // A share of 1/3 of three hosts is one, whatever its last digit.
    const count = Math.min(all.length, Math.ceil(pulse.share * all.length - 1e-9));
    for (let k = 0; k < count && count < all.length; k++) {
      const j = k + this.#luck[t].int(all.length - k);
      [all[k], all[j]] = [all[j], all[k]];
    }
    const hosts = all.slice(0, count).sort((a, b) => a - b);
    const { failing } = this.#world;
    const failure = failing.book.failed(this.#kernel.now, "trace", name, `recorded failure ${(i % pulses.length) + 1}`);
    this.#down[t] = { hosts, failure };
    for (const h of hosts) failing.failHost(h, failure);
    this.#kernel.schedule(this.#kernel.now + pulse.forSeconds, PHASE.failure, this.#kinds.pulseOver, t, i);
  }

  #pulseOver(t: number, i: number): void {
    const { hosts, failure } = this.#down[t];
    const { failing } = this.#world;
    failing.book.mended(failure, this.#kernel.now);
    for (const h of hosts) failing.repairHost(h, this.#traces[t].boots ? "boot" : "on");
    this.#next(t, i + 1);
  }

  /** Node `n` goes down for the `i`th time, if it does; times before the start of the run are cut off. */
  #planNode(t: number, n: number, i: number): void {
    const downtime = this.#traces[t].nodes[n].downtimes[i];
    if (downtime === undefined || this.#over) return;
    if (downtime.endSeconds <= this.#kernel.now) return this.#planNode(t, n, i + 1);
    this.#kernel.schedule(Math.max(this.#kernel.now, downtime.startSeconds), PHASE.failure, this.#kinds.node, t, this.#code(t, n, i, 0));
  }

  /** What an event of a node says: node, which of its downtimes, and whether that ends. */
  #code(t: number, n: number, i: number, ends: 0 | 1): number {
    return (i * this.#traces[t].nodes.length + n) * 2 + ends;
  }

  #node(t: number, code: number): void {
    const { name, nodes, boots } = this.#traces[t];
    const ends = code % 2 === 1;
    const n = Math.floor(code / 2) % nodes.length;
    const i = Math.floor(Math.floor(code / 2) / nodes.length);
    const h = this.#hosts[t][n];
    const { failing } = this.#world;
    if (ends) {
      failing.book.mended(this.#open.get(h * this.#traces.length + t) ?? 0, this.#kernel.now);
      failing.repairHost(h, boots ? "boot" : "on");
      return this.#planNode(t, n, i + 1);
    }
    const failure = failing.book.failed(this.#kernel.now, "trace", this.#world.hosts.name(h), `${name}: recorded downtime of node ${nodes[n].node}`);
    this.#open.set(h * this.#traces.length + t, failure);
    failing.failHost(h, failure);
    this.#kernel.schedule(nodes[n].downtimes[i].endSeconds, PHASE.failure, this.#kinds.node, t, this.#code(t, n, i, 1));
  }
}
