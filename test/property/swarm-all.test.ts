/**
 * The swarm with everything at once: disks and networks, rebalancing and power management, failures and high availability,
 * backups, replicas, disasters and maintenance, sites with tariffs, batteries and generation, promises, work that waits for clean
 * hours, checkpoints; each in half the scenarios, in any mixture.
 */
import { describe, it } from "vitest";
import { streams } from "../../src/kernel/streams.ts";
import { withAccounts } from "./random-accounts.ts";
import { withFailures } from "./random-failures.ts";
import { withIo } from "./random-io.ts";
import { withRebalancing } from "./random-rebalancing.ts";
import { withRecovery } from "./random-recovery.ts";
import { randomScenario } from "./random-scenario.ts";
import { check, swarm } from "./swarm-check.ts";

const RUNS = Number(process.env.SWARM_RUNS ?? 600);
const FIRST = Number(process.env.SWARM_SEED ?? 1);

describe("swarm of scenarios with everything", () => {
  it(
    `keeps every invariant in ${RUNS} runs from seed ${FIRST}`,
    () => {
      swarm(FIRST, RUNS, "property/swarm-all", (seed) => {
        const luck = streams(`swarm ${seed}`)("parts");
        // In this order, because accounts move disks that are there and promise what recovery can break.
        const parts = [withIo, withRebalancing, withFailures, withRecovery, withAccounts];
        const scenario = parts.reduce((made, part) => (luck.uniform() < 0.5 ? part(made, seed) : made), randomScenario(seed));
        check(scenario, seed % 10 === 0);
      });
    },
    60_000 + 200 * RUNS,
  );
});
