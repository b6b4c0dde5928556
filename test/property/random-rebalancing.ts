/** Random rebalancing, power policies and rules on top of a scenario: every detector, selection, placement and policy with any other. */
import { streams } from "../../src/kernel/streams.ts";
import { detectors } from "../../src/policy/detection/detectors.ts";
import { placementPolicies } from "../../src/policy/placement/index.ts";
import { powerPolicies, rebalancingPolicies } from "../../src/policy/rebalancing/index.ts";
import { underloads } from "../../src/policy/rebalancing/underload.ts";
import { selectors } from "../../src/policy/selection/selectors.ts";
import type { ResolvedRebalance, ResolvedRule, ResolvedScenario } from "../../src/scenario/resolved.ts";

/** The scenario with a loop, rules, maintenance and hosts that take time to switch, from luck of their own. */
export function withRebalancing(base: ResolvedScenario, seed: number): ResolvedScenario {
  const luck = streams(`swarm ${seed}`)("rebalancing");
  const u = (): number => luck.uniform();
  const pick = <T>(...choices: readonly T[]): T => choices[luck.int(choices.length)];
  const named = <T extends { readonly name: string }>(parts: readonly T[]): string => parts[luck.int(parts.length)].name;
  const policy = named(rebalancingPolicies);
  const power = policy === "dpm" ? "always-on" : named(powerPolicies);
  const rebalance: ResolvedRebalance = {
    everySeconds: pick(60, 300, 777),
    policy,
    options:
      policy === "consolidate"
        ? { detector: { policy: named(detectors) }, underload: { policy: named(underloads) }, selection: { policy: named(selectors) } }
        : policy === "dpm"
          ? { standby: pick("sleep", "off"), offWindow: pick(600, 2400) }
          : {},
    placement: { policy: named(placementPolicies) },
    maxMigrationsPerRound: pick(null, 1, 3),
    maxMigrationsAtOnce: pick(null, 1, 3),
    coldMigrations: u() < 0.3,
    power: { policy: power, options: power === "always-on" ? {} : { mode: pick("off", "sleep"), after: pick(0, 300) } },
  };
  const hostNames = base.hosts.map((h) => h.name);
  const vmNames = base.vms.map((v) => v.name);
  const rules: ResolvedRule[] = [];
  if (vmNames.length > 0 && u() < 0.4) rules.push({ name: "apart", kind: "apart", vms: [pick(...vmNames)], perHost: pick(1, 2) });
  if (vmNames.length > 0 && u() < 0.3) rules.push({ name: "together", kind: "together", vms: [pick(...vmNames), pick(...vmNames)] });
  if (vmNames.length > 0 && u() < 0.4)
    rules.push({
      name: "where",
      kind: "hosts",
      vms: [pick(...vmNames)],
      hosts: [pick(...hostNames)],
      strength: pick("must", "should", "must not", "should not"),
    });
  if (u() < 0.2) rules.push({ name: "reserve", kind: "reserve", memoryShare: 0.1, vcpuShare: 0.1 });
  const maintained = base.hosts[luck.int(base.hosts.length)];
  const host = maintained.count === 1 ? maintained.name : `${maintained.name}-1`;
  const maintenance: ResolvedScenario["events"] =
    u() < 0.3
      ? [
          { atSeconds: 1500 * u(), host, do: "maintenance" },
          { atSeconds: 1500 + 3000 * u(), host, do: "end maintenance" },
        ]
      : [];
  return {
    ...base,
    hosts: base.hosts.map((h) => ({
      ...h,
      transitions: {
        bootSeconds: pick(0, 30, 400),
        bootWatts: pick(null, 90),
        shutdownSeconds: pick(0, 60),
        shutdownWatts: null,
        bootFailureChance: pick(0, 0.5),
        sleepWatts: 10,
        suspendSeconds: pick(0, 5),
        wakeSeconds: pick(0, 8),
      },
    })),
    rebalance,
    rules,
    events: [...base.events, ...maintenance].sort((a, b) => a.atSeconds - b.atSeconds),
  };
}

/** Hosts that hold more VMs of a rule than it allows, or one it forbids, at the end of a run: none, whatever happened. */
export function brokenRules(scenario: ResolvedScenario, vms: readonly { group: string; host: string; here: boolean }[]): string[] {
  const broken: string[] = [];
  for (const rule of scenario.rules ?? []) {
    if (rule.kind === "reserve" || rule.kind === "dedicated") continue;
    const members = vms.filter((v) => v.here && rule.vms.includes(v.group));
    if (rule.kind === "apart") {
      for (const name of new Set(members.map((v) => v.host)))
        if (members.filter((v) => v.host === name).length > rule.perHost) broken.push(`${rule.name}: ${name}`);
    } else if (rule.kind === "hosts" && rule.strength.startsWith("must")) {
      const inside = (name: string): boolean => rule.hosts.some((h) => name === h || name.startsWith(`${h}-`));
      for (const v of members) if (inside(v.host) === rule.strength.endsWith("not")) broken.push(`${rule.name}: ${v.host}`);
    } else if (rule.kind === "together" && new Set(members.map((v) => v.host)).size > 1) broken.push(`${rule.name}: ${members.map((v) => v.host).join()}`);
  }
  return broken;
}
