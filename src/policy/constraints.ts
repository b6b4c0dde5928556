/**
 * The rules between VMs and hosts: who must or should be where, who with whom. Kept here, checked by the engine whenever a
 * VM is placed or moved, whatever a policy says.
 *
 * - together: a VM of the group goes only where another of the group is, while none of them is moving, or anywhere while none
 *   is placed. So a group that has come together stays together: one of its VMs alone cannot move (as with server groups of
 *   OpenStack Nova).
 * - apart: a host holds at most so many VMs of the group; one on its way there counts.
 * - hosts: a VM of the group must, should, must not or should not be on these hosts. "Should" gives way when no host would
 *   be left.
 * - reserve: this share of each host's memory and vCPUs stays free when VMs are placed or moved.
 *
 * Source of the kinds: VMware DRS rules and OpenStack server groups. Proof: test/policy/constraints.test.ts.
 */

export type Constraint =
  | { readonly kind: "together"; readonly name: string; readonly vms: readonly number[] }
  | { readonly kind: "apart"; readonly name: string; readonly vms: readonly number[]; readonly most: number }
  | {
      readonly kind: "hosts";
      readonly name: string;
      readonly vms: readonly number[];
      readonly hosts: readonly number[];
      readonly not: boolean;
      readonly must: boolean;
    }
  | { readonly kind: "reserve"; readonly name: string; readonly memoryShare: number; readonly vcpuShare: number };

const NONE: readonly number[] = [];

export class Constraints {
  readonly rules: readonly Constraint[];
  readonly memoryReserve: number;
  readonly vcpuReserve: number;
  /** There is a rule about some VM (beside reserves). */
  readonly any: boolean;
  /** Numbers of the rules each VM is in. */
  readonly #rulesOf = new Map<number, number[]>();
  /** Hosts of each `hosts` rule. */
  readonly #hosts: ReadonlySet<number>[];
  /** By rule: how many VMs of the group each host holds, and how many places they hold in all. */
  readonly #held: Map<number, number>[];
  /** Places each VM of a rule holds: two while it moves. */
  readonly #places: Map<number, number>;
  /** By rule: how many VMs of the group are moving. */
  readonly #moving: number[];

  constructor(rules: readonly Constraint[]) {
    this.rules = rules;
    this.memoryReserve = rules.reduce((most, rule) => (rule.kind === "reserve" ? Math.max(most, rule.memoryShare) : most), 0);
    this.vcpuReserve = rules.reduce((most, rule) => (rule.kind === "reserve" ? Math.max(most, rule.vcpuShare) : most), 0);
    this.any = rules.some((rule) => rule.kind !== "reserve");
    this.#hosts = rules.map((rule) => new Set(rule.kind === "hosts" ? rule.hosts : NONE));
    this.#held = rules.map(() => new Map<number, number>());
    this.#places = new Map();
    this.#moving = rules.map(() => 0);
    for (const [r, rule] of rules.entries()) {
      if (rule.kind === "reserve") continue;
      for (const v of rule.vms) {
        const of = this.#rulesOf.get(v);
        if (of) of.push(r);
        else this.#rulesOf.set(v, [r]);
      }
    }
  }

  /** Takes over who is where from another book of the same rules. */
  copy(from: Constraints): void {
    for (const [r, held] of this.#held.entries()) {
      held.clear();
      for (const [h, n] of from.#held[r]) held.set(h, n);
    }
    this.#places.clear();
    for (const [v, n] of from.#places) this.#places.set(v, n);
    for (const [r, n] of from.#moving.entries()) this.#moving[r] = n;
  }

  /** VM `v` takes a place on host `h` (sign 1) or gives one back (-1). */
  take(v: number, h: number, sign: 1 | -1): void {
    const of = this.#rulesOf.get(v);
    if (of === undefined) return;
    const before = this.#places.get(v) ?? 0;
    this.#places.set(v, before + sign);
    for (const r of of) {
      this.#moving[r] += (before + sign > 1 ? 1 : 0) - (before > 1 ? 1 : 0);
      const left = (this.#held[r].get(h) ?? 0) + sign;
      if (left > 0) this.#held[r].set(h, left);
      else this.#held[r].delete(h);
    }
  }

  /** Number of the first rule that VM `v` would break on host `h`, on which it is not yet, or -1. `strict`: "should" counts too. */
  breach(v: number, h: number, strict: boolean): number {
    const of = this.#rulesOf.get(v);
    if (of === undefined) return -1;
    for (const r of of) {
      const rule = this.rules[r];
      switch (rule.kind) {
        case "together": {
          // Where the group will be is open while one of it moves: the move may fail.
          if (this.#moving[r] > ((this.#places.get(v) ?? 0) > 1 ? 1 : 0)) return r;
          const held = this.#held[r];
          if (held.size === 0 || held.has(h)) break;
          // Places of the VM itself (where it leaves from) are nobody's company.
          let places = -(this.#places.get(v) ?? 0);
          for (const n of held.values()) places += n;
          if (places > 0) return r;
          break;
        }
        case "apart":
          if ((this.#held[r].get(h) ?? 0) >= rule.most) return r;
          break;
        case "hosts":
          if ((rule.must || strict) && this.#hosts[r].has(h) === rule.not) return r;
          break;
        case "reserve":
          // Kept free by the fleet itself; no VM is named in it.
          break;
      }
    }
    return -1;
  }

  /** Whether some "should" rule is about this VM. */
  hasWishes(v: number): boolean {
    return this.#rulesOf.get(v)?.some((r) => this.#isWish(r)) ?? false;
  }

  /** The rule in words. */
  text(r: number): string {
    const rule = this.rules[r];
    switch (rule.kind) {
      case "together":
        return `rule "${rule.name}" keeps its VMs together`;
      case "apart":
        return `rule "${rule.name}" allows ${rule.most === 1 ? "one VM" : `${rule.most} VMs`} of the group on a host`;
      case "hosts":
        return `rule "${rule.name}" says it ${rule.must ? "must" : "should"}${rule.not ? " not" : ""} be on ${rule.not ? "this host" : "other hosts"}`;
      case "reserve":
        return `rule "${rule.name}" keeps a reserve free`;
    }
  }

  #isWish(r: number): boolean {
    const rule = this.rules[r];
    return rule.kind === "hosts" && !rule.must;
  }
}
