import { streams } from "../../src/kernel/streams.ts";
import { resolveHypervisor } from "../../src/scenario/catalogue.ts";
import type { ResolvedHostGroup, ResolvedHypervisor, ResolvedPool, ResolvedScenario, ResolvedVmGroup, ResolvedWorkload } from "../../src/scenario/resolved.ts";
import { host, ideal, scenario, siteOf, vm } from "../support/build.ts";

const memories = ["ideal", "esxi", "kvm", "hyperv", "xen", "workstation"].map((name): ResolvedHypervisor["memory"] => {
  const found = resolveHypervisor(name);
  if (!found) throw new Error(name);
  return { ...found.memory, overcommit: "yes" };
});
/** The scenario of a seed. */
export function randomScenario(seed: number): ResolvedScenario {
  const luck = streams(`swarm ${seed}`)("scenario");
  const u = (): number => luck.uniform();
  const int = (low: number, high: number): number => low + luck.int(high - low + 1);
  const pick = <T>(...choices: readonly T[]): T => choices[luck.int(choices.length)];
  const maybe = <T>(p: number, yes: () => T, no: T): T => (u() < p ? yes() : no);

  const hosts: ResolvedHostGroup[] = Array.from({ length: int(1, 3) }, (_, i) =>
    host({
      name: `h${i}`,
      count: int(1, 3),
      cores: int(1, 8),
      threadsPerCore: pick(1, 2),
      numaNodes: pick(1, 1, 2, 4),
      coreMHz: pick(1000, 2400),
      memoryMiB: 1024 * int(2, 32),
      power: pick<ResolvedHostGroup["power"]>(
        { model: "spec", watts: [50, 60, 72, 80, 90, 101, 110, 125, 130, 140, 155], offWatts: 5 },
        { model: "linear", idleWatts: 80, fullWatts: 200, offWatts: 0 },
        { model: "square-root", idleWatts: 32, fullWatts: 180, offWatts: 1 },
        { model: "constant", watts: 120, offWatts: 0 },
        { model: "idle-epsilon", idleWatts: 100, epsilonWatts: 120, fullWatts: 200, offWatts: 10 },
      ),
      pstates: maybe(0.3, () => [{ coreMHz: 600, power: { model: "linear" as const, idleWatts: 60, fullWatts: 100, offWatts: 0 } }], []),
      governor: pick<NonNullable<ResolvedHostGroup["governor"]>>("performance", "performance", "powersave", "ondemand", "conservative"),
      state: maybe(0.1, () => "off" as const, "on" as const),
      hostPrograms: maybe(0.2, () => ({ cores: u() * 2, memoryMiB: 512 }), { cores: 0, memoryMiB: 0 }),
      hypervisor: maybe(
        0.8,
        () => ({
          ...ideal,
          type: pick<0 | 1 | 2>(1, 2),
          cpuEfficiency: 0.8 + 0.2 * u(),
          memoryEfficiency: 0.6 + 0.4 * u(),
          oltpEfficiency: 0.5 + 0.5 * u(),
          cpuMicrosecondsPerIo: 40 * u(),
          coresPerGbit: u(),
          ioChargedTo: pick<"vm" | "control-domain" | "host-os">("vm", "control-domain", "host-os"),
          schedulingSlope: 0.03 * u(),
          coStopPerVcpu: maybe(0.5, () => 0.015, 0),
          remoteShare: pick(0, 0.2, 1),
          pools: pick<"full" | "shares-and-limits" | "limits" | "none">("full", "full", "shares-and-limits", "limits", "none"),
          pinning: pick<"yes" | "no">("yes", "yes", "no"),
          hotAddCpu: pick<"none" | "linux" | "any">("none", "linux", "any"),
          hotRemoveCpu: pick<"none" | "windows" | "any">("none", "windows", "any"),
          hotAddMemory: pick<"none" | "any">("none", "any"),
          reservedCores: u() * 2,
          hostOsBackground: maybe(0.3, () => 0.05 * u(), 0),
          reserveBaseMiB: 512 * u(),
          overheadBaseMiB: 100 * u(),
          weightBy: pick<"vcpu" | "vm" | "runnable">("vcpu", "vm", "runnable"),
          bootSeconds: { linux: 30 * u(), windows: 60 },
          cloneSeconds: maybe(0.5, () => 60 * u(), 0),
          deleteSeconds: maybe(0.5, () => 5, 0),
          maxVmsPerHost: int(1, 20),
          product: pick("p", "p", "p", "q"),
          memory: pick(...memories),
          migration: {
            scheme: pick<"pre-copy" | "post-copy" | "hybrid" | "cold" | "none">("pre-copy", "pre-copy", "post-copy", "hybrid", "cold", "none"),
            maxRounds: pick(null, 5, 10),
            downtimeTargetSeconds: pick(0.03, 0.3),
            stopBelowMiB: pick(0, 0.2),
            maxSentFactor: pick(null, 3),
            throttle: pick<"none" | "auto-converge" | "stun">("none", "auto-converge", "stun"),
            setupSeconds: pick(0, 2),
            activationSeconds: pick(0, 1),
            resumeSeconds: pick(0, 0.03),
            guestSlowdown: pick(0, 0.1),
            sourceCores: u() * 0.5,
            targetCores: u() * 0.3,
            bandwidthShare: pick(0.5, 1),
            maxMiBPerSecond: pick(null, 32),
            concurrentPerHost: int(1, 3),
            diskMiBPerSecond: 200,
          },
        }),
        ideal,
      ),
    }),
  );
  const mix = (): ResolvedVmGroup["mix"] => pick({ cpu: 1, memory: 0, oltp: 0 }, { cpu: 0.5, memory: 0.3, oltp: 0.2 }, { cpu: 0, memory: 1, oltp: 0 });
  const workload = (): ResolvedWorkload =>
    pick<() => ResolvedWorkload>(
      () => ({ kind: "idle" }),
      () => ({ kind: "constant", utilisation: u() * 1.2, referenceMHz: 2400 }),
      () => ({
        kind: "pieces",
        pieces: Array.from({ length: int(1, 6) }, () => ({ seconds: int(0, 900), mhz: pick(0, 100, 1000, 5000 * u()) })),
        repeat: int(1, 3),
      }),
      () => ({
        kind: "tasks",
        sequence: pick(true, false),
        tasks: Array.from({ length: int(0, 5) }, () => ({
          workMHzSeconds: pick(0, 1e5, 1e6 * u()),
          threads: int(1, 3),
          weight: pick(1, 2),
          limitMHz: pick(null, 300),
          startSeconds: pick(0, 100, 500),
        })),
      }),
      () => ({ kind: "generator", profile: "enterprise", options: {} }),
      () => ({
        kind: "service",
        warmUpSeconds: pick(0, 45),
        pieces: Array.from({ length: int(1, 5) }, () => ({ seconds: int(60, 900), mhz: 8000 * u() })),
        repeat: int(1, 9),
      }),
    )();
  const scaled = (group: ResolvedVmGroup): ResolvedVmGroup => {
    const direction = group.workload.kind === "service" ? pick<"horizontal" | "vertical">("horizontal", "horizontal", "vertical") : "vertical";
    if (group.cpus === "dedicated" || u() < 0.5) return group.workload.kind === "service" ? { ...group, progress: "replay" } : group;
    const most = direction === "horizontal" ? (group.count as number) : 8;
    const scaling: NonNullable<ResolvedVmGroup["scaling"]> = {
      policy: pick<"target-tracking" | "threshold" | "schedule" | "predictive">("target-tracking", "threshold", "schedule", "predictive"),
      direction,
      min: 1,
      max: most,
      start: int(1, most),
      everySeconds: pick(60, 200),
      target: 0.3 + 0.6 * u(),
      tolerance: 0.1,
      stabiliseSeconds: pick(0, 300),
      high: 0.7,
      low: 0.3,
      forPeriods: int(1, 3),
      step: int(1, 2),
      plan: [
        { timeOfDay: 1000, size: int(1, 6) },
        { timeOfDay: 3000, size: int(1, 6) },
      ],
      leadSeconds: 300,
      growCooldownSeconds: pick(0, 100),
      shrinkCooldownSeconds: pick(0, 100),
      restart: pick(true, false),
      memoryPerVcpuMiB: pick(0, 512),
    };
    return { ...group, scaling, progress: group.workload.kind === "service" ? "replay" : group.progress };
  };
  const pools: ResolvedPool[] = Array.from({ length: maybe(0.5, () => int(1, 4), 0) }, (_, i) => ({
    name: `p${i}`,
    parent: i > 0 && u() < 0.5 ? `p${int(0, i - 1)}` : null,
    shares: pick(1, 4, 8),
    reservationMHz: maybe(0.4, () => 2000 * u(), 0),
    limitMHz: maybe(0.4, () => 4000 * u() + 100, null),
    expandable: pick(true, false),
  }));
  const vms: ResolvedVmGroup[] = Array.from({ length: int(0, 5) }, (_, i) =>
    scaled(
      vm({
        name: `g${i}`,
        count: int(1, 6),
        vcpus: int(1, 8),
        memoryMiB: 512 * int(1, 12),
        memoryActivity: { dirtyMiBPerSecond: pick(0, 20, 400), workingSetShare: pick(0.2, 0.9) },
        memory: {
          activeShare: u(),
          touchedShare: pick(1, 1, u()),
          reservationMiB: maybe(0.3, () => 512 * u(), 0),
          limitMiB: maybe(0.1, () => 512 + 4096 * u(), null),
          shares: pick(0.5, 1, 2),
          equalWithin: 0.1 * u(),
          equalAcross: 0.3 * u(),
          balloon: pick(true, true, false),
        },
        shares: pick(0.5, 1, 2),
        reservationMHz: maybe(0.2, () => 500 * u(), 0),
        limitMHz: maybe(0.2, () => 2000 * u(), null),
        cpus: maybe(0.1, () => "dedicated" as const, "shared" as const),
        pool: pools.length > 0 && u() < 0.5 ? `p${int(0, pools.length - 1)}` : null,
        owner: pick("a", "b"),
        serviceClass: pick("gold", "bronze"),
        mix: mix(),
        io: maybe(0.4, () => ({ iops: 20_000 * u(), gbitPerSecond: 2 * u() }), { iops: 0, gbitPerSecond: 0 }),
        progress: pick<"replay" | "work">("replay", "work"),
        arrival: { atSeconds: pick(0, 0, 500 * u()), everySeconds: pick(0, 60) },
        lifetimeSeconds: maybe(0.3, () => 3000 * u(), null),
        startup: pick<ResolvedVmGroup["startup"]>("instant", "boot", "clone-and-boot"),
        host: maybe(0.1, () => (hosts[0].count === 1 ? "h0" : "h0-1"), null),
        onHostDown: pick<"lost" | "restart">("lost", "restart"),
        workload: workload(),
      }),
    ),
  );
  const hostName = (): string => {
    const group = hosts[luck.int(hosts.length)];
    return group.count === 1 ? group.name : `${group.name}-${int(1, group.count)}`;
  };
  const vmName = (): string | null => {
    if (vms.length === 0) return null;
    const group = vms[luck.int(vms.length)];
    return group.workload.kind === "generator" ? null : group.count === 1 ? group.name : `${group.name}-${int(1, group.count as number)}`;
  };
  const events = Array.from({ length: int(0, 14) }, () => {
    const atSeconds = int(0, 3000);
    const name = vmName();
    if (u() < 0.4 && name !== null) return { atSeconds, vm: name, do: pick<"migrate" | "move">("migrate", "migrate", "move"), to: hostName() };
    if (u() < 0.2 && name !== null)
      return pick({ atSeconds, vm: name, do: "vcpus" as const, vcpus: int(1, 8) }, { atSeconds, vm: name, do: "memory" as const, memoryMiB: 512 * int(1, 12) });
    if (u() < 0.5 && name !== null) return { atSeconds, vm: name, do: pick<"suspend" | "resume" | "stop">("suspend", "resume", "stop") };
    const target = hostName();
    return pick(
      { atSeconds, host: target, do: "off" as const },
      { atSeconds, host: target, do: "on" as const },
      { atSeconds, host: target, do: "speed" as const, factor: 0.25 + u() },
    );
  }).sort((a, b) => a.atSeconds - b.atSeconds);
  return scenario({
    seed: String(seed),
    durationSeconds: int(1, 7200),
    observeSeconds: pick(60, 300, 1000),
    sites: [siteOf({ pue: pick(1, 1.4) })],
    hosts,
    vms,
    interference: maybe(
      0.3,
      () => ({ cpu: { pressure: u(), sensitivity: u() }, memory: { pressure: u(), sensitivity: 2 * u() }, oltp: { pressure: u(), sensitivity: u() } }),
      null,
    ),
    ...(pools.length > 0 ? { pools } : {}),
    ...(u() < 0.2 ? { rightSizing: { percentile: 95, headroom: 0.2, everySeconds: 300 } } : {}),
    ...(u() < 0.1 ? { rules: [{ name: "a alone", kind: "dedicated" as const, owner: "a", hosts: [hosts[0].name] }] } : {}),
    placement: {
      policy: pick("first-fit", "best-fit", "worst-fit", "round-robin", "random", "power-aware-best-fit", "dot-product"),
      options: {},
      module: null,
    },
    admission: {
      vcpusPerCore: pick(null, 1, 4),
      memoryRatio: pick(1, 1.5, 4),
      whenFull: pick<"reject" | "queue">("reject", "queue"),
      queueOrder: pick<"fifo" | "skip">("fifo", "skip"),
      maxWaitSeconds: pick(null, 600),
    },
    events,
  });
}
