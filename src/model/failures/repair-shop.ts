/**
 * Who repairs: crews that take what failed in turn, and spares that stand in meanwhile.
 *
 * With `crews` crews a repair begins when one is free, first come first served. How long it takes was drawn when the component
 * failed, from its own stream: another number of crews changes nobody's luck. A pool of spares turns things round: the failed
 * unit goes to the bench, a spare takes its place after the time of a swap, and what the bench gives back is a spare.
 *
 * In the limit of exponential times this is the machine-repairman model M/M/c//N, with spares M/M/c//N+S.
 * Proof: test/anchors/failures.test.ts.
 */

export interface ShopHooks {
  /** The repair of component `c` begins and will take so long: `done(job)` is to be called then. */
  begins(job: number, c: number, seconds: number): void;
  /** Component `c` is whole again, or a spare for it is there: it is back after so long. */
  back(c: number, afterSeconds: number): void;
}

/** Spares of one kind. */
interface Pool {
  readonly swapSeconds: number;
  stock: number;
  /** Components that wait for a spare. */
  readonly waiting: number[];
}

export class RepairShop {
  readonly #hooks: ShopHooks;
  readonly #crews: number;
  readonly #pools = new Map<number, Pool>();
  /** Failed components and how long their repair takes, in the order of their failing; `#head` is the first that waits. */
  readonly #queue: { readonly c: number; readonly seconds: number; readonly pool: number }[] = [];
  #head = 0;
  #busy = 0;
  /** Repairs under way, by number of the job. A component with spares may be on several benches. */
  readonly #jobs = new Map<number, { readonly c: number; readonly pool: number }>();
  #nextJob = 0;

  constructor(crews: number | null, hooks: ShopHooks) {
    this.#crews = crews ?? Number.POSITIVE_INFINITY;
    this.#hooks = hooks;
  }

  addPool(pool: number, count: number, swapSeconds: number): void {
    this.#pools.set(pool, { stock: count, swapSeconds, waiting: [] });
  }

  /** Failed components that no crew has taken yet. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  /** Component `c` failed; its repair will take `seconds`. `pool` names its spares, or is -1. */
  bring(c: number, seconds: number, pool: number): void {
    this.#queue.push({ c, seconds, pool });
    this.#begin();
    const spares = this.#pools.get(pool);
    if (spares === undefined) return;
    spares.waiting.push(c);
    this.#handOut(spares);
  }

  /** The repair is done. */
  done(job: number): void {
    const { c, pool } = this.#jobs.get(job) ?? { c: -1, pool: -1 };
    this.#jobs.delete(job);
    this.#busy--;
    const spares = this.#pools.get(pool);
    if (spares === undefined) this.#hooks.back(c, 0);
    else {
      spares.stock++;
      this.#handOut(spares);
    }
    this.#begin();
  }

  #begin(): void {
    while (this.#busy < this.#crews && this.#head < this.#queue.length) {
      const { c, seconds, pool } = this.#queue[this.#head++];
      const job = this.#nextJob++;
      this.#jobs.set(job, { c, pool });
      this.#busy++;
      this.#hooks.begins(job, c, seconds);
    }
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
  }

  #handOut(spares: Pool): void {
    while (spares.stock > 0 && spares.waiting.length > 0) {
      spares.stock--;
      this.#hooks.back(spares.waiting.shift() as number, spares.swapSeconds);
    }
  }
}
