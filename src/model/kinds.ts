/**
 * Kinds of work: what a unit of it costs on each kind of host.
 *
 * A VM's kind is the mix of work it does; VMs wider than a NUMA node of some kind of host (numa.ts) also differ by their
 * size. So there are a few kinds, and what a unit costs is looked up by two small numbers.
 */
import { type WorkCost, workCost } from "./efficiency.ts";
import { remotePenalty } from "./numa.ts";
import type { HostClass, WorkMix } from "./spec.ts";

export class WorkKinds {
  readonly #classes: readonly HostClass[];
  readonly #mixes: WorkMix[] = [];
  /** Cost by kind and class of host: `#costs[kind][class]`. */
  readonly #costs: WorkCost[][] = [];
  readonly #numbers = new Map<string, number>();

  constructor(classes: readonly HostClass[]) {
    this.#classes = classes;
  }

  cost(hostClass: number, kind: number): WorkCost {
    return this.#costs[kind][hostClass];
  }

  /** The kind of a VM of that mix and size. */
  of(mix: WorkMix, vcpus: number, memoryMiB: number): number {
    const penalties = this.#classes.map((c) => (mix.memory > 0 ? remotePenalty(c, vcpus, memoryMiB) : 0));
    const key = `${mix.cpu} ${mix.memory} ${mix.oltp} ${penalties.join(" ")}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#costs.length);
    this.#mixes.push(mix);
    return this.#costs.push(this.#classes.map((c, k) => workCost(c.hypervisor, mix, penalties[k]))) - 1;
  }

  /** The mix of a kind. */
  mix(kind: number): WorkMix {
    return this.#mixes[kind];
  }
}
