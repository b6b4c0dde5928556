/**
 * Who was held back by what: for each VM the device, card, uplink, port or limit that was full, or the latency, and the VM-seconds
 * it lost to that, were it the only thing that slows it.
 */

/** What a VM lost to a full device, card, uplink, port or limit, or to latency. */
export interface Holdup {
  readonly vm: number;
  readonly cause: "disk" | "network";
  readonly what: string;
  lostSeconds: number;
}

export interface Holding {
  readonly cause: "disk" | "network";
  readonly what: string;
  /** Part of its speed that it loses, since then. */
  readonly loss: number;
  readonly since: number;
}

export class Holdups {
  /** What each VM lost to what, up to its last change; `settle` brings it up to now. */
  readonly all = new Map<string, Holdup>();
  readonly #now: () => number;
  readonly #holding = new Map<number, readonly Holding[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** VM `v` is held back by these from now on. */
  hold(v: number, by: readonly Holding[]): void {
    const now = this.#now();
    for (const { cause, what, loss, since } of this.#holding.get(v) ?? []) {
      const key = `${v}/${cause}/${what}`;
      const known = this.all.get(key);
      if (known) known.lostSeconds += loss * (now - since);
      else this.all.set(key, { vm: v, cause, what, lostSeconds: loss * (now - since) });
    }
    if (by.length > 0) this.#holding.set(v, by);
    else this.#holding.delete(v);
  }

  /** Brings all up to now. */
  settle(): void {
    const now = this.#now();
    for (const [v, by] of [...this.#holding])
      this.hold(
        v,
        by.map((one) => ({ ...one, since: now })),
      );
  }
}
