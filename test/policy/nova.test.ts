import { describe, expect, it } from "vitest";
import { nova, novaWith } from "../../src/policy/placement/nova.ts";
import { type FakeHost, fleetOf, hosts, plainVm } from "./fleet.ts";

function place(options: Record<string, unknown>, list: readonly FakeHost[], vm = plainVm, ...draws: number[]) {
  return nova.create(options, () => draws.shift() ?? 0)(vm, fleetOf(list));
}

describe("weighers", () => {
  // Free memory 1000, 500, 800 of 1000; free vCPUs 10, 40, 40 of 40; VMs 3, 1, 2.
  const list = hosts({ vcpus: 30, vms: 3 }, { freeMemoryMiB: 500, vms: 1 }, { freeMemoryMiB: 800, vms: 2 });

  it("spread by default: free memory and free vCPUs, each as a share of the largest", () => {
    // 1 + 0.25, 0.5 + 1, 0.8 + 1.
    expect(place({}, list)).toEqual({ host: 2, score: 1.8 });
  });

  it("pack with negative multipliers", () => {
    // -(1 + 0.25), -(0.5 + 1), -(0.8 + 1).
    expect(place({ weighers: { ram: -1, cpu: -1 } }, list)).toEqual({ host: 0, score: -1.25 });
  });

  it("scale from 0 where the weigher has a fixed minimum, from the smallest where it has none", () => {
    // Number of VMs: (3 - 1) / 2, 0, 1/2, times -2; memory 1, 0.5, 0.8 (from 0, not from 500).
    expect(place({ weighers: { "num-instances": -2, cpu: 0 } }, list)).toEqual({ host: 1, score: 0.5 });
    expect(place({ weighers: { cpu: 0 } }, list).host).toBe(0);
  });

  it("count nothing where all candidates are equal, and then the first host is taken", () => {
    expect(place({ weighers: { ram: 0, cpu: 0, "num-instances": 5 } }, hosts({ vms: 4 }, { vms: 4 }))).toEqual({ host: 0, score: 0 });
  });

  it("take overcommitted memory for none", () => {
    // -300 counts as 0, so the scale runs from 0 to 500: 0 against 1.
    expect(place({ weighers: { cpu: 0 } }, hosts({ freeMemoryMiB: -300 }, { freeMemoryMiB: 500 }))).toEqual({ host: 1, score: 1 });
    expect(place({ weighers: { ram: -1, cpu: 0 } }, hosts({ freeMemoryMiB: -300 }, { freeMemoryMiB: 500 })).host).toBe(0);
  });

  it("weigh the CPU not in use when asked to", () => {
    // Idle 0.9, 0.2, 0.5 of the capacity; scaled 1, 0, 0.3 / 0.7.
    const busy = hosts({ usedMHz: 1000 }, { usedMHz: 8000 }, { usedMHz: 5000 });
    expect(place({ weighers: { ram: 0, cpu: 0, "cpu-idle": 1 } }, busy)).toEqual({ host: 0, score: 1 });
    expect(place({ weighers: { ram: 0, cpu: 0, "cpu-idle": -1 } }, busy).host).toBe(1);
  });

  it("weigh nothing when there is one candidate", () => {
    expect(place({}, hosts({ fits: false }, {}))).toEqual({ host: 1, score: NaN });
  });

  it("work where there is no vCPU ratio: cores less placed vCPUs", () => {
    const list = hosts({ mostVcpus: Infinity, vcpus: 8 }, { mostVcpus: Infinity, vcpus: 5 });
    expect(place({ weighers: { ram: 0 } }, list)).toEqual({ host: 1, score: 1 });
  });
});

describe("filters", () => {
  it("ram: placed and asked memory within the ratio", () => {
    // Placed 850 + asked 100 = 950 passes 1.0 and fails 0.9; placed 300 + 100 passes both.
    const list = hosts({ freeMemoryMiB: 150, vms: 0 }, { freeMemoryMiB: 700, vcpus: 39 });
    const pack = { weighers: { ram: -1, cpu: 0 } };
    expect(place({ filters: ["ram"], ...pack }, list).host).toBe(0);
    expect(place({ filters: ["ram"], ramAllocationRatio: 0.9, ...pack }, list).host).toBe(1);
    expect(place({ filters: ["ram"], ramAllocationRatio: 0.3 }, list).host).toBe(-1);
  });

  it("core: placed and asked vCPUs within 4 a core, one VM within the cores", () => {
    // 10 cores: at most 40 vCPUs; 38 + 2 pass, 39 + 2 do not.
    expect(place({ filters: ["core"] }, hosts({ vcpus: 39, mostVcpus: 80 })).host).toBe(-1);
    expect(place({ filters: ["core"] }, hosts({ vcpus: 38, mostVcpus: 80 })).host).toBe(0);
    expect(place({ filters: ["core"], cpuAllocationRatio: 16 }, hosts({ vcpus: 39, mostVcpus: 80 })).host).toBe(0);
    expect(place({ filters: ["core"] }, hosts({}), { ...plainVm, vcpus: 11 }).host).toBe(-1);
  });

  it("num-instances: fewer VMs than the limit", () => {
    expect(place({ filters: ["num-instances"] }, hosts({ vms: 50 }, { vms: 49, freeMemoryMiB: 100 })).host).toBe(1);
    expect(place({ filters: ["num-instances"], maxInstancesPerHost: 1 }, hosts({ vms: 1 })).host).toBe(-1);
  });

  it("isolated-groups: a listed group takes only its owners' VMs; others are open to all", () => {
    const list = hosts({ group: "bank" }, { group: "open", freeMemoryMiB: 100 });
    const options = { filters: ["isolated-groups"], isolatedGroups: { bank: ["ben"] } };
    expect(place(options, list).host).toBe(1);
    expect(place(options, list, { ...plainVm, owner: "ben" }).host).toBe(0);
  });

  it("class-groups: a listed class goes only to its groups; other classes anywhere", () => {
    const list = hosts({ group: "old" }, { group: "new", freeMemoryMiB: 100 });
    const options = { filters: ["class-groups"], classGroups: { gold: ["new"] } };
    expect(place(options, list).host).toBe(0);
    expect(place(options, list, { ...plainVm, serviceClass: "gold" }).host).toBe(1);
  });

  it("all must pass", () => {
    const list = hosts({ vms: 60 }, { group: "bank" }, { freeMemoryMiB: 10 });
    expect(place({ filters: ["num-instances", "isolated-groups", "ram"], isolatedGroups: { bank: [] } }, list).host).toBe(-1);
  });
});

