/**
 * Failure domains: what several hosts depend on together. From the location of each host group: its site, room, rack, power
 * feeds, cooling units and switches (where a location names no switch: the one of the network's that the host is behind).
 *
 * A host needs its site, room and rack, and of its feeds, cooling units and switches at least one each: two feeds are what
 * redundant power supplies are for. Domains are numbered by kind, then in the order of their first host.
 * Proof: test/cases/failing.test.ts.
 */
import type { Hosts } from "./hosts.ts";
import { DOMAINS, type DomainKind, domainNames } from "./location.ts";

export type { DomainKind };

export interface Domain {
  readonly kind: DomainKind;
  readonly name: string;
  /** Hosts that depend on it, in their order. */
  readonly hosts: readonly number[];
}

export class Domains {
  readonly list: readonly Domain[];
  /** By host: the domains it depends on, and by kind how many of them that is. */
  readonly #of: readonly (readonly number[])[];
  /** Domains that are down, and by host and kind how many of its domains are. */
  readonly #down: Uint8Array;

  constructor(hosts: Hosts, switchOf: (h: number) => string | null = () => null) {
    const found = new Map<string, { kind: DomainKind; name: string; hosts: number[] }>();
    const firstOf = new Map<number, number>();
    const list: { kind: DomainKind; name: string; hosts: number[] }[] = [];
    const of: number[][] = Array.from({ length: hosts.count }, () => []);
    for (const kind of DOMAINS) {
      for (let h = 0; h < hosts.count; h++) {
        const k = hosts.classOf[h];
        if (!firstOf.has(k)) firstOf.set(k, h);
        let names = domainNames(hosts.classes[k], h - (firstOf.get(k) ?? 0), kind);
        const behind = kind === "switch" && names.length === 0 ? switchOf(h) : null;
        if (behind !== null) names = [behind];
        for (const name of names) {
          const key = `${kind} ${name}`;
          let domain = found.get(key);
          if (domain === undefined) {
            domain = { kind, name, hosts: [] };
            found.set(key, domain);
            list.push(domain);
          }
          if (domain.hosts.at(-1) !== h) domain.hosts.push(h);
        }
      }
    }
    for (const [d, domain] of list.entries()) for (const h of domain.hosts) of[h].push(d);
    this.list = list;
    this.#of = of;
    this.#down = new Uint8Array(list.length);
  }

  /** Numbers of the domains of that kind; all names, or the given one. */
  find(kind: DomainKind, name?: string): number[] {
    return [...this.list.keys()].filter((d) => this.list[d].kind === kind && (name === undefined || this.list[d].name === name));
  }

  /** The domain of that kind that host `h` depends on first, or -1. */
  domainOf(h: number, kind: DomainKind): number {
    return this.#of[h].find((d) => this.list[d].kind === kind) ?? -1;
  }

  /** Domain `d` goes down. The hosts that have none of its kind left. */
  down(d: number): number[] {
    this.#down[d] = 1;
    return this.list[d].hosts.filter((h) => this.#without(h, d));
  }

  /** Domain `d` is back. The hosts that had none of its kind until now. */
  up(d: number): number[] {
    const hit = this.list[d].hosts.filter((h) => this.#without(h, d));
    this.#down[d] = 0;
    return hit;
  }

  /** Whether all domains of the kind of `d` that host `h` depends on are down. */
  #without(h: number, d: number): boolean {
    const { kind } = this.list[d];
    return this.#of[h].every((other) => this.list[other].kind !== kind || this.#down[other] === 1);
  }
}
