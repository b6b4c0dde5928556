/** What holds after every run of a swarm, whatever the scenario has. Each run checks its ledgers by itself (metrics/ledger.ts). */
import { expect } from "vitest";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { checkAccounts } from "./random-accounts.ts";
import { checkOutages } from "./random-failures.ts";
import { checkIo } from "./random-io.ts";
import { brokenRules } from "./random-rebalancing.ts";
import { checkRecovery } from "./random-recovery.ts";

/** Runs the scenario, twice where that is asked, and looks at what came of it. */
export function check(scenario: ResolvedScenario, twice: boolean): void {
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
  if (scenario.recovery) checkRecovery(results);
  checkAccounts(results);
  if (!twice) return;
  expect(simulate(scenario).run.fingerprint).toBe(results.run.fingerprint);
}

/** Runs `one` for each seed; the first few that fail are all named, each with what it takes to repeat it. */
export function swarm(first: number, runs: number, test: string, one: (seed: number) => void): void {
  const failed: string[] = [];
  for (let seed = first; seed < first + runs && failed.length < 10; seed++) {
    try {
      one(seed);
    } catch (error) {
      failed.push(`SWARM_SEED=${seed} SWARM_RUNS=1 npx vitest run ${test}\n${(error as Error).stack}`);
    }
  }
  if (failed.length > 0) throw new Error(failed.join("\n\n"));
}
