/**
 * What a run of the CloudSim experiment is asked for and what it gives back: plain data.
 */

/** Overload detectors of the experiment; `npa` and `dvfs` never migrate. */
export const cloudSimDetectors = ["npa", "dvfs", "thr", "iqr", "mad", "lr", "lrr"] as const;
export type CloudSimDetector = (typeof cloudSimDetectors)[number];

/** VM selections: minimum migration time, minimum utilisation, maximum correlation, random. */
export const cloudSimSelections = ["mmt", "mu", "mc", "rs"] as const;
export type CloudSimSelection = (typeof cloudSimSelections)[number];

/** The parameters of the published experiment. */
export const publishedParameters: Readonly<Record<CloudSimDetector, number>> = {
  npa: Number.NaN,
  dvfs: Number.NaN,
  thr: 0.8,
  iqr: 1.5,
  mad: 2.5,
  lr: 1.2,
  lrr: 1.2,
};

/**
 * Quirks that can be switched off one by one, for the way from this profile to the default model (docs/ladder.md):
 * - `memory`: RAM is counted when VMs move, not at t = 0 only;
 * - `energy`: the exact integral of power from t = 0 to the end of the day, of every host that holds a VM, loaded or not;
 * - `slatah`: a host violates only when a VM that runs there gets less than it asks for, migration aside;
 * - `steps`: a sample is the load of the five minutes that follow it, where CloudSim draws a line to the next sample;
 * - `power`: placement compares with the power that the round's earlier placements have made, not with the last update's;
 * - `wake`: a host that is off is woken only when no other takes the VM (its power counts as that of an idle host otherwise);
 * - `moves`: a host that has just received a VM is not emptied in the same round, so that no VM moves twice.
 */
export const cloudSimRepairs = ["memory", "energy", "slatah", "steps", "power", "wake", "moves"] as const;
export type CloudSimRepair = (typeof cloudSimRepairs)[number];

export interface CloudSimOptions {
  readonly detector: CloudSimDetector;
  /** Threshold (thr) or safety parameter (iqr, mad, lr, lrr); ignored by npa and dvfs. Default: that of the published experiment. */
  readonly parameter?: number;
  /** Default `mmt`; ignored by npa and dvfs. */
  readonly selection?: CloudSimSelection;
  /** Keep VMs whose request is exactly 0. CloudSim destroys them for good (the default here too). */
  readonly keepIdle?: boolean;
  /** Seed of `rs`; CloudSim takes the wall clock, so its rs results cannot be repeated. */
  readonly seed?: string;
  /** Hosts, half of each kind; 800 in the published experiment. */
  readonly hosts?: number;
  /** Quirks to switch off. Default: none, CloudSim as it is. */
  readonly repairs?: readonly CloudSimRepair[];
}

/** Figures as CloudSim's own helper defines them (not as the main model does); percentages are 0..100. */
export interface CloudSimResult {
  readonly detector: CloudSimDetector;
  /** NaN for npa and dvfs. */
  readonly parameter: number;
  /** "none" for npa and dvfs. */
  readonly selection: CloudSimSelection | "none";
  readonly keepIdle: boolean;
  readonly hosts: number;
  readonly vms: number;
  /** VMs destroyed because their request was exactly 0 at an update. */
  readonly destroyedVms: number;
  /** Hosts with load, time-weighted mean over the day; no figure of CloudSim's. */
  readonly meanHostsActive: number;
  readonly energyKwh: number;
  /** Migrations started. */
  readonly migrations: number;
  /** Changes active -> inactive; hosts that never were used count once. */
  readonly shutdowns: number;
  /** Share of the hosts' active time in which they allocated less than was requested. */
  readonly slatahPercent: number;
  /** Requested but not allocated while migrating out / requested. */
  readonly pdmPercent: number;
  /** SLATAH x PDM. */
  readonly slaPercent: number;
  /** (Requested - allocated) / requested over all VMs and times. */
  readonly overallSlaPercent: number;
  /** Mean of (requested - allocated) / requested over all short intervals, each weighing the same. */
  readonly averageSlaPercent: number;
  readonly meanTimeBeforeShutdownSeconds: number;
  readonly stdevTimeBeforeShutdownSeconds: number;
  /** Named by CloudSim "time before a VM migration"; it is the duration of migrations. NaN without migrations. */
  readonly meanMigrationSeconds: number;
  readonly stdevMigrationSeconds: number;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly detector: CloudSimDetector;
  readonly parameter: number;
  readonly selection: CloudSimSelection;
  readonly keepIdle: boolean;
  readonly seed: string;
  readonly hosts: number;
  readonly repairs: readonly CloudSimRepair[];
}

/** Fills in defaults. @throws Error that names the option when one is impossible. */
export function resolveOptions(options: CloudSimOptions, publishedHosts: number): ResolvedOptions {
  const { detector, selection = "mmt", keepIdle = false, seed = "1", hosts = publishedHosts, repairs = [] } = options;
  if (!cloudSimDetectors.includes(detector)) throw new Error(`detector "${detector}" is not one of ${cloudSimDetectors.join(", ")}`);
  if (!cloudSimSelections.includes(selection)) throw new Error(`selection "${selection}" is not one of ${cloudSimSelections.join(", ")}`);
  const migrates = detector !== "npa" && detector !== "dvfs";
  const parameter = migrates ? (options.parameter ?? publishedParameters[detector]) : Number.NaN;
  if (migrates && !(Number.isFinite(parameter) && parameter >= 0)) {
    throw new Error(`parameter of ${detector} is ${parameter}; expected a number of 0 or more (CloudSim's example: ${publishedParameters[detector]})`);
  }
  if (!Number.isInteger(hosts) || hosts < 1) throw new Error(`hosts is ${hosts}; expected a whole number of 1 or more`);
  for (const repair of repairs) if (!cloudSimRepairs.includes(repair)) throw new Error(`repair "${repair}" is not one of ${cloudSimRepairs.join(", ")}`);
  return { detector, parameter, selection, keepIdle, seed, hosts, repairs };
}
