/** A datacenter and its kernel without what `simulate` puts around them, for cases that reach into a run. */
import { Kernel } from "../../src/kernel/kernel.ts";
import { type Account, closeLedgers } from "../../src/metrics/ledger.ts";
import { Datacenter } from "../../src/model/datacenter.ts";
import { ALL_JOULES, HOST_ROW } from "../../src/model/hosts.ts";
import { PHASE } from "../../src/model/phases.ts";
import { placementPolicy } from "../../src/policy/placement/index.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { directPopulation } from "../../src/workload/direct.ts";

/** Above the engine's own kinds and those of observers. */
const KIND = 200;

/** Energy of all hosts, J: what a site without cooling pays for. */
export function itJoules({ hosts: { count, row } }: Datacenter): number {
  let joules = 0;
  for (let h = 0; h < count; h++) joules += row[h * HOST_ROW + ALL_JOULES];
  return joules;
}

export interface World {
  readonly dc: Datacenter;
  /** Value of an account at the end. */
  readonly account: (ledger: "cpu" | "energy" | "vm", name: string) => number;
}

/** Runs the scenario for `seconds`; at each given time the action reaches into it. The ledgers are closed and checked. */
export function runWorld(scenario: ResolvedScenario, seconds: number, actions: readonly (readonly [at: number, act: (dc: Datacenter) => void])[] = []): World {
  const kernel = new Kernel();
  const policy = placementPolicy(scenario.placement.policy);
  const dc = new Datacenter(kernel, {
    hosts: scenario.hosts,
    tenants: scenario.vms.map((group) => {
      if (group.workload.kind === "trace" || group.workload.kind === "generator") throw new Error("a world has direct loads only");
      return { vmClass: group, population: directPopulation(group, group.workload) };
    }),
    admission: scenario.admission,
    script: scenario.events,
    choose: policy.create(scenario.placement.options, () => 0.5),
    policy: policy.name,
    luck: () => 0.5,
  });
  kernel.on(KIND, (i) => actions[i]?.[1](dc));
  for (const [i, [at]] of actions.entries()) kernel.schedule(at, PHASE.decision, KIND, i);
  kernel.run(seconds);
  dc.close(kernel.now);
  const ledgers = closeLedgers(dc, kernel.now, { total: itJoules(dc), coolingJoules: 0 });
  return {
    dc,
    account(ledger, name) {
      const found = ledgers.find((l) => l.name === ledger)?.accounts.find((a: Account) => a.name === name);
      if (!found) throw new Error(`no account ${ledger} / ${name}`);
      return found.value;
    },
  };
}
