/**
 * The backups of one VM: restore points, what each needs to be restored, and which may be deleted.
 *
 * A full stands alone. An incremental carries what changed since the point before it and needs that point, and so on back to
 * a full: restoring reads the full and every incremental up to the point. Nothing that a kept point needs is deleted, so a
 * chain goes only as a whole. "Merge" keeps exactly as many points: the oldest incremental goes into its full
 * (forever-incremental), which then stands for the later time. Proof: test/recovery/chain.test.ts.
 */

export interface Point {
  kind: "full" | "incremental";
  /** The instant whose data it holds, s. */
  at: number;
  /** How long the VM had run by then: what its data are worth, s. */
  ran: number;
  /** When it was complete and could be restored, s. */
  doneAt: number;
  /** Size in the repository, MiB. */
  mib: number;
}

export interface Retention {
  /** Points kept, the newest ones; null = any number. */
  readonly points: number | null;
  /** Age up to which points are kept, s; null = any age. The newest is always kept. */
  readonly seconds: number | null;
  readonly merge: boolean;
}

export class Chain {
  /** By rising `at`; the first is always a full. */
  readonly points: Point[] = [];

  /** Adds a finished point, newer than all others. Throws for an incremental without anything before it. */
  add(point: Point): void {
    const last = this.points.at(-1);
    if (point.kind === "incremental" && last === undefined) throw new Error("an incremental backup needs a point before it");
    if (last !== undefined && point.at < last.at) throw new Error(`a backup of ${point.at} s was added after one of ${last.at} s`);
    this.points.push(point);
  }

  get newest(): Point | undefined {
    return this.points.at(-1);
  }

  /** The newest point that holds the data of `t` or earlier. */
  newestAt(t: number): Point | undefined {
    for (let i = this.points.length - 1; i >= 0; i--) if (this.points[i].at <= t) return this.points[i];
    return undefined;
  }

  /** What restoring the point reads: its full and the incrementals up to it, MiB; and how many incrementals. */
  restore(point: Point): { mib: number; incrementals: number } {
    let mib = 0;
    let incrementals = 0;
    for (let i = this.points.indexOf(point); i >= 0; i--) {
      mib += this.points[i].mib;
      if (this.points[i].kind === "full") return { mib, incrementals };
      incrementals++;
    }
    throw new Error("the point is not in the chain");
  }

  get storedMiB(): number {
    return this.points.reduce((sum, { mib }) => sum + mib, 0);
  }

  /** Points newer than `t` are spoilt and go; the MiB freed. */
  dropAfter(t: number): number {
    const before = this.storedMiB;
    while (this.points.length > 0 && this.points[this.points.length - 1].at > t) this.points.pop();
    return before - this.storedMiB;
  }

  /** Deletes what need not be kept at time `now`; the MiB freed. */
  prune({ points: most, seconds, merge }: Retention, now: number): number {
    const before = this.storedMiB;
    const { points } = this;
    const kept = (i: number): boolean =>
      i === points.length - 1 || ((most === null || i >= points.length - most) && (seconds === null || points[i].at >= now - seconds));
    while (points.length > 1 && !kept(0)) {
      if (merge && points[1].kind === "incremental") {
        // The full takes the incremental's blocks in the place of its own: it grows by nothing.
        points[0].at = points[1].at;
        points[0].ran = points[1].ran;
        points[0].doneAt = points[1].doneAt;
        points.splice(1, 1);
        continue;
      }
      // A chain goes when its last point may.
      let next = 1;
      while (next < points.length && points[next].kind === "incremental") next++;
      if (next === points.length || kept(next - 1)) break;
      points.splice(0, next);
    }
    return before - this.storedMiB;
  }
}
