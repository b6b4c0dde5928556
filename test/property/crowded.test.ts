/**
 * A host where CPU is short and nothing else is the matter is solved by a shorter way. On random such hosts it must give what the
 * general way gives, bit for bit: present rates, and everything that ten seconds of them add to the accounts.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cpu } from "../../src/model/cpu.ts";
import { CpuCrowded } from "../../src/model/cpu-crowded.ts";
import { CpuShort } from "../../src/model/cpu-short.ts";
import * as H from "../../src/model/hosts.ts";
import { WorkKinds } from "../../src/model/kinds.ts";
import * as V from "../../src/model/vms.ts";
import { host, ideal, vm } from "../support/build.ts";

const SECONDS = 10;
/** Present rates that only the general way writes: nobody reads them of a crowded host. */
const UNREAD = new Set([
  ...H.CAUSES.flatMap((_, c) => (c > H.CO_STOP ? [H.rateColumn(c)] : [])),
  ...V.SLOW_CAUSES.flatMap((_, s) => (s < V.SLOW_WAIT || s > V.SLOW_CO_STOP ? [H.SLOW + s] : [])),
]);

const size = (most: number) => fc.oneof(fc.constant(0), fc.double({ min: 0, max: most, noNaN: true }));
const guest = fc.record({
  vcpus: fc.integer({ min: 1, max: 12 }),
  demand: fc.oneof(size(12_000), fc.constant(Number.POSITIVE_INFINITY)),
  perWork: fc.double({ min: 1, max: 1.6, noNaN: true }),
  io: size(500),
  cap: size(12_000),
  weight: fc.constantFrom(0, 0.5, 1, 2, 8),
  reservation: fc.constantFrom(0, 0, 300),
});
type Guest = typeof guest extends fc.Arbitrary<infer T> ? T : never;
const crowd = fc.record({
  cores: fc.integer({ min: 1, max: 6 }),
  slope: fc.constantFrom(0, 0.02, 0.4),
  guests: fc.array(guest, { minLength: 1, maxLength: 9 }),
});

interface World {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly kinds: WorkKinds;
  readonly cpu: Cpu;
}

function world(cores: number, slope: number, guests: readonly Guest[]): World {
  const hosts = H.createHosts([host({ cores, hypervisor: { ...ideal, schedulingSlope: slope, coStopPerVcpu: slope / 2 } })]);
  const kinds = new WorkKinds(hosts.classes);
  const names = guests.map((_, i) => `v${i}`);
  const vms = V.createVms(
    guests.length,
    guests.map(({ reservation }) => vm({ reservationMHz: reservation })),
    names,
    names,
  );
  for (const [v, { vcpus, demand, perWork, io, cap, weight, reservation }] of guests.entries()) {
    vms.slot[v] = H.addMember(hosts, 0, v);
    vms.classOf[v] = v;
    vms.host[v] = 0;
    vms.vcpus[v] = vcpus;
    vms.weight[v] = weight;
    vms.mix[v] = kinds.of({ cpu: 0.5, memory: 0.5, oltp: 0 }, vcpus, 1024);
    vms.row.set([demand, perWork, io, cap], v * V.VM_ROW);
    if (reservation > 0) hosts.reserved[0] = 1;
  }
  return { hosts, vms, kinds, cpu: new Cpu(hosts, vms, kinds, null) };
}

const read = ({ hosts, vms }: World): unknown => ({
  host: hosts.row.map((value, column) => (UNREAD.has(column) ? 0 : value)),
  vms: vms.row,
  wait: vms.waitCoreS,
  short: vms.shortCoreS,
  lost: vms.slowSeconds,
});

describe("a host that is only crowded", () => {
  it("is solved and settled as the general way does it", () => {
    fc.assert(
      fc.property(crowd, ({ cores, slope, guests }) => {
        const crowded = world(cores, slope, guests);
        const general = world(cores, slope, guests);
        expect(new CpuCrowded(crowded.hosts, crowded.vms, crowded.kinds).solve(0)).toBe(true);
        new CpuShort(general.hosts, general.vms, general.kinds, null).solve(0);
        for (const { cpu } of [crowded, general]) cpu.settle(0, SECONDS);
        expect(crowded.hosts.slow[0]).toBe(H.CROWDED);
        expect(general.hosts.slow[0]).toBe(H.SLOW_HOST);
        expect(read(crowded)).toEqual(read(general));
      }),
      { numRuns: 2000 },
    );
  });
  it("is left to the general way where its threads share cores", () => {
    const hosts = H.createHosts([host({ cores: 2, threadsPerCore: 2 })]);
    const { vms, kinds } = world(2, 0, [{ vcpus: 4, demand: 1e6, perWork: 1, io: 0, cap: 1e6, weight: 1, reservation: 0 }]);
    H.addMember(hosts, 0, 0);
    expect(new CpuCrowded(hosts, vms, kinds).solve(0)).toBe(false);
  });
});
