/**
 * From catalogue entries to the numbers of a scenario: what a name in `hypervisor:`, `server:` or `size:` stands for.
 *
 * Nothing is invented here: each value is the nominal value of the catalogue in the model's units. The `estimates` of a
 * hypervisor name the fields whose value is an estimate, so that whoever shows a result can say so.
 */

import { memories, memoryCosts } from "../catalog/data/memory.ts";
import { migrationCosts, migrations } from "../catalog/data/migration.ts";
import { type Figure, type FigureName, type HypervisorProfile, hypervisorProfile, server, vmSize } from "../catalog/index.ts";
import type { ResolvedHostGroup, ResolvedHypervisor } from "./resolved.ts";

/** Watts of a server that is switched off (management processor and standby supply). An estimate, 2 to 15 W. */
export const OFF_WATTS = 5;

/** Fields of a resolved hypervisor that are one figure of the catalogue under the same name. */
const PLAIN = [
  "cpuEfficiency",
  "memoryEfficiency",
  "oltpEfficiency",
  "diskIopsEfficiency",
  "diskThroughputEfficiency",
  "networkEfficiency",
  "cpuMicrosecondsPerIo",
  "coresPerGbit",
  "schedulingSlope",
  "coStopPerVcpu",
  "remoteShare",
  "reservedCores",
  "hostOsBackground",
  "reserveBaseMiB",
  "reserveFraction",
  "reserveFixedMiB",
  "overheadBaseMiB",
  "overheadPerVcpuMiB",
  "overheadPerGiBMiB",
  "overheadFreeGiB",
  "maxVcpusPerVm",
  "maxMemoryPerVmMiB",
  "maxVmsPerHost",
  "cloneSeconds",
  "deleteSeconds",
] as const;

/** Figures of the catalogue that a run uses. */
export const modelFigures: readonly FigureName[] = [...PLAIN, "reserveCapMiB", "bootLinuxSeconds", "bootWindowsSeconds"];

/** The hypervisor of that catalogue key or alias, or undefined when the catalogue has none. */
export function resolveHypervisor(key: string): ResolvedHypervisor | undefined {
  const profile = hypervisorProfile(key);
  if (!profile) return undefined;
  const { figures } = profile;
  const plain = Object.fromEntries(PLAIN.map((name) => [name, figures[name].value])) as Pick<ResolvedHypervisor, (typeof PLAIN)[number]>;
  return {
    product: profile.key,
    name: profile.name,
    type: profile.type,
    ...plain,
    reserveCapMiB: figures.reserveCapMiB?.value ?? null,
    maxSnapshots: figures.snapshotChain?.value ?? null,
    ioChargedTo: profile.ioChargedTo.value,
    weightBy: profile.weightBy.value,
    pools: profile.abilities.pools.value,
    pinning: profile.abilities.pinning.value,
    hotAddCpu: profile.abilities.hotAddCpu.value,
    hotAddMemory: profile.abilities.hotAddMemory.value,
    hotRemoveCpu: profile.abilities.hotRemoveCpu.value,
    hotRemoveMemory: profile.abilities.hotRemoveMemory.value,
    bootSeconds: { linux: figures.bootLinuxSeconds.value, windows: figures.bootWindowsSeconds.value },
    memory: memory(profile),
    migration: migration(profile),
    estimates: estimates(profile),
  };
}

/** What the product does when memory is short. */
function memory(profile: HypervisorProfile): ResolvedHypervisor["memory"] {
  const own = memories[profile.key];
  if (!own) throw new Error(`the catalogue says nothing about the memory of ${profile.key}`);
  return {
    overcommit: own.overcommit.value,
    takenFrom: own.takenFrom.value,
    minFree: own.minFree.value,
    sharing: own.sharing.value,
    balloonLimit: own.balloonLimit.value,
    balloonKeeps: own.balloonKeeps.value,
    compressionCache: own.compressionCache.value,
    swap: own.swap.value,
    idleTax: own.idleTax.value,
    floorShare: own.floorShare.value,
    floorMiB: own.floorMiB.value,
    buffer: own.buffer.value,
    swapSeconds: memoryCosts.swapSeconds.value,
    decompressSeconds: memoryCosts.decompressSeconds.value,
  };
}

