/**
 * Moving a running VM to another host.
 *
 * Pre-copy (Clark et al., NSDI 2005): round 0 sends all memory M that the guest has touched; round i sends what was dirtied
 * during round i - 1, at most the writable working set W. With B the bandwidth measured in the last round, copying stops when
 * what is dirty fits B x downtime target, or falls below a number of pages, or after the product's rounds, or when more than its
 * factor of M was sent. Then the VM stops, the rest is sent, and it runs on at the target: downtime = rest / rate + resume.
 *   KVM slows the guest when it dirties more than a share of what a round sent (auto-converge: 20 % less CPU, then 10 %
 *   more a round, at most 99 %); ESXi slows it just enough that it dirties less than is sent (stun during page send).
 * Post-copy (Hines, Gopalan 2009): the VM stops for its CPU state only, runs on at the target, and its pages follow; until
 *   they are there the loss of either host, or of the network, takes the VM down: what it held in memory is gone. Hybrid: one
 *   round of pre-copy first.
 * Cold: the VM is suspended to disk, copied and resumed; all that desktops can do, and the way between different products.
 *
 * A VM dirties memory in proportion to the work it does: `dirtyMiBPerSecond` when all its vCPUs are busy.
 * If the target fails the VM runs on at its source (except under post-copy once it has switched); if the source fails it goes
 * down with it. Whether a VM that is down starts anew or is lost, its `onHostDown` says. Numbers and their sources: the catalogue. Proved by test/anchors/migration.test.ts.
 */

export interface MigrationSpec {
  scheme: "pre-copy" | "post-copy" | "hybrid" | "cold" | "none";
  /** Rounds of pre-copy after which it stops the VM; null = no limit. */
  maxRounds: number | null;
  downtimeTargetSeconds: number;
  /** Stop when no more than this is dirty. */
  stopBelowMiB: number;
  /** Stop when more than this many times the memory was sent; null = no limit. */
  maxSentFactor: number | null;
  /** Slowing the guest step by step (KVM) or just enough (ESXi), or not at all. */
  throttle: "none" | "auto-converge" | "stun";
  /** Before the first round, and after the switch (the VM runs meanwhile). */
  setupSeconds: number;
  activationSeconds: number;
  /** Part of the downtime beyond copying. */
  resumeSeconds: number;
  /** Share of the guest's CPU lost while it is copied. */
  guestSlowdown: number;
  /** CPU at both ends while copying, cores. */
  sourceCores: number;
  targetCores: number;
  /** Share of the network card that migrations may use together, and the cap of one (null = none). */
  bandwidthShare: number;
  maxMiBPerSecond: number | null;
  /** Migrations a host may take part in at once. */
  concurrentPerHost: number;
  /** Speed of suspending to and resuming from disk (cold). */
  diskMiBPerSecond: number;
}

/** How a VM uses its memory. */
export interface MemoryActivity {
  /** Memory dirtied a second while all its vCPUs are busy. */
  dirtyMiBPerSecond: number;
  /** Share of its memory that can be dirty at all. */
  workingSetShare: number;
}

/** QEMU's migration parameters cpu-throttle-initial, -increment, max-cpu-throttle and throttle-trigger-threshold. */
export const AUTO_CONVERGE = { initial: 0.2, step: 0.1, most: 0.99, trigger: 0.5 } as const;
/** The guest is slowed so far that it dirties this share of what can be sent. */
const STUN_TARGET = 0.8;

/** What a round of pre-copy measured. */
export interface Round {
  /** Rounds done, this one included. */
  readonly number: number;
  readonly sentMiB: number;
  readonly seconds: number;
  readonly dirtyMiB: number;
  /** All that was sent so far. */
  readonly totalMiB: number;
  readonly memoryMiB: number;
  /** By how much the guest is slowed now. */
  readonly throttle: number;
}

export type Next =
  | { readonly stop: true; readonly because: "fits downtime" | "few pages" | "rounds" | "sent too much" }
  | { readonly stop: false; readonly throttle: number };

/** What the product does after a round: stop the VM, or another round with the guest slowed by `throttle`. Pure. */
export function afterRound(spec: MigrationSpec, round: Round): Next {
  const bandwidth = round.seconds > 0 ? round.sentMiB / round.seconds : Number.POSITIVE_INFINITY;
  if (round.dirtyMiB <= bandwidth * spec.downtimeTargetSeconds) return { stop: true, because: "fits downtime" };
  if (round.dirtyMiB <= spec.stopBelowMiB) return { stop: true, because: "few pages" };
  if (spec.maxRounds !== null && round.number >= spec.maxRounds) return { stop: true, because: "rounds" };
  if (spec.maxSentFactor !== null && round.totalMiB > spec.maxSentFactor * round.memoryMiB) return { stop: true, because: "sent too much" };
  if (spec.throttle === "auto-converge" && round.dirtyMiB > AUTO_CONVERGE.trigger * round.sentMiB) {
    return { stop: false, throttle: Math.min(AUTO_CONVERGE.most, round.throttle === 0 ? AUTO_CONVERGE.initial : round.throttle + AUTO_CONVERGE.step) };
  }
  if (spec.throttle === "stun") {
    const dirtyRate = round.dirtyMiB / round.seconds / (1 - round.throttle);
    const allowed = STUN_TARGET * bandwidth;
    return { stop: false, throttle: dirtyRate > allowed ? Math.min(AUTO_CONVERGE.most, 1 - allowed / dirtyRate) : 0 };
  }
  return { stop: false, throttle: round.throttle };
}
