/**
 * Playing a trace on hosts that are short of nothing takes a short way (model/playback.ts). The same samples given as
 * each VM's own pieces take the general way: every figure must agree, up to rounding.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyReport, type Population } from "../../src/model/demand.ts";
import { numbers, type Table } from "../../src/results/table.ts";
import { resolveHypervisor } from "../../src/scenario/catalogue.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { typicalInterference } from "../../src/scenario/schema-interference.ts";
import { simulate } from "../../src/simulation.ts";
import { host, ideal, scenario, vm } from "../support/build.ts";

const STEP_S = 300;

function populations(vms: number, steps: number, samples: readonly number[]): { grid: Population; pieces: Population } {
  const mhz = Float32Array.from({ length: vms * steps }, (_, i) => samples[i % samples.length]);
  const common = {
    count: vms,
    names: Array.from({ length: vms }, (_, v) => `v${v}`),
    vcpus: new Float64Array(vms).fill(2),
    memoryMiB: new Float64Array(vms).fill(1024),
    arrivalSeconds: new Float64Array(vms),
    lifetimeSeconds: new Float64Array(vms).fill(Number.POSITIVE_INFINITY),
    report: emptyReport("made by rule"),
  };
  // Active memory in other steps than the CPU, up to all of a VM's.
  const active = mhz.map((_, i) => (1024 * ((i * 7) % 11)) / 10);
  const byVm = (column: Float32Array): Float64Array => {
    const own = new Float64Array(vms * steps);
    for (let v = 0; v < vms; v++) for (let s = 0; s < steps; s++) own[v * steps + s] = column[s * vms + v];
    return own;
  };
  return {
    grid: { ...common, demand: { kind: "grid", firstSeconds: 0, stepSeconds: STEP_S, steps, mhz, activeMiB: active } },
    pieces: {
      ...common,
      demand: {
        kind: "pieces",
        offset: Uint32Array.from({ length: vms + 1 }, (_, v) => v * steps),
        seconds: new Float64Array(vms * steps).fill(STEP_S),
        mhz: byVm(mhz),
        activeMiB: byVm(active),
      },
    },
  };
}

function expectSame(a: Table, b: Table): void {
  for (const column of a.columns) {
    if (typeof column.values[0] === "string") continue;
    const x = column.values as ArrayLike<number>;
    const y = numbers(b, column.name);
    for (let i = 0; i < a.rows; i++) {
      if (x[i] !== x[i] && y[i] !== y[i]) continue;
      expect(Math.abs(x[i] - y[i]), `${a.name}.${column.name}[${i}]: ${x[i]} against ${y[i]}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(x[i])));
    }
  }
}

describe("playing a trace gives the same as solving each step", () => {
  it("hosts, VMs, timeline and ledger agree for random fleets, samples and interruptions", () => {
    fc.assert(
      fc.property(
        fc.record({
          hosts: fc.integer({ min: 1, max: 4 }),
          vms: fc.integer({ min: 1, max: 12 }),
          steps: fc.integer({ min: 1, max: 80 }),
          samples: fc.array(fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 2600 })), { minLength: 1, maxLength: 97 }),
          observe: fc.constantFrom(100, 300, 700),
          efficiency: fc.constantFrom(1, 0.9),
          product: fc.constantFrom(null, null, "esxi", "kvm", "hyperv", "xen"),
          interference: fc.constantFrom(null, null, typicalInterference),
          stopAt: fc.option(fc.integer({ min: 1, max: 20_000 })),
          offAt: fc.option(fc.integer({ min: 1, max: 20_000 })),
        }),
        ({ hosts, vms, steps, samples, observe, efficiency, product, interference, stopAt, offAt }) => {
          // On some fleets hosts of 2 GiB may hold three times as much.
          const memory = product === null ? ideal.memory : { ...(resolveHypervisor(product)?.memory ?? ideal.memory), overcommit: "yes" as const };
          const { grid, pieces } = populations(vms, steps, samples);
          const end = steps * STEP_S;
          const base: ResolvedScenario = scenario({
            // Both kinds of demand end at the last sample; stop just before, where pieces would complete their VMs.
            durationSeconds: end - 1,
            observeSeconds: observe,
            hosts: [
              host({
                count: hosts,
                cores: 4,
                memoryMiB: product === null ? 1 << 20 : 2048,
                hypervisor: { ...ideal, cpuEfficiency: efficiency, memoryEfficiency: 0.8, memory },
                power: { model: "spec", watts: [50, 61, 70, 82, 93, 101, 117, 125, 139, 150, 177], offWatts: 3 },
              }),
            ],
            vms: [
              vm({
                name: "t",
                count: null,
                vcpus: null,
                memoryMiB: null,
                arrival: null,
                mix: { cpu: 0.7, memory: 0.3, oltp: 0 },
                workload: { kind: "trace", format: "rule", path: "", options: {} },
              }),
            ],
            interference,
            admission: { vcpusPerCore: null, memoryRatio: 3, whenFull: "reject", queueOrder: "fifo", maxWaitSeconds: null },
            placement: { policy: "round-robin", options: {}, module: null },
            events: [
              ...(stopAt !== null && stopAt < end - 1 ? [{ atSeconds: stopAt, vm: "v0", do: "suspend" as const }] : []),
              ...(offAt !== null && offAt < end - 1 ? [{ atSeconds: offAt, host: hosts === 1 ? "h" : "h-1", do: "off" as const }] : []),
            ],
          });
          const a = simulate(base, { populations: new Map([["t", grid]]) });
          const b = simulate(base, { populations: new Map([["t", pieces]]) });
          expectSame(a.hosts, b.hosts);
          expectSame(a.vms, b.vms);
          expectSame(a.timeline, b.timeline);
          expectSame(a.ledger, b.ledger);
          for (const table of a.extra) {
            const other = b.extra.find(({ name }) => name === table.name);
            if (other === undefined) throw new Error(`only one has ${table.name}`);
            expectSame(table, other);
          }
        },
      ),
      { numRuns: 300, seed: 20261124 },
    );
  });

  it("the same with disk and network traffic from the trace, on datastores and links that are sometimes full", () => {
    const sample = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(
        fc.record({
          hosts: fc.integer({ min: 1, max: 4 }),
          vms: fc.integer({ min: 1, max: 10 }),
          steps: fc.integer({ min: 1, max: 70 }),
          samples: fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 97 }),
          iops: fc.array(sample, { minLength: 1, maxLength: 31 }),
          mib: fc.option(fc.array(sample, { minLength: 1, maxLength: 29 })),
          traffic: fc.option(fc.array(sample, { minLength: 1, maxLength: 37 })),
          deviceIops: fc.constantFrom(150, 400, 100_000),
          cardGbit: fc.constantFrom(0.3, 1, 100),
          efficiency: fc.constantFrom(1, 0.8),
          uplinks: fc.boolean(),
          port: fc.boolean(),
          // One for all hosts, or one on each; one I/O at a time, or many.
          local: fc.boolean(),
          channels: fc.constantFrom(1, 8, 64),
          throughput: fc.constantFrom(1, 0.9),
          events: fc.array(
            fc.record({
              at: fc.integer({ min: 1, max: 20_000 }),
              what: fc.constantFrom("snapshot", "suspend", "resume", "migrate", "down", "up", "half down", "half up"),
            }),
            { maxLength: 4 },
          ),
        }),
        ({ hosts, vms, steps, samples, iops, mib, traffic, deviceIops, cardGbit, efficiency, uplinks, port, local, channels, throughput, events }) => {
          const { grid, pieces } = populations(vms, steps, samples);
          const column = (values: readonly number[] | null, scale: number): Float32Array | undefined =>
            values === null ? undefined : Float32Array.from({ length: vms * steps }, (_, i) => values[(i * 7 + 3) % values.length] * scale);
          const columns = { iops: column(iops, 1), diskMiBPerSecond: column(mib, 0.25), gbitPerSecond: column(traffic, 1 / 128) };
          const turned = (of: Float32Array): Float64Array =>
            Float64Array.from({ length: vms * steps }, (_, i) => of[(i % steps) * vms + Math.floor(i / steps)]);
          const given = Object.entries(columns).flatMap(([name, of]) => (of === undefined ? [] : [[name, of] as const]));
          const withColumns = (population: Population, change: (of: Float32Array) => Float32Array | Float64Array): Population => ({
            ...population,
            demand: { ...population.demand, ...Object.fromEntries(given.map(([name, of]) => [name, change(of)])) },
          });
          const name = (h: number): string => (hosts === 1 ? "h" : `h-${h}`);
          const base: ResolvedScenario = scenario({
            durationSeconds: steps * STEP_S - 1,
            observeSeconds: 700,
            hosts: [
              host({
                count: hosts,
                cores: 6,
                nics: [{ name: "card", gbitPerSecond: cardGbit / 2, count: 2, bond: "active", networks: null }],
                hypervisor: {
                  ...ideal,
                  cpuEfficiency: 0.9,
                  cpuMicrosecondsPerIo: 900,
                  coresPerGbit: 0.4,
                  diskIopsEfficiency: efficiency,
                  diskThroughputEfficiency: throughput,
                  networkEfficiency: efficiency,
                },
              }),
            ],
            datastores: [
              {
                name: "san",
                capacityMiB: 1e6,
                iops: deviceIops,
                mibPerSecond: 300,
                latencySeconds: channels / deviceIops,
                localTo: local ? "h" : null,
                hosts: null,
                networkGbitPerSecond: port && !local ? 1 : null,
              },
            ],
            ...(uplinks ? { switches: [{ name: "tor", hosts: [name(1)], uplinkGbitPerSecond: 0.5, uplinks: 1 }] } : {}),
            vms: [
              vm({
                name: "t",
                count: null,
                vcpus: null,
                memoryMiB: null,
                arrival: null,
                io: { iops: 5, gbitPerSecond: 1 / 128, readShare: 0.6, receivedShare: 0.3 },
                disks: [
                  {
                    sizeMiB: 1000,
                    datastore: "san",
                    kind: "thin",
                    usedMiB: 100,
                    growthMiBPerSecond: 0.01,
                    changeMiBPerSecond: 0.02,
                    ioShare: 1,
                    shares: 1,
                    limitIops: null,
                    limitMiBPerSecond: null,
                  },
                ],
                workload: { kind: "trace", format: "rule", path: "", options: {} },
              }),
            ],
            placement: { policy: "round-robin", options: {}, module: null },
            events: events
              .map(({ at, what }): ResolvedScenario["events"][number] =>
                what === "migrate"
                  ? { atSeconds: at, vm: "v0", do: "migrate", to: name(hosts) }
                  : what.endsWith("down") || what.endsWith("up")
                    ? { atSeconds: at, link: `${name(1)}/card${what.startsWith("half") ? ".2" : ""}`, do: what.endsWith("up") ? "up" : "down" }
                    : { atSeconds: at, vm: "v0", do: what as "snapshot" },
              )
              .toSorted((a, b) => a.atSeconds - b.atSeconds),
          });
          const a = simulate(base, { populations: new Map([["t", withColumns(grid, (of) => of)]]) });
          const b = simulate(base, { populations: new Map([["t", withColumns(pieces, turned)]]) });
          for (const table of ["hosts", "vms", "timeline", "ledger"] as const) expectSame(a[table], b[table]);
          for (const [i, table] of a.extra.entries()) if (/datastores|links/.test(table.name)) expectSame(table, b.extra[i]);
        },
      ),
      { numRuns: 300, seed: 20261125 },
    );
  });
});
