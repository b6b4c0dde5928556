/**
 * The swarm: thousands of small random scenarios, every invariant on. Each run checks its ledgers by itself
 * (metrics/ledger.ts); here also that nothing depends on the order of entries or on the run, that work asked for is done or
 * missed, and that nobody has more than there is. A failure prints the seed: `SWARM_SEED=n SWARM_RUNS=1 npx vitest run swarm`.
 */
import { describe, it } from "vitest";
import { withFailures } from "./random-failures.ts";
import { withIo } from "./random-io.ts";
import { withRebalancing } from "./random-rebalancing.ts";
import { randomScenario } from "./random-scenario.ts";
import { check, swarm } from "./swarm-check.ts";

const RUNS = Number(process.env.SWARM_RUNS ?? 3000);
const FIRST = Number(process.env.SWARM_SEED ?? 1);

describe("swarm of random scenarios", () => {
  it(
    `keeps every invariant in ${RUNS} runs from seed ${FIRST}`,
    () => {
      swarm(FIRST, RUNS, "property/swarm.test", (seed) => {
        const plain = randomScenario(seed);
        const base = seed % 5 < 2 ? withIo(plain, seed) : plain;
        const moving = seed % 2 === 0 ? withRebalancing(base, seed) : base;
        check(seed % 3 === 0 ? withFailures(moving, seed) : moving, seed % 10 === 0);
      });
    },
    60_000 + 100 * RUNS,
  );
});
