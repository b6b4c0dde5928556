/** Random disks and networks on top of a scenario, all too small: space runs out, devices and links are full, cards fail. */
import { expect } from "vitest";
import { streams } from "../../src/kernel/streams.ts";
import type { NicSpec } from "../../src/model/network-spec.ts";
import type { DiskSpec } from "../../src/model/storage-spec.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers } from "../../src/results/table.ts";
import { memberNames } from "../../src/scenario/members.ts";
import type { ResolvedEvent, ResolvedScenario } from "../../src/scenario/resolved.ts";

/** The scenario with datastores, disks, networks and their events, from luck of their own. */
export function withIo(base: ResolvedScenario, seed: number): ResolvedScenario {
  const luck = streams(`swarm ${seed}`)("disks and networks");
  const u = (): number => luck.uniform();
  const int = (low: number, high: number): number => low + luck.int(high - low + 1);
  const pick = <T>(...choices: readonly T[]): T => choices[luck.int(choices.length)];
  const store = (name: string, localTo: string | null) => {
    const iops = pick(200, 5000, 50_000);
    return {
      name,
      capacityMiB: 1024 * pick(5, 40, 500),
      iops,
      mibPerSecond: pick(20, 200, 2000),
      latencySeconds: pick(1, 1, 20) / iops,
      localTo,
      hosts: localTo === null && u() < 0.3 ? [pick(...base.hosts).name] : null,
      networkGbitPerSecond: localTo === null ? pick(null, 0.5, 10) : null,
    };
  };
  const datastores = [store("shared", null), store("local", base.hosts[0].name)];
  const networks = [
    { name: "tenants", kind: "guest" as const, vlan: 7, limitGbitPerSecond: pick(null, 0.3), weight: pick(1, 3) },
    ...(u() < 0.5 ? [{ name: "moves", kind: "migration" as const, vlan: null, limitGbitPerSecond: pick(null, 0.5), weight: 1 }] : []),
  ];
  const disk = (): DiskSpec => {
    const sizeMiB = 1024 * pick(1, 10, 60);
    const kind = pick<DiskSpec["kind"]>("thin", "thin", "thick", "linked");
    return {
      sizeMiB,
      datastore: pick("shared", "shared", "local"),
      kind,
      usedMiB: sizeMiB * pick(0, 0.2, 1),
      growthMiBPerSecond: pick(0, 1, 20),
      changeMiBPerSecond: pick(0, 2, 20),
      ioShare: 0,
      shares: pick(0.5, 1, 2),
      limitIops: pick(null, null, 100),
      limitMiBPerSecond: pick(null, null, 5),
    };
  };
  const nics = (): NicSpec[] => [
    { name: "rest", gbitPerSecond: pick(0.5, 1, 10), count: int(1, 3), bond: pick("active", "standby"), networks: null },
    ...(u() < 0.4 ? [{ name: "front", gbitPerSecond: pick(0.5, 10), count: 1, bond: "active" as const, networks: ["tenants"] }] : []),
  ];
  const hosts = base.hosts.map((group) => ({
    ...group,
    ...(u() < 0.6 ? { nics: nics() } : {}),
    hypervisor: {
      ...group.hypervisor,
      diskIopsEfficiency: 0.3 + 0.7 * u(),
      diskThroughputEfficiency: pick(1, 0.8),
      networkEfficiency: pick(1, 0.6),
      maxSnapshots: pick(null, 2),
    },
  }));
  const vms = base.vms.map((group) => {
    const disks = Array.from({ length: int(0, 2) }, disk);
    return {
      ...group,
      ...(disks.length > 0 ? { disks: disks.map((one, i) => ({ ...one, ioShare: disks.length === 1 ? 1 : i === 0 ? 0.7 : 0.3 })) } : {}),
      io: {
        iops: pick(0, 100, 5000 * u()),
        diskMiBPerSecond: pick(null, 0, 100 * u()),
        gbitPerSecond: pick(0, 0.2, 3 * u()),
        readShare: pick(0, 0.7, 1),
        receivedShare: pick(0, 0.5, 1),
        waitShare: pick(0, 0, 0.4),
        network: pick(null, "tenants"),
        passThrough: u() < 0.2,
      },
    };
  });
  const hostNames = hosts.flatMap((group) => memberNames(group));
  const switches = u() < 0.5 ? [{ name: "tor", hosts: hostNames.filter(() => u() < 0.6), uplinkGbitPerSecond: pick(0.5, 5), uplinks: int(1, 2) }] : [];
  const linkName = (): string => {
    if (switches.length > 0 && u() < 0.3) return "tor/uplink";
    const group = pick(...hosts);
    const nic = pick(...(group.nics ?? [{ name: "card", count: 1 }]));
    return `${pick(...memberNames(group))}/${nic.name}${u() < 0.5 ? "" : `.${int(1, nic.count)}`}`;
  };
  const vmNames = vms.flatMap((group) =>
    group.count === null || group.workload.kind === "generator" ? [] : memberNames({ name: group.name, count: group.count }),
  );
  const more = Array.from({ length: int(0, 10) }, (): ResolvedEvent => {
    const atSeconds = int(0, 3000);
    if (vmNames.length > 0 && u() < 0.5) return { atSeconds, vm: pick(...vmNames), do: pick("snapshot", "snapshot", "delete snapshots") };
    if (u() < 0.7) return { atSeconds, link: linkName(), do: pick("down", "down", "up") };
    return { atSeconds, datastore: "shared", do: "resize", capacityMiB: 1024 * int(1, 200) };
  });
  return {
    ...base,
    hosts,
    vms,
    datastores,
    networks,
    ...(switches.length > 0 ? { switches } : {}),
    events: [...base.events, ...more].sort((a, b) => a.atSeconds - b.atSeconds),
  };
}

/** Nothing is served twice, capacity is what was used, idle or down, and space is not there twice. */
export function checkIo(results: Results): void {
  const slack = 1e-6;
  const datastores = results.extra.find(({ name }) => name === "datastores");
  if (datastores === undefined) throw new Error("no table of datastores");
  for (let i = 0; i < datastores.rows; i++) {
    const at = (column: string): number => numbers(datastores, column)[i];
    expect(at("utilisation_pct")).toBeLessThanOrEqual(100 * (1 + slack));
    expect(at("used_gib")).toBeGreaterThanOrEqual(-slack);
    expect(at("used_gib")).toBeLessThanOrEqual(at("peak_gib") * (1 + slack));
    expect(at("used_mean_gib")).toBeLessThanOrEqual(at("peak_gib") * (1 + slack));
    expect(at("used_gib")).toBeLessThanOrEqual(at("promised_gib") * (1 + slack));
    if (at("ios") > 0) expect(at("latency_peak_ms")).toBeGreaterThanOrEqual(at("latency_mean_ms") * (1 - slack));
  }
  const links = results.extra.find(({ name }) => name === "links");
  for (let i = 0; i < (links?.rows ?? 0); i++) {
    const at = (column: string): number => numbers(links as NonNullable<typeof links>, column)[i];
    // The storage of a site without hosts has no way to it.
    if (at("capacity_mib_s") === 0) continue;
    expect(at("idle_pct")).toBeGreaterThanOrEqual(-100 * slack);
    expect(at("peak_pct")).toBeLessThanOrEqual(100 * (1 + slack));
    const { durationSeconds } = results.run;
    expect(at("vms_pct") + at("copies_pct") + at("idle_pct")).toBeLessThanOrEqual(100 * (1 + slack));
    expect(at("full_s") + at("down_s")).toBeLessThanOrEqual(durationSeconds * (1 + slack));
  }
}
