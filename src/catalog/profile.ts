/**
 * What the catalogue says about a hypervisor: each figure with its range, unit, source and how sure we are of it.
 *
 * The table `figures` names every figure once, with the words and the unit it is printed with; the unit stands in each
 * figure of the data files too, and the compiler holds the two together.
 */

/**
 * verified: read in a public copy of the source. remembered: known from the source, not read again for this project.
 * estimate: this project's judgement; sample it inside its range before anything important rests on it.
 */
export type Confidence = "verified" | "remembered" | "estimate";

/** A number about the world. Where there is a range, low <= value <= high; sample inside it to see what depends on it. */
export interface Figure<Unit extends string = string> {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly unit: Unit;
  /** Key into `sources`. */
  readonly source: string;
  readonly confidence: Confidence;
  /** What the number rests on, or where it does not hold. */
  readonly note?: string;
}

/** Something about the world that is not a number. */
export interface Fact<Value extends string = string> {
  readonly value: Value;
  readonly source: string;
  readonly confidence: Confidence;
  readonly note?: string;
}

/** Every figure of a profile: its words, its unit and the block it is printed in. */
export const figures = {
  cpuEfficiency: { label: "CPU-bound work", unit: "of native", group: "speed" },
  memoryEfficiency: { label: "memory-bound work", unit: "of native", group: "speed" },
  oltpEfficiency: { label: "database work (OLTP)", unit: "of native", group: "speed" },
  diskThroughputEfficiency: { label: "disk, large blocks", unit: "of native", group: "speed" },
  diskIopsEfficiency: { label: "disk, random 4 KiB", unit: "of native", group: "speed" },
  networkEfficiency: { label: "network throughput", unit: "of native", group: "speed" },
  cpuMicrosecondsPerIo: { label: "CPU for a disk I/O", unit: "µs", group: "processor" },
  coresPerGbit: { label: "CPU for 1 Gbit/s", unit: "cores", group: "processor" },
  schedulingSlope: { label: "lost per vCPU:core over 1", unit: "of capacity", group: "processor" },
  coStopPerVcpu: { label: "lost per vCPU beyond 4", unit: "of capacity", group: "processor" },
  remoteShare: { label: "far memory of a wide VM", unit: "of spread", group: "processor" },
  reservedCores: { label: "kept back", unit: "cores", group: "processor" },
  hostOsBackground: { label: "host OS in the background", unit: "of host CPU", group: "processor" },
  reserveBaseMiB: { label: "kept back, base", unit: "MiB", group: "memory" },
  reserveFraction: { label: "kept back, of host RAM", unit: "of RAM", group: "memory" },
  reserveCapMiB: { label: "base and share at most", unit: "MiB", group: "memory" },
  reserveFixedMiB: { label: "the program itself", unit: "MiB", group: "memory" },
  overheadBaseMiB: { label: "each VM, base", unit: "MiB", group: "memory" },
  overheadPerVcpuMiB: { label: "each VM, per vCPU", unit: "MiB", group: "memory" },
  overheadPerGiBMiB: { label: "each VM, per GiB", unit: "MiB", group: "memory" },
  overheadFreeGiB: { label: "GiB that the base covers", unit: "GiB", group: "memory" },
  maxVcpusPerVm: { label: "vCPUs per VM", unit: "vCPUs", group: "limits" },
  maxMemoryPerVmMiB: { label: "memory per VM", unit: "MiB", group: "limits" },
  maxVmsPerHost: { label: "VMs per host", unit: "VMs", group: "limits" },
  maxVcpusPerCore: { label: "vCPUs per core", unit: "vCPUs", group: "limits" },
  snapshotChain: { label: "snapshots in a chain", unit: "snapshots", group: "limits" },
  bootLinuxSeconds: { label: "VM boot, Linux", unit: "s", group: "times" },
  bootWindowsSeconds: { label: "VM boot, Windows", unit: "s", group: "times" },
  cloneSeconds: { label: "clone of a 20 GB disk", unit: "s", group: "times" },
  deleteSeconds: { label: "VM delete", unit: "s", group: "times" },
  snapshotSeconds: { label: "snapshot", unit: "s", group: "times" },
  hostBootSeconds: { label: "host boot", unit: "s", group: "times" },
  crashesPerHostYear: { label: "crashes", unit: "a host-year", group: "faults" },
  rebootsPerYear: { label: "reboots for host updates", unit: "a year", group: "faults" },
} as const;

export type FigureName = keyof typeof figures;

/** Figures that a product may lack: there is no such limit, or nothing of the kind. */
type Optional = "reserveCapMiB" | "maxVcpusPerCore" | "snapshotChain" | "rebootsPerYear";

export type ProfileFigures = {
  readonly [Name in Exclude<FigureName, Optional>]: Figure<(typeof figures)[Name]["unit"]>;
} & { readonly [Name in Optional]?: Figure<(typeof figures)[Name]["unit"]> };

/** What resource pools of a product have. */
export type PoolKind = "full" | "shares-and-limits" | "limits" | "none";
/** Guests that something works with. */
export type Guests = "none" | "linux" | "windows" | "any";

export interface HypervisorProfile {
  /** As written in scenarios: `esxi`. */
  readonly key: string;
  /** Other spellings that mean the same. */
  readonly aliases: readonly string[];
  readonly name: string;
  /** 1 bare metal, 2 hosted, 0 no hypervisor. */
  readonly type: 0 | 1 | 2;
  /** One sentence: what it is. */
  readonly about: string;
  readonly figures: ProfileFigures;
  /** Whose CPU time pays for a VM's I/O. */
  readonly ioChargedTo: Fact<"vm" | "control-domain" | "host-os">;
  /** What a CPU weight counts at equal settings: each vCPU, each VM, or each vCPU that wants to run. */
  readonly weightBy: Fact<"vcpu" | "vm" | "runnable">;
  /** What it can do that the model acts upon. */
  readonly abilities: {
    /** Resource pools: shares, reservation and limit; without reservation; limits only; or none. */
    readonly pools: Fact<PoolKind>;
    /** Whether vCPUs can own cores. */
    readonly pinning: Fact<"yes" | "no">;
    /** Which running guests can get or give up vCPUs and memory. */
    readonly hotAddCpu: Fact<Guests>;
    readonly hotAddMemory: Fact<Guests>;
    readonly hotRemoveCpu: Fact<Guests>;
    readonly hotRemoveMemory: Fact<Guests>;
  };
  /** What it can do beyond running VMs, in words. */
  readonly features: {
    readonly scheduler: Fact;
    readonly memoryReclaim: Fact;
    readonly liveMigration: Fact;
    readonly highAvailability: Fact;
    readonly replication: Fact;
  };
}
