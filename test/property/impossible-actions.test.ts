/**
 * Random actions on random small worlds, most of them impossible: each is refused with policy, action and rule, and what was
 * refused leaves no trace: every ledger balances at the end.
 */
import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";
import { streams } from "../../src/kernel/streams.ts";
import { closeLedgers } from "../../src/metrics/ledger.ts";
import { Datacenter } from "../../src/model/datacenter.ts";
import type { Action } from "../../src/policy/rebalancing.ts";
import { directPopulation } from "../../src/workload/direct.ts";
import { host, ideal, pieces, scenario, vm } from "../support/build.ts";
import { itJoules } from "../support/world.ts";

const WORLDS = Number(process.env.SWARM_RUNS ?? 300);
/** Above the engine's own kinds and those of observers. */
const KIND = 200;

describe("impossible actions of a policy", () => {
  it(
    `are refused in ${WORLDS} worlds, and nothing else happens`,
    () => {
      let refused = 0;
      let done = 0;
      for (let seed = 1; seed <= WORLDS; seed++) {
        const luck = streams(`impossible ${seed}`)("world");
        const pick = <T>(...choices: readonly T[]): T => choices[luck.int(choices.length)];
        const transitions = {
          bootSeconds: pick(0, 50),
          bootWatts: null,
          shutdownSeconds: pick(0, 50),
          shutdownWatts: null,
          bootFailureChance: pick(0, 0.3),
          sleepWatts: 5,
          suspendSeconds: 5,
          wakeSeconds: 5,
        };
        const product = {
          ...ideal,
          migration: {
            ...ideal.migration,
            scheme: pick<"pre-copy" | "post-copy" | "cold" | "none">("pre-copy", "post-copy", "cold", "none"),
            maxMiBPerSecond: pick(null, 8),
            concurrentPerHost: pick(1, 2),
          },
        };
        const world = scenario({
          hosts: [
            host({ count: 3, cores: 2, memoryMiB: 4096, hypervisor: product, transitions }),
            host({ name: "z", state: "off", memoryMiB: 2048, transitions }),
          ],
          vms: [
            vm({ name: "a", count: 3, memoryMiB: 1024, onHostDown: "restart", workload: pieces([200, 500], [1e5, 900]) }),
            vm({ name: "b", count: 2, memoryMiB: 1500, lifetimeSeconds: 500 }),
          ],
          events: [
            { atSeconds: 300 * luck.uniform(), host: "h-2", do: "maintenance" },
            { atSeconds: 600 * luck.uniform(), host: "h-1", do: "off" },
          ],
        });
        const kernel = new Kernel();
        const dc = new Datacenter(kernel, {
          hosts: world.hosts,
          tenants: world.vms.map((group) => {
            if (group.workload.kind === "trace" || group.workload.kind === "generator") throw new Error("written loads only");
            return { vmClass: group, population: directPopulation(group, group.workload) };
          }),
          admission: { ...world.admission, whenFull: "queue" },
          script: world.events,
          choose: (_ask, fleet) => ({ host: fleet.next(0), score: Number.NaN }),
          policy: "first",
          luck: () => luck.uniform(),
          constraints: (numbers) => [{ kind: "apart", name: "spread", vms: numbers.vm("b"), most: 1 }],
        });
        const random = (): Action => {
          const target = luck.int(4);
          return luck.uniform() < 0.6 ? { do: "migrate", vm: luck.int(5), to: target } : { do: pick("power-on", "power-off", "sleep"), host: target };
        };
        kernel.on(KIND, () => {
          const action = random();
          const refusal = dc.actions.refusal(action);
          const before = kernel.pendingCount;
          if (refusal === null) {
            dc.actions.apply(action, "chaos");
            done++;
            return;
          }
          refused++;
          // Policy, action and rule.
          expect(() => dc.actions.apply(action, "chaos")).toThrow(`policy "chaos" wants to ${action.do}`);
          expect(() => dc.actions.apply(action, "chaos")).toThrow(refusal);
          expect(kernel.pendingCount).toBe(before);
        });
        for (let i = 0; i < 60; i++) kernel.schedule(1000 * luck.uniform(), 5, KIND, 0);
        kernel.run(1000);
        dc.close(1000);
        try {
          closeLedgers(dc, 1000, { total: itJoules(dc), coolingJoules: 0 });
        } catch (error) {
          throw new Error(`world ${seed}: ${(error as Error).message}`, { cause: error });
        }
      }
      // The worlds are no good when everything, or nothing, is possible.
      expect(refused).toBeGreaterThan(10 * WORLDS);
      expect(done).toBeGreaterThan(WORLDS);
    },
    60_000 + 200 * WORLDS,
  );
});
