/**
 * The swarm with backups, replicas, disasters at every moment, and maintenance, some of it with failures and rebalancing beside it.
 * Each run checks its ledgers by itself. A failure prints the seed: `SWARM_SEED=n SWARM_RUNS=1 npx vitest run recovery-swarm`.
 */
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/simulation.ts";
import { checkOutages, withFailures } from "./random-failures.ts";
import { withRebalancing } from "./random-rebalancing.ts";
import { checkRecovery, withRecovery } from "./random-recovery.ts";
import { randomScenario } from "./random-scenario.ts";

const RUNS = Number(process.env.SWARM_RUNS ?? 300);
const FIRST = Number(process.env.SWARM_SEED ?? 1);

describe("swarm of disasters", () => {
  it(
    `keeps every invariant in ${RUNS} runs from seed ${FIRST}`,
    () => {
      for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
        try {
          const base = randomScenario(seed);
          const moved = seed % 3 === 0 ? withRebalancing(base, seed) : base;
          const scenario = withRecovery(seed % 4 === 1 ? withFailures(moved, seed) : moved, seed);
          const results = simulate(scenario);
          checkRecovery(results);
          if (results.extra.some(({ name }) => name === "outages")) checkOutages(results);
          if (seed % 10 === 0) expect(simulate(scenario).run.fingerprint).toBe(results.run.fingerprint);
        } catch (error) {
          throw new Error(`seed ${seed}: ${(error as Error).stack}`);
        }
      }
    },
    30_000 + 40 * RUNS,
  );
});
