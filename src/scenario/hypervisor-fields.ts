/**
 * Every number of a hypervisor that a scenario may set, as it is written in the file: one table for reading, filling in
 * and printing. Keys are those of the model without the unit, because in the file the value carries it.
 */
import type { DimensionName } from "../units/dimensions.ts";
import type { Bounds } from "./fields.ts";

export interface HypervisorField {
  /** Key in the file. */
  readonly key: string;
  /** Field of the model; with a point, a part of a field. */
  readonly field: string;
  /** Quantity with a unit, a plain or whole number, or one of some words. */
  readonly kind: DimensionName | "number" | "whole" | readonly [string, ...string[]];
  /** Units of the field in one base unit of the dimension, where they differ. */
  readonly perBase?: number;
  readonly bounds?: Bounds;
  /** May be "none": there is no such limit. */
  readonly none?: true;
  readonly about: string;
}

const efficiency: Bounds = { above: 0, max: 2 };
const share: Bounds = { max: 1 };
const guests = ["none", "linux", "windows", "any"] as const;
const memory: Bounds = { max: 2 ** 40 };

export const hypervisorFields: readonly HypervisorField[] = [
  { key: "ioChargedTo", field: "ioChargedTo", kind: ["vm", "control-domain", "host-os"], about: "Whose CPU time pays for I/O." },
  { key: "weightBy", field: "weightBy", kind: ["vcpu", "vm", "runnable"], about: "What a VM's CPU weight counts when shares are equal." },
  { key: "cpuEfficiency", field: "cpuEfficiency", kind: "share", bounds: efficiency, about: "Speed of CPU-bound work, share of native." },
  { key: "memoryEfficiency", field: "memoryEfficiency", kind: "share", bounds: efficiency, about: "Speed of memory-bound work, share of native." },
  { key: "oltpEfficiency", field: "oltpEfficiency", kind: "share", bounds: efficiency, about: "Speed of database work (OLTP), share of native." },
  {
    key: "diskIopsEfficiency",
    field: "diskIopsEfficiency",
    kind: "share",
    bounds: efficiency,
    about: "Small disk I/Os that one host gets out of a device, share of native.",
  },
  {
    key: "diskThroughputEfficiency",
    field: "diskThroughputEfficiency",
    kind: "share",
    bounds: efficiency,
    about: "Disk throughput that one host gets out of a device, share of native.",
  },
  {
    key: "networkEfficiency",
    field: "networkEfficiency",
    kind: "share",
    bounds: efficiency,
    about: "Network throughput that the virtual switch gets out of a card, share of native.",
  },
  { key: "cpuPerIo", field: "cpuMicrosecondsPerIo", kind: "time", perBase: 1e6, bounds: { max: 1 }, about: "CPU time of one disk I/O, such as 15 us." },
  { key: "coresPerGbit", field: "coresPerGbit", kind: "number", about: "Cores kept busy by each Gbit/s of network traffic." },
  { key: "schedulingSlope", field: "schedulingSlope", kind: "share", bounds: share, about: "Capacity lost for each unit of (runnable vCPUs / cores) above 1." },
  {
    key: "coStopPerVcpu",
    field: "coStopPerVcpu",
    kind: "share",
    bounds: share,
    about: "Share lost for each vCPU of a VM above 4 when the ratio exceeds 2 (co-scheduling).",
  },
  {
    key: "remoteShare",
    field: "remoteShare",
    kind: "share",
    bounds: share,
    about: "Memory references of a VM wider than a NUMA node that go to another node, of those that memory spread evenly would make.",
  },
  { key: "pools", field: "pools", kind: ["full", "shares-and-limits", "limits", "none"], about: "What its resource pools have." },
  { key: "pinning", field: "pinning", kind: ["yes", "no"], about: "Whether vCPUs can own cores." },
  { key: "hotAddCpu", field: "hotAddCpu", kind: guests, about: "Guests that can get vCPUs while they run." },
  { key: "hotAddMemory", field: "hotAddMemory", kind: guests, about: "Guests that can get memory while they run." },
  { key: "hotRemoveCpu", field: "hotRemoveCpu", kind: guests, about: "Guests that can give up vCPUs while they run." },
  { key: "hotRemoveMemory", field: "hotRemoveMemory", kind: guests, about: "Guests that can give up memory while they run." },
  { key: "reservedCores", field: "reservedCores", kind: "number", about: "Cores kept back from guests." },
  {
    key: "hostOsBackground",
    field: "hostOsBackground",
    kind: "share",
    bounds: share,
    about: "Share of the host's CPU that the system below a Type 2 product uses by itself.",
  },
  {
    key: "reserveBase",
    field: "reserveBaseMiB",
    kind: "memory",
    bounds: memory,
    about: "Memory kept back: min(reserveCap, reserveBase + reserveFraction x RAM) + reserveFixed.",
  },
  { key: "reserveFraction", field: "reserveFraction", kind: "share", bounds: share, about: "Share of RAM kept back, see reserveBase." },
  { key: "reserveCap", field: "reserveCapMiB", kind: "memory", none: true, bounds: memory, about: "Most that base and fraction keep back together, or none." },
  { key: "reserveFixed", field: "reserveFixedMiB", kind: "memory", bounds: memory, about: "Memory of the hypervisor or program itself, beside the reserve." },
  { key: "overheadBase", field: "overheadBaseMiB", kind: "memory", bounds: memory, about: "Memory each VM costs beside its own." },
  { key: "overheadPerVcpu", field: "overheadPerVcpuMiB", kind: "memory", bounds: memory, about: "Further memory for each vCPU of a VM." },
  { key: "overheadPerGiB", field: "overheadPerGiBMiB", kind: "memory", bounds: memory, about: "Further memory for each GiB of a VM above overheadFree." },
  { key: "overheadFree", field: "overheadFreeGiB", kind: "memory", perBase: 1 / 1024, bounds: memory, about: "Memory of a VM that overheadBase covers." },
  { key: "maxVcpusPerVm", field: "maxVcpusPerVm", kind: "whole", about: "Most vCPUs of one VM." },
  { key: "maxMemoryPerVm", field: "maxMemoryPerVmMiB", kind: "memory", bounds: memory, about: "Most memory of one VM." },
  { key: "maxVmsPerHost", field: "maxVmsPerHost", kind: "whole", about: "Most VMs on one host." },
  { key: "bootLinux", field: "bootSeconds.linux", kind: "time", bounds: { max: 864000 }, about: "Boot time of a Linux VM." },
  { key: "bootWindows", field: "bootSeconds.windows", kind: "time", bounds: { max: 864000 }, about: "Boot time of a Windows VM." },
  { key: "clone", field: "cloneSeconds", kind: "time", bounds: { max: 864000 }, about: "Time to clone a VM's disk." },
  { key: "delete", field: "deleteSeconds", kind: "time", bounds: { max: 864000 }, about: "Time to delete a VM." },
];

