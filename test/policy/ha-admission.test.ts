/** The worked example of VMware's vSphere Availability, and laws of the slot policy. */
import { describe, expect, it } from "vitest";
import { failoverCapacity, freeShare, slotOf, slotsOn } from "../../src/policy/ha-admission.ts";

// Three hosts of 9 GHz / 9 GB, 9 / 6 and 6 / 6; five VMs of 2 GHz / 1 GB (two), 1 / 2 and 1 / 1 (two).
const hosts = [
  { mhz: 9000, mib: 9000 },
  { mhz: 9000, mib: 6000 },
  { mhz: 6000, mib: 6000 },
];
const vms = [
  { mhz: 2000, mib: 1000 },
  { mhz: 2000, mib: 1000 },
  { mhz: 1000, mib: 2000 },
  { mhz: 1000, mib: 1000 },
  { mhz: 1000, mib: 1000 },
];

describe("the vendor's example", () => {
  it("slots of 2 GHz and 2 GB: 4, 3 and 3; without the largest host 6 for 5 VMs, without two 3: capacity 1", () => {
    const slot = slotOf(vms);
    expect(slot).toEqual({ mhz: 2000, mib: 2000 });
    const slots = hosts.map((host) => slotsOn(host, slot ?? { mhz: 0, mib: 0 }));
    expect(slots).toEqual([4, 3, 3]);
    expect(failoverCapacity(slots, 5)).toBe(1);
  });
  it("percentage: (24 - 7) / 24 = 70 % of CPU, (21 - 6) / 21 = 71 % of memory", () => {
    const free = freeShare({ mhz: 24_000, mib: 21_000 }, { mhz: 7000, mib: 6000 });
    expect(Math.floor(free.cpu * 100)).toBe(70);
    expect(Math.floor(free.memory * 100)).toBe(71);
  });
});

describe("slots", () => {
  it("a cap on the slot makes more of them: 500 MHz and 500 MB on the largest host are 18", () => {
    expect(slotsOn({ mhz: 9000, mib: 9000 }, slotOf(vms, { mhz: 500, mib: 500 }) ?? { mhz: 1, mib: 1 })).toBe(18);
  });
  it("no VMs: every host may fail; more VMs than slots: not even all suffice", () => {
    expect(slotOf([])).toBe(null);
    expect(failoverCapacity([4, 3, 3], 0)).toBe(3);
    expect(failoverCapacity([4, 3, 3], 11)).toBe(-1);
    expect(failoverCapacity([4, 3, 3], 10)).toBe(0);
    expect(failoverCapacity([], 0)).toBe(0);
  });
});
