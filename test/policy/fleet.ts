/**
 * A small fleet of written-down hosts, for tests of placement policies.
 */
import type { Fleet, VmAsk } from "../../src/policy/placement.ts";

export interface FakeHost {
  group: string;
  /** False: next() never offers it. */
  fits: boolean;
  cores: number;
  coreMHz: number;
  usedMHz: number;
  demandMHz: number;
  memoryMiB: number;
  freeMemoryMiB: number;
  vcpus: number;
  /** vCPUs in all that the admission ratio allows; Infinity: no ratio. */
  mostVcpus: number;
  vms: number;
  idleWatts: number;
  fullWatts: number;
}

export const plainHost: FakeHost = {
  group: "a",
  fits: true,
  cores: 10,
  coreMHz: 1000,
  usedMHz: 0,
  demandMHz: 0,
  memoryMiB: 1000,
  freeMemoryMiB: 1000,
  vcpus: 0,
  mostVcpus: 40,
  vms: 0,
  idleWatts: 100,
  fullWatts: 200,
};

/** Hosts that are plain but for what is given. */
export function hosts(...differences: readonly Partial<FakeHost>[]): FakeHost[] {
  return differences.map((difference) => ({ ...plainHost, ...difference }));
}

export const plainVm: VmAsk = { vm: 0, name: "vm-0", vcpus: 2, memoryMiB: 100, demandMHz: 1000, owner: "anna", serviceClass: "standard" };

/** The fleet over those hosts; `asked` collects the hosts that next() offered. */
export function fleetOf(list: readonly FakeHost[], asked: number[] = []): Fleet {
  const fleet: Fleet = {
    count: list.length,
    next(from) {
      const host = list.findIndex((h, i) => i >= from && h.fits);
      if (host >= 0) asked.push(host);
      return host;
    },
    name: (h) => `host-${h}`,
    group: (h) => list[h].group,
    cores: (h) => list[h].cores,
    coreMHz: (h) => list[h].coreMHz,
    capacityMHz: (h) => list[h].cores * list[h].coreMHz,
    usedMHz: (h) => list[h].usedMHz,
    demandMHz: (h) => list[h].demandMHz,
    memoryMiB: (h) => list[h].memoryMiB,
    freeMemoryMiB: (h) => list[h].freeMemoryMiB,
    vcpus: (h) => list[h].vcpus,
    freeVcpus: (h) => list[h].mostVcpus - list[h].vcpus,
    vms: (h) => list[h].vms,
    watts: (h, mhz) => list[h].idleWatts + (list[h].fullWatts - list[h].idleWatts) * Math.min(1, mhz / (list[h].cores * list[h].coreMHz)),
    overcommits: true,
    // By walking all of them, which is what the index of the model must come to as well.
    gramsPerKwh: (h) => 100 + 50 * (h % 3),
    pricePerKwh: (h) => 0.1 + 0.05 * (h % 3),
    leastRise({ demandMHz }) {
      let host = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let h = fleet.next(0); h >= 0; h = fleet.next(h + 1)) {
        const asked = fleet.demandMHz(h);
        const rise = Math.round(1e6 * (fleet.watts(h, asked + demandMHz) - fleet.watts(h, asked)));
        if (fleet.capacityMHz(h) - asked < demandMHz || rise >= least) continue;
        host = h;
        least = rise;
      }
      return { host, score: host < 0 ? Number.NaN : least / 1e6 };
    },
  };
  return fleet;
}