/** Entries of the block `migration` of a hypervisor: how it moves running VMs. */
export const migrationFields: readonly HypervisorField[] = [
  { key: "scheme", field: "migration.scheme", kind: ["pre-copy", "post-copy", "hybrid", "cold", "none"], about: "How it moves a running VM." },
  { key: "maxRounds", field: "migration.maxRounds", kind: "whole", none: true, about: "Rounds of pre-copy after which it stops the VM, or none." },
  {
    key: "downtimeTarget",
    field: "migration.downtimeTargetSeconds",
    kind: "time",
    bounds: { max: 864000 },
    about: "Copying stops when the rest can be sent in this time.",
  },
  { key: "stopBelow", field: "migration.stopBelowMiB", kind: "memory", bounds: memory, about: "Copying stops when no more than this is dirty." },
  {
    key: "maxSentFactor",
    field: "migration.maxSentFactor",
    kind: "number",
    none: true,
    about: "Copying stops when more than this many times the memory was sent, or none.",
  },
  { key: "throttle", field: "migration.throttle", kind: ["none", "auto-converge", "stun"], about: "How it slows a guest that dirties memory too fast." },
  { key: "setup", field: "migration.setupSeconds", kind: "time", bounds: { max: 864000 }, about: "Before the first round." },
  { key: "activation", field: "migration.activationSeconds", kind: "time", bounds: { max: 864000 }, about: "After the switch; the VM runs meanwhile." },
  { key: "resume", field: "migration.resumeSeconds", kind: "time", bounds: { max: 864000 }, about: "Downtime beyond copying." },
  { key: "guestSlowdown", field: "migration.guestSlowdown", kind: "share", bounds: share, about: "Share of the guest's CPU lost while it is copied." },
  { key: "sourceCores", field: "migration.sourceCores", kind: "number", about: "Cores kept busy at the source." },
  { key: "targetCores", field: "migration.targetCores", kind: "number", about: "Cores kept busy at the target." },
  {
    key: "bandwidthShare",
    field: "migration.bandwidthShare",
    kind: "share",
    bounds: share,
    about: "Share of the network card that migrations may use together.",
  },
  {
    key: "maxRate",
    field: "migration.maxMiBPerSecond",
    kind: "memoryRate",
    none: true,
    bounds: { max: 1e9 },
    about: "Highest rate of one migration, or none.",
  },
  { key: "concurrentPerHost", field: "migration.concurrentPerHost", kind: "whole", about: "Migrations a host may take part in at once." },
  {
    key: "diskRate",
    field: "migration.diskMiBPerSecond",
    kind: "memoryRate",
    bounds: { max: 1e9 },
    about: "Speed of suspending to and resuming from disk (cold).",
  },
];

