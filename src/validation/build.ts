/**
 * Short ways to write resolved scenarios for cases that are known exactly: an ideal hypervisor, no overheads, one core of
 * 1000 MHz, unless a case says otherwise. The tests use them too.
 */
import { usualMemory } from "../model/spec.ts";
import type { ResolvedHostGroup, ResolvedHypervisor, ResolvedScenario, ResolvedSite, ResolvedVmGroup, ResolvedWorkload } from "../scenario/resolved.ts";

/** No overhead, no limits, no times: the layer under other simulators' reference cases. */
export const ideal: ResolvedHypervisor = {
  product: "ideal",
  name: "ideal",
  type: 1,
  cpuEfficiency: 1,
  memoryEfficiency: 1,
  oltpEfficiency: 1,
  diskIopsEfficiency: 1,
  diskThroughputEfficiency: 1,
  networkEfficiency: 1,
  cpuMicrosecondsPerIo: 0,
  coresPerGbit: 0,
  ioChargedTo: "vm",
  schedulingSlope: 0,
  coStopPerVcpu: 0,
  remoteShare: 0,
  pools: "full",
  pinning: "yes",
  hotAddCpu: "any",
  hotAddMemory: "any",
  hotRemoveCpu: "any",
  hotRemoveMemory: "any",
  reservedCores: 0,
  hostOsBackground: 0,
  reserveBaseMiB: 0,
  reserveFraction: 0,
  reserveCapMiB: null,
  reserveFixedMiB: 0,
  overheadBaseMiB: 0,
  overheadPerVcpuMiB: 0,
  overheadPerGiBMiB: 0,
  overheadFreeGiB: 0,
  maxVcpusPerVm: 1e9,
  maxMemoryPerVmMiB: 1e12,
  maxVmsPerHost: 1e9,
  weightBy: "runnable",
  bootSeconds: { linux: 0, windows: 0 },
  cloneSeconds: 0,
  deleteSeconds: 0,
  memory: {
    overcommit: "yes",
    takenFrom: "nobody",
    minFree: "none",
    sharing: "none",
    balloonLimit: 0,
    balloonKeeps: 0,
    compressionCache: 0,
    swap: "none",
    idleTax: 0,
    floorShare: 0,
    floorMiB: 0,
    buffer: 0,
    swapSeconds: 0,
    decompressSeconds: 0,
  },
  migration: {
    scheme: "pre-copy",
    maxRounds: null,
    downtimeTargetSeconds: 0.03,
    stopBelowMiB: 0,
    maxSentFactor: null,
    throttle: "none",
    setupSeconds: 0,
    activationSeconds: 0,
    resumeSeconds: 0,
    guestSlowdown: 0,
    sourceCores: 0,
    targetCores: 0,
    bandwidthShare: 1,
    maxMiBPerSecond: null,
    concurrentPerHost: 1000,
    diskMiBPerSecond: 200,
  },
  estimates: [],
};

export const siteOf = (over: Partial<ResolvedSite> = {}): ResolvedSite => ({
  name: "site",
  region: null,
  pue: 1,
  electricity: null,
  carbonGramsPerKwh: null,
  ...over,
});

export function host(over: Partial<ResolvedHostGroup> = {}): ResolvedHostGroup {
  return {
    name: "h",
    count: 1,
    site: "site",
    server: null,
    cores: 1,
    threadsPerCore: 1,
    smtGain: 1.25,
    numaNodes: 1,
    remoteLatency: 1.7,
    coreMHz: 1000,
    memoryMiB: 1 << 20,
    power: { model: "linear", idleWatts: 100, fullWatts: 200, offWatts: 0 },
    pstates: [],
    transitions: {
      bootSeconds: 0,
      bootWatts: null,
      shutdownSeconds: 0,
      shutdownWatts: null,
      bootFailureChance: 0,
      sleepWatts: 0,
      suspendSeconds: 0,
      wakeSeconds: 0,
    },
    networkGbitPerSecond: 1,
    hypervisor: ideal,
    state: "on",
    hostPrograms: { cores: 0, memoryMiB: 0 },
    ...over,
  };
}

export function vm(over: Partial<ResolvedVmGroup> = {}): ResolvedVmGroup {
  return {
    name: "v",
    count: 1,
    vcpus: 1,
    memoryMiB: 1024,
    guestOs: "linux",
    shares: 1,
    reservationMHz: 0,
    limitMHz: null,
    cpus: "shared",
    pool: null,
    owner: "",
    serviceClass: "standard",
    mix: { cpu: 1, memory: 0, oltp: 0 },
    io: { iops: 0, gbitPerSecond: 0 },
    progress: "replay",
    arrival: { atSeconds: 0, everySeconds: 0 },
    lifetimeSeconds: null,
    memoryActivity: { dirtyMiBPerSecond: 0, workingSetShare: 0.9 },
    memory: usualMemory,
    startup: "instant",
    host: null,
    onHostDown: "lost",
    workload: { kind: "idle" },
    ...over,
  };
}

/** Work in units of 1e9 flop at 1 GHz, as SimGrid's cases give it: one unit keeps a core of 1000 MHz busy for a second. */
export interface Task {
  work: number;
  threads?: number;
  weight?: number;
  limit?: number;
  start?: number;
}

export const tasks = (list: Task[], sequence = false): ResolvedWorkload => ({
  kind: "tasks",
  sequence,
  tasks: list.map((t) => ({
    workMHzSeconds: t.work * 1000,
    threads: t.threads ?? 1,
    weight: t.weight ?? 1,
    limitMHz: t.limit === undefined ? null : t.limit * 1000,
    startSeconds: t.start ?? 0,
  })),
});

export const pieces = (...list: [seconds: number, mhz: number][]): ResolvedWorkload => ({
  kind: "pieces",
  pieces: list.map(([seconds, mhz]) => ({ seconds, mhz })),
  repeat: 1,
});

export function scenario(over: Partial<ResolvedScenario> = {}): ResolvedScenario {
  return {
    name: "case",
    about: "",
    seed: "1",
    start: "2026-01-01T00:00:00Z",
    durationSeconds: null,
    observeSeconds: 300,
    sites: [siteOf()],
    hosts: [host()],
    vms: [vm()],
    placement: { policy: "first-fit", options: {}, module: null },
    admission: { vcpusPerCore: null, memoryRatio: 1, whenFull: "reject", queueOrder: "fifo", maxWaitSeconds: null },
    events: [],
    ...over,
  };
}