const movesFree = ({ type, key }: HypervisorProfile): boolean => type === 0 || key === "ideal";

/** How the product moves VMs. Where there is nothing to pay for (`none`, `ideal`), a move costs only its bytes. */
function migration(profile: HypervisorProfile): ResolvedHypervisor["migration"] {
  const own = migrations[profile.key];
  if (!own) throw new Error(`the catalogue says nothing about migrations of ${profile.key}`);
  const free = movesFree(profile);
  const cost = (name: keyof typeof migrationCosts): number => (free ? 0 : migrationCosts[name].value);
  return {
    scheme: own.scheme.value,
    maxRounds: own.maxRounds?.value ?? null,
    downtimeTargetSeconds: own.downtimeTargetSeconds.value,
    stopBelowMiB: own.stopBelowMiB.value,
    maxSentFactor: own.maxSentFactor?.value ?? null,
    throttle: own.throttle.value,
    setupSeconds: cost("setupSeconds"),
    activationSeconds: cost("activationSeconds"),
    resumeSeconds: cost("resumeSeconds"),
    guestSlowdown: cost("guestSlowdown"),
    sourceCores: cost("sourceCores"),
    targetCores: cost("targetCores"),
    bandwidthShare: free ? 1 : migrationCosts.bandwidthShare.value,
    maxMiBPerSecond: own.maxMiBPerSecond?.value ?? null,
    concurrentPerHost: own.concurrentPerHost.value,
    diskMiBPerSecond: migrationCosts.diskMiBPerSecond.value,
  };
}

/** Names of fields of the resolved hypervisor whose value is an estimate. */
function estimates(profile: HypervisorProfile): string[] {
  const { figures, ioChargedTo, weightBy, key } = profile;
  const guessed = (figure: Pick<Figure, "confidence"> | null | undefined): boolean => figure?.confidence === "estimate";
  const names: string[] = PLAIN.filter((name) => guessed(figures[name]));
  if (guessed(figures.reserveCapMiB)) names.push("reserveCapMiB");
  if (guessed(ioChargedTo)) names.push("ioChargedTo");
  if (guessed(weightBy)) names.push("weightBy");
  if (guessed(figures.bootLinuxSeconds)) names.push("bootSeconds.linux");
  if (guessed(figures.bootWindowsSeconds)) names.push("bootSeconds.windows");
  const within = (block: string, of: Readonly<Record<string, Pick<Figure, "confidence"> | null>>): string[] =>
    Object.keys(of)
      .filter((name) => guessed(of[name]))
      .map((name) => `${block}.${name}`);
  // Where nobody loses memory nothing is paid for it, and where moves are free nothing of them is guessed.
  const reclaims = memories[key]?.takenFrom.value !== "nobody";
  names.push(...within("memory", { ...memories[key], ...(reclaims ? memoryCosts : {}) }));
  names.push(...within("migration", { ...migrations[key], ...(movesFree(profile) ? {} : migrationCosts) }));
  return names;
}

/** The host parts that a catalogue server stands for, with its measured power curve as published; undefined when unknown. */
export function resolveServer(
  key: string,
): Pick<ResolvedHostGroup, "server" | "cores" | "threadsPerCore" | "numaNodes" | "coreMHz" | "memoryMiB" | "power"> | undefined {
  const found = server(key);
  if (!found) return undefined;
  return {
    server: found.key,
    cores: found.cores,
    threadsPerCore: found.threads / found.cores,
    numaNodes: found.chips,
    coreMHz: found.coreMHz,
    memoryMiB: found.memoryGiB * 1024,
    power: { model: "spec", watts: [...found.watts], offWatts: OFF_WATTS },
  };
}

/** vCPUs and memory of a catalogue VM size; undefined when unknown. */
export function resolveSize(key: string): { vcpus: number; memoryMiB: number } | undefined {
  const found = vmSize(key);
  return found && { vcpus: found.vcpus, memoryMiB: found.memoryGiB * 1024 };
}