describe("chance", () => {
  const list = hosts({ freeMemoryMiB: 500 }, { freeMemoryMiB: 1000 }, { freeMemoryMiB: 800 }, { freeMemoryMiB: 1000 });
  const byMemory = { weighers: { cpu: 0 } };

  it("picks one of the heaviest few: order 1, 3, 2, 0", () => {
    const options = { ...byMemory, hostSubsetSize: 3 };
    expect([0, 0.34, 0.67].map((draw) => place(options, list, plainVm, draw).host)).toEqual([1, 3, 2]);
    // More than there are: all of them.
    expect(place({ ...byMemory, hostSubsetSize: 100 }, list, plainVm, 0.99)).toEqual({ host: 0, score: 0.5 });
  });

  it("picks among hosts that share the top weight when told to shuffle, and takes the first otherwise", () => {
    expect(place(byMemory, list).host).toBe(1);
    const options = { ...byMemory, shuffleBestSameWeighed: true };
    expect([0, 0.49, 0.5, 0.99].map((draw) => place(options, list, plainVm, draw).host)).toEqual([1, 1, 3, 3]);
  });

  it("shuffles the equals of the top before it picks one of the heaviest few", () => {
    // First draw: swap of places 1 and 0 when below 1/2. Second: which of the two first.
    const options = { ...byMemory, shuffleBestSameWeighed: true, hostSubsetSize: 2 };
    expect(place(options, list, plainVm, 0.1, 0).host).toBe(3);
    expect(place(options, list, plainVm, 0.9, 0).host).toBe(1);
    expect(place(options, list, plainVm, 0.9, 0.9).host).toBe(3);
  });
});

describe("options that are wrong", () => {
  it.each<[Record<string, unknown>, string]>([
    [{ filters: ["rams"] }, 'option "filters": must be one of ram, core, num-instances, isolated-groups, class-groups, not "rams"; did you mean "ram"?'],
    [{ filters: "ram" }, 'option "filters": must be a list of texts, not "ram"'],
    [{ weighers: { ramm: 1 } }, 'option "weighers": must be one of ram, cpu, num-instances, cpu-idle, not "ramm"; did you mean "ram"?'],
    [{ weighers: { ram: "1" } }, 'placement policy "nova.weighers", option "ram": must be a number, not "1"'],
    [{ weighers: [] }, 'option "weighers": must be a mapping, not []'],
    [{ hostSubsetSize: 0 }, 'option "hostSubsetSize": must be a whole number of 1 or more, not 0'],
    [{ shuffleBestSameWeighed: 1 }, 'option "shuffleBestSameWeighed": must be true or false, not 1'],
    [{ maxInstancesPerHost: 9 }, 'option "maxInstancesPerHost": has no effect unless filters has "num-instances"'],
    [{ filters: ["class-groups"], classGroups: { gold: "new" } }, 'placement policy "nova.classGroups", option "gold": must be a list of texts, not "new"'],
    [{ filter: [] }, 'placement policy "nova" has no option "filter"; did you mean "filters"?'],
  ])("%j", (options, message) => {
    expect(() => nova.create(options, () => 0)).toThrow(message);
  });
});

describe("a user's own parts", () => {
  it("join the built-in filters and weighers under a name of their own", () => {
    const mine = novaWith(
      "mine",
      { even: { about: "even hosts", options: [], create: () => (_vm, _fleet, host) => host % 2 === 0 } },
      { cheap: { about: "the higher the number the better", multiplier: 10, raw: (_fleet, host) => host } },
    );
    expect(mine.create({ filters: ["even"] }, () => 0)(plainVm, fleetOf(hosts({}, {}, {}, {})))).toEqual({ host: 2, score: 12 });
  });
});