/** Entries of the block `memory` of a hypervisor: what it does when its hosts hold more memory than they have. */
export const memoryFields: readonly HypervisorField[] = [
  {
    key: "overcommit",
    field: "memory.overcommit",
    kind: ["yes", "no"],
    about: "Whether VMs may hold more memory than there is, as far as admission.memoryRatio allows. Hyper-V, Xen: yes = VMs have dynamic memory.",
  },
  {
    key: "takenFrom",
    field: "memory.takenFrom",
    kind: ["nobody", "shares", "coldest", "range", "demand"],
    about:
      "Who loses memory: nobody (it costs nothing), by shares with a tax on idle memory (ESXi), the coldest pages (Linux), all alike within their range (Xen), what exceeds demand (Hyper-V).",
  },
  {
    key: "minFree",
    field: "memory.minFree",
    kind: ["sliding", "watermark", "none"],
    about: "Memory kept free: ESXi's sliding scale, Linux's watermark, or none.",
  },
  {
    key: "sharing",
    field: "memory.sharing",
    kind: ["none", "within", "across"],
    about: "Equal pages are kept once: within a VM, or also across VMs of a group.",
  },
  { key: "balloon", field: "memory.balloonLimit", kind: "share", bounds: share, about: "Most that a balloon takes of a VM's memory; 0 % = no balloon." },
  { key: "balloonKeeps", field: "memory.balloonKeeps", kind: "share", bounds: share, about: "Share of a VM's memory that its balloon leaves free." },
  {
    key: "compressionCache",
    field: "memory.compressionCache",
    kind: "share",
    bounds: share,
    about: "Most of a VM's memory that holds compressed pages; 0 % = none.",
  },
  {
    key: "swap",
    field: "memory.swap",
    kind: ["none", "blind", "coldest"],
    about: "How VMs' pages are swapped out: not at all, picked at random (ESXi), the coldest first (Linux).",
  },
  { key: "idleTax", field: "memory.idleTax", kind: "share", bounds: { max: 0.99 }, about: "Tax on idle memory, for takenFrom shares." },
  { key: "floorShare", field: "memory.floorShare", kind: "share", bounds: share, about: "Share of its memory that a VM always keeps." },
  { key: "floor", field: "memory.floorMiB", kind: "memory", bounds: memory, about: "Memory that a VM always keeps." },
  {
    key: "buffer",
    field: "memory.buffer",
    kind: "share",
    bounds: { max: 10 },
    about: "Memory beyond its active memory that a VM is given, for takenFrom demand.",
  },
  {
    key: "swapLatency",
    field: "memory.swapSeconds",
    kind: "time",
    bounds: { max: 10 },
    about: "Time to bring a page back from swap, the guest's or the host's.",
  },
  { key: "decompressLatency", field: "memory.decompressSeconds", kind: "time", bounds: { max: 10 }, about: "Time to decompress a page." },
];

/** All fields, for reading and marking. */
export const allHypervisorFields: readonly HypervisorField[] = [...hypervisorFields, ...memoryFields, ...migrationFields];
