/**
 * The swarm with backups, replicas, disasters at every moment, and maintenance, some of it with failures and rebalancing beside it.
 * Each run checks its ledgers by itself. A failure prints the seed: `SWARM_SEED=n SWARM_RUNS=1 npx vitest run recovery-swarm`.
 */
import { describe, it } from "vitest";
import { withFailures } from "./random-failures.ts";
import { withRebalancing } from "./random-rebalancing.ts";
import { withRecovery } from "./random-recovery.ts";
import { randomScenario } from "./random-scenario.ts";
import { check, swarm } from "./swarm-check.ts";

const RUNS = Number(process.env.SWARM_RUNS ?? 300);
const FIRST = Number(process.env.SWARM_SEED ?? 1);

describe("swarm of disasters", () => {
  it(
    `keeps every invariant in ${RUNS} runs from seed ${FIRST}`,
    () => {
      swarm(FIRST, RUNS, "property/recovery-swarm", (seed) => {
        const base = randomScenario(seed);
        const moved = seed % 3 === 0 ? withRebalancing(base, seed) : base;
        check(withRecovery(seed % 4 === 1 ? withFailures(moved, seed) : moved, seed), seed % 10 === 0);
      });
    },
    60_000 + 200 * RUNS,
  );
});
