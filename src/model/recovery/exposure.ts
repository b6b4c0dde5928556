/**
 * How old the newest copy of a VM is, over time: the RPO attained.
 *
 * At time t the newest copy that could be recovered holds the data of p(t) <= t; what would be lost is a(t) = t - p(t), a
 * saw-tooth that falls whenever a copy is complete. Kept are the exact mean (the area under the teeth / time), the highest
 * tooth, and the time above the target. The clock is the time the VM has run: while it is down nothing ages. A mirror written with every write has a = 0. Proof: test/recovery/exposure.test.ts.
 */
export class Exposure {
  /** Highest age seen, s. */
  worst = 0;
  /** Integral of the age, s x s, and its time, s. */
  area = 0;
  seconds = 0;
  /** Time with an age above the target, s. */
  above = 0;
  readonly #target: number;
  #point: number;
  #at: number;
  #mirrored = false;

  /** From `now` on; the data of `point` is safe. `target`: age allowed, s (Infinity = none). */
  constructor(now: number, point: number, target: number) {
    this.#at = now;
    this.#point = point;
    this.#target = target;
  }

  /** Data of this instant is safe now. */
  get point(): number {
    return this.#point;
  }

  /** The data of `point` is safe from `now` on. Older points change nothing. */
  safe(now: number, point: number): void {
    this.settle(now);
    if (point > this.#point) this.#point = point;
  }

  /** A mirror is in step (age 0 from now on), or no more. */
  mirrored(now: number, on: boolean): void {
    this.settle(now);
    if (this.#mirrored || on) this.#point = Math.max(this.#point, now);
    this.#mirrored = on;
  }

  /** Data now is that of `point` (recovered from it): nothing newer exists. */
  recovered(now: number): void {
    this.settle(now);
    this.#point = now;
  }

  settle(now: number): void {
    const from = this.#at;
    this.#at = now;
    this.seconds += now - from;
    if (this.#mirrored) {
      this.#point = now;
      return;
    }
    const [low, high] = [from - this.#point, now - this.#point];
    this.area += ((low + high) / 2) * (now - from);
    this.worst = Math.max(this.worst, high);
    this.above += Math.max(0, high - Math.max(low, this.#target));
  }
}
