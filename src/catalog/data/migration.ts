/**
 * How each product moves running VMs: its scheme, its stop rules and what a move costs.
 *
 * The rules of Xen, QEMU and Hyper-V were read in their sources or documents; CPU, set-up and activation times are estimates
 * for all of them (measured fixed time per migration on Hyper-V 2012: 2.5 to 4.5 s, which set-up and activation add up to).
 */
import type { Fact, Figure } from "../profile.ts";

export type Scheme = "pre-copy" | "post-copy" | "hybrid" | "cold" | "none";

/** Figures of a product's migrations; `null` = it has no such limit. */
export interface MigrationProfile {
  readonly scheme: Fact<Scheme>;
  readonly throttle: Fact<"none" | "auto-converge" | "stun">;
  readonly maxRounds: Figure | null;
  readonly downtimeTargetSeconds: Figure;
  readonly stopBelowMiB: Figure;
  readonly maxSentFactor: Figure | null;
  readonly maxMiBPerSecond: Figure | null;
  readonly concurrentPerHost: Figure;
  /** The same of hosts whose fastest card is slower than 10 Gbit/s, where that is another number. */
  readonly concurrentOnSlowCards?: Figure;
}

/** What holds for every product that copies a running VM. */
export const migrationCosts = {
  setupSeconds: { value: 2, low: 1, high: 3, unit: "s", source: "judgement", confidence: "estimate" },
  activationSeconds: { value: 1.5, low: 1, high: 2, unit: "s", source: "judgement", confidence: "estimate" },
  resumeSeconds: { value: 0.03, low: 0.02, high: 0.05, unit: "s", source: "judgement", confidence: "estimate", note: "20 to 50 ms in early Xen studies" },
  guestSlowdown: { value: 0.1, unit: "of the guest's CPU", source: "cloudsim", confidence: "verified", note: "the 10 % that CloudSim takes; its origin is a measurement of 2009" },
  sourceCores: { value: 0.3, low: 0.1, high: 1, unit: "cores", source: "judgement", confidence: "estimate", note: "about one core at 10 Gbit/s" },
  targetCores: { value: 0.2, low: 0.1, high: 0.6, unit: "cores", source: "judgement", confidence: "estimate" },
  bandwidthShare: { value: 0.5, unit: "of the card", source: "cloudsim", confidence: "verified", note: "the other half is left to other traffic, as in CloudSim" },
  diskMiBPerSecond: { value: 500, low: 100, high: 2000, unit: "MiB/s", source: "judgement", confidence: "estimate", note: "one SATA SSD; cold moves write and read the VM's memory" },
} as const satisfies Record<string, Figure>;

const none: Fact<"none"> = { value: "none", source: "definition", confidence: "verified" };
const nothing: Figure = { value: 0, unit: "MiB", source: "definition", confidence: "verified" };
const rounds = (value: number, source: string): Figure => ({ value, unit: "rounds", source, confidence: "verified" });
const target = (value: number, source: string, confidence: Figure["confidence"], note?: string): Figure => ({ value, unit: "s", source, confidence, ...(note === undefined ? {} : { note }) });
const atOnce = (value: number, source: string, confidence: Figure["confidence"], note?: string): Figure => ({ value, unit: "migrations", source, confidence, ...(note === undefined ? {} : { note }) });

/** Desktops: suspend, copy the files, resume. */
const desktop: MigrationProfile = {
  scheme: { value: "cold", source: "product-docs", confidence: "remembered", note: "no live migration" },
  throttle: none,
  maxRounds: null,
  downtimeTargetSeconds: target(0, "definition", "verified"),
  stopBelowMiB: nothing,
  maxSentFactor: null,
  maxMiBPerSecond: null,
  concurrentPerHost: atOnce(1, "judgement", "estimate"),
};

/** No hypervisor, or one without costs: what reference cases move with. */
const free: MigrationProfile = { ...desktop, scheme: { value: "pre-copy", source: "definition", confidence: "verified" }, downtimeTargetSeconds: target(0.03, "simgrid", "verified", "SimGrid's default"), concurrentPerHost: atOnce(1000, "definition", "verified") };

export const migrations: Readonly<Record<string, MigrationProfile>> = {
  esxi: {
    ...desktop,
    scheme: { value: "pre-copy", source: "sdps", confidence: "verified", note: "vMotion" },
    throttle: { value: "stun", source: "sdps", confidence: "verified", note: "stun during page send: vCPUs sleep when memory is dirtied faster than it is sent" },
    downtimeTargetSeconds: target(0.5, "product-docs", "remembered", "0.1 to 1 s is typical"),
    concurrentPerHost: atOnce(8, "product-docs", "remembered", "at 10 GbE; 4 at 1 GbE"),
    concurrentOnSlowCards: atOnce(4, "product-docs", "remembered", "at 1 GbE"),
  },
  hyperv: {
    ...desktop,
    scheme: { value: "pre-copy", source: "hv-mig", confidence: "verified" },
    maxRounds: rounds(10, "hv-mig"),
    downtimeTargetSeconds: target(0.5, "judgement", "estimate"),
    concurrentPerHost: atOnce(2, "product-docs", "remembered", "default"),
  },
  xen: {
    ...desktop,
    scheme: { value: "pre-copy", source: "xen-new", confidence: "verified" },
    maxRounds: rounds(5, "xen-new"),
    downtimeTargetSeconds: target(0, "xen-new", "verified", "stops by rounds and pages, not by time"),
    stopBelowMiB: { value: (50 * 4) / 1024, unit: "MiB", source: "xen-new", confidence: "verified", note: "50 pages of 4 KiB" },
    concurrentPerHost: atOnce(2, "judgement", "estimate"),
  },
  kvm: {
    ...desktop,
    scheme: { value: "pre-copy", source: "qemu", confidence: "verified" },
    throttle: { value: "auto-converge", source: "qemu", confidence: "verified", note: "20 % first, 10 % more a round, at most 99 %" },
    downtimeTargetSeconds: target(0.3, "qemu", "verified", "30 ms in older stacks; Nova asks for 500 ms"),
    concurrentPerHost: atOnce(2, "judgement", "estimate"),
  },
  virtualbox: {
    ...desktop,
    scheme: { value: "cold", source: "vbox", confidence: "verified", note: "teleporting exists, but is started by hand on both ends: no policy can use it" },
  },
  workstation: desktop,
  parallels: desktop,
  none: free,
  ideal: free,
};
