/**
 * The swarm: thousands of small random scenarios, every invariant on. Each run checks its ledgers by itself
 * (metrics/ledger.ts); here also that nothing depends on the order of entries or on the run, that work asked for is done or
 * missed, and that nobody has more than there is. A failure prints the seed: `SWARM_SEED=n SWARM_RUNS=1 npx vitest run swarm`.
 */
import { describe, expect, it } from "vitest";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { checkOutages, withFailures } from "./random-failures.ts";
import { checkIo, withIo } from "./random-io.ts";
import { brokenRules, withRebalancing } from "./random-rebalancing.ts";
import { randomScenario } from "./random-scenario.ts";

const RUNS = Number(process.env.SWARM_RUNS ?? 3000);
const FIRST = Number(process.env.SWARM_SEED ?? 1);

describe("swarm of random scenarios", () => {
  it(
    `keeps every invariant in ${RUNS} runs from seed ${FIRST}`,
    () => {
      for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
        try {
          const plain = randomScenario(seed);
          const base = seed % 5 < 2 ? withIo(plain, seed) : plain;
          const moving = seed % 2 === 0 ? withRebalancing(base, seed) : base;
          check(seed % 3 === 0 ? withFailures(moving, seed) : moving, seed % 10 === 0);
        } catch (error) {
          throw new Error(`seed ${seed}: ${(error as Error).stack}`);
        }
      }
    },
    30_000 + 20 * RUNS,
  );
});

function check(scenario: ResolvedScenario, twice: boolean): void {
  const results = simulate(scenario);
  const { hosts, vms, timeline } = results;
  const slack = 1e-9;
  for (let h = 0; h < hosts.rows; h++) {
    const on = numbers(hosts, "on_s")[h];
    expect(on + numbers(hosts, "off_s")[h]).toBeCloseTo(results.run.durationSeconds, 6);
    expect(numbers(hosts, "energy_kwh")[h]).toBeGreaterThanOrEqual(0);
    if (on > 0) expect(numbers(hosts, "peak_utilisation_pct")[h]).toBeLessThanOrEqual(100 * (1 + slack));
  }
  const state = texts(vms, "state");
  // VMs that may be resized have had up to 8 vCPUs.
  const mostVcpus = scenario.vms.some((group) => group.scaling?.direction === "vertical") || scenario.events.some((event) => event.do === "vcpus") ? 8 : 0;
  for (let v = 0; v < vms.rows; v++) {
    const delivered = numbers(vms, "delivered_core_s")[v];
    expect(delivered).toBeGreaterThanOrEqual(-slack);
    expect(delivered).toBeLessThanOrEqual(numbers(vms, "demanded_core_s")[v] + 1e-6);
    expect(delivered).toBeLessThanOrEqual(Math.max(mostVcpus, numbers(vms, "vcpus")[v]) * numbers(vms, "running_s")[v] * (1 + slack) + 1e-6);
    expect(numbers(vms, "ready_core_s")[v]).toBeGreaterThanOrEqual(-1e-6);
    if (state[v] === "rejected") expect(texts(vms, "reason")[v]).not.toBe("");
  }
  const here = (s: string): boolean => !["requested", "queued", "down", "stopped", "completed", "lost", "rejected"].includes(s);
  const placed = state.map((s, v) => ({ group: texts(vms, "group")[v], host: texts(vms, "host")[v], here: here(s) }));
  expect(brokenRules(scenario, placed)).toEqual([]);
  for (let i = 0; i < timeline.rows; i++) {
    expect(numbers(timeline, "cpu_used_cores")[i]).toBeLessThanOrEqual(numbers(timeline, "cpu_capacity_cores")[i] * (1 + slack) + slack);
  }
  // Every hour that a VM ran is in the distribution of ready time, in one bin.
  const ran = Array.from(numbers(vms, "running_s")).reduce((a, b) => a + b, 0);
  const binned = results.ready.reduce((sum, { vmHours }) => sum + vmHours.reduce((a, b) => a + b, 0), 0);
  expect(Math.abs(binned * 3600 - ran)).toBeLessThanOrEqual(1e-6 * Math.max(1, ran));
  if (scenario.failures) checkOutages(results);
  if (scenario.datastores) checkIo(results);
  if (!twice) return;
  expect(simulate(scenario).run.fingerprint).toBe(results.run.fingerprint);
}
