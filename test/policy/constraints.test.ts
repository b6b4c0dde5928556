/** Rules between VMs and hosts: by themselves, at placement, and whatever a policy says. */
import { describe, expect, it } from "vitest";
import { Constraints } from "../../src/policy/constraints.ts";
import type { Rebalancer } from "../../src/policy/rebalancing.ts";
import { texts } from "../../src/results/table.ts";
import type { ResolvedRule, ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, vm } from "../support/build.ts";
import { eventTimes } from "../support/read.ts";

describe("the book of rules", () => {
  it("keeps VMs apart, up to so many on a host, the ones on their way included", () => {
    const book = new Constraints([{ kind: "apart", name: "r", vms: [0, 1, 2], most: 2 }]);
    book.take(0, 7, 1);
    expect(book.breach(1, 7, false)).toBe(-1);
    book.take(1, 7, 1);
    expect(book.breach(2, 7, false)).toBe(0);
    expect(book.breach(2, 8, false)).toBe(-1);
    // Another VM is none of its business.
    expect(book.breach(3, 7, false)).toBe(-1);
    book.take(1, 7, -1);
    expect(book.breach(2, 7, false)).toBe(-1);
    expect(book.text(0)).toBe('rule "r" allows 2 VMs of the group on a host');
  });
  it("keeps VMs together: anywhere while alone, then where the others are", () => {
    const book = new Constraints([{ kind: "together", name: "r", vms: [0, 1] }]);
    expect(book.breach(0, 7, false)).toBe(-1);
    book.take(0, 7, 1);
    // Alone, it may go anywhere; the other may only join it.
    expect(book.breach(0, 8, false)).toBe(-1);
    expect(book.breach(1, 8, false)).toBe(0);
    expect(book.breach(1, 7, false)).toBe(-1);
    // While it moves it holds two places and may end at either: the other waits until it is known which.
    book.take(0, 8, 1);
    expect([7, 8, 9].map((h) => book.breach(1, h, false))).toEqual([0, 0, 0]);
    book.take(0, 7, -1);
    expect([7, 8, 9].map((h) => book.breach(1, h, false))).toEqual([0, -1, 0]);
    book.take(1, 8, 1);
    // Now neither leaves alone.
    expect([book.breach(0, 7, false), book.breach(1, 7, false)]).toEqual([0, 0]);
  });
  it("ties VMs to hosts, and off hosts; a wish counts only when asked for strictly", () => {
    const rule = (must: boolean, not: boolean) => new Constraints([{ kind: "hosts", name: "r", vms: [0], hosts: [1], must, not }]);
    const allowed = (book: Constraints, strict: boolean) => [0, 1].filter((h) => book.breach(0, h, strict) < 0);
    expect(allowed(rule(true, false), false)).toEqual([1]);
    expect(allowed(rule(true, true), false)).toEqual([0]);
    expect(allowed(rule(false, false), false)).toEqual([0, 1]);
    expect(allowed(rule(false, false), true)).toEqual([1]);
    expect(allowed(rule(false, true), true)).toEqual([0]);
    expect([rule(true, false).hasWishes(0), rule(false, false).hasWishes(0), rule(false, false).hasWishes(1)]).toEqual([false, true, false]);
  });
  it("copies who is where for a plan, and nothing flows back", () => {
    const rules = [{ kind: "apart", name: "r", vms: [0, 1], most: 1 }] as const;
    const world = new Constraints(rules);
    world.take(0, 3, 1);
    const plan = new Constraints(rules);
    plan.copy(world);
    expect(plan.breach(1, 3, false)).toBe(0);
    plan.take(0, 3, -1);
    expect([plan.breach(1, 3, false), world.breach(1, 3, false)]).toEqual([-1, 0]);
  });
});

const hostsOfVms = (over: Partial<ResolvedScenario>, rules: ResolvedRule[]): Record<string, string> => {
  const { vms } = simulate(scenario({ durationSeconds: 10, hosts: [host({ count: 3, memoryMiB: 4096 })], ...over, rules }));
  return Object.fromEntries(texts(vms, "vm").map((name, i) => [name, texts(vms, "host")[i]]));
};
const reasons = (over: Partial<ResolvedScenario>, rules: ResolvedRule[]): string[] => {
  const { vms } = simulate(scenario({ durationSeconds: 10, hosts: [host({ count: 3, memoryMiB: 4096 })], ...over, rules }));
  return [...texts(vms, "reason")].filter((reason) => reason !== "");
};

describe("first placement under rules", () => {
  it("puts VMs that are kept apart on hosts of their own; the fourth of three hosts is rejected with the rule", () => {
    const rules: ResolvedRule[] = [{ name: "spread", kind: "apart", vms: ["v"], perHost: 1 }];
    expect(hostsOfVms({ vms: [vm({ count: 3 })] }, rules)).toEqual({ "v-1": "h-1", "v-2": "h-2", "v-3": "h-3" });
    expect(reasons({ vms: [vm({ count: 4 })] }, rules)).toEqual(['rule "spread" allows one VM of the group on a host']);
  });
  it("puts VMs that are kept together on one host even where the policy would spread them", () => {
    const spread = { placement: { policy: "worst-fit", options: {}, module: null }, vms: [vm({ name: "a" }), vm({ name: "b" }), vm({ name: "c" })] };
    expect(hostsOfVms(spread, [])).toEqual({ a: "h-1", b: "h-2", c: "h-3" });
    expect(hostsOfVms(spread, [{ name: "pair", kind: "together", vms: ["a", "c"] }])).toEqual({ a: "h-1", b: "h-2", c: "h-1" });
  });
  it("gives a wish way only when nothing else is left: 4 GiB hosts, 3 GiB VMs that should be on h-3", () => {
    const wish: ResolvedRule[] = [{ name: "wish", kind: "hosts", vms: ["v"], hosts: ["h-3"], strength: "should" }];
    expect(hostsOfVms({ vms: [vm({ count: 2, memoryMiB: 3072 })] }, wish)).toEqual({ "v-1": "h-3", "v-2": "h-1" });
    const must: ResolvedRule[] = [{ name: "law", kind: "hosts", vms: ["v"], hosts: ["h-3"], strength: "must" }];
    expect(reasons({ vms: [vm({ count: 2, memoryMiB: 3072 })] }, must)).toEqual(['rule "law" says it must be on other hosts']);
  });
  it("keeps the reserve free: 10 % of 4096 MiB leaves 3686.4, so 3 VMs of 1024 MiB a host", () => {
    const rules: ResolvedRule[] = [{ name: "reserve", kind: "reserve", memoryShare: 0.1, vcpuShare: 0 }];
    expect(reasons({ vms: [vm({ count: 12 })] }, [])).toEqual([]);
    expect(reasons({ vms: [vm({ count: 12 })] }, rules)).toEqual(Array(3).fill("reserve: what is free on every host must stay free"));
  });
  it("keeps the reserve of vCPUs free: 4 per core x 1 core, half of it reserved, leaves 2 a host", () => {
    const rules: ResolvedRule[] = [{ name: "reserve", kind: "reserve", memoryShare: 0, vcpuShare: 0.5 }];
    const { admission } = scenario();
    expect(reasons({ vms: [vm({ count: 7, memoryMiB: 10 })], admission: { ...admission, vcpusPerCore: 4 } }, rules)).toHaveLength(1);
  });
  it("puts nothing on a host in maintenance, and takes it up again afterwards", () => {
    const late = vm({ name: "late", arrival: { atSeconds: 5, everySeconds: 0 } });
    const later = vm({ name: "later", arrival: { atSeconds: 8, everySeconds: 0 } });
    const events: ResolvedScenario["events"] = [
      { atSeconds: 2, host: "h-1", do: "maintenance" },
      { atSeconds: 7, host: "h-1", do: "end maintenance" },
    ];
    expect(hostsOfVms({ vms: [vm({ name: "early" }), late, later], events }, [])).toEqual({ early: "h-1", late: "h-2", later: "h-1" });
  });
  it("names what does not exist", () => {
    expect(() => hostsOfVms({}, [{ name: "r", kind: "apart", vms: ["nobody"], perHost: 1 }])).toThrow('a rule names the VM "nobody", which does not exist');
  });
});

describe("moves under rules", () => {
  it("are refused to scripts with the rule", () => {
    const { events } = simulate(
      scenario({
        durationSeconds: 10,
        hosts: [host({ count: 2 })],
        vms: [vm({ name: "a", host: "h-1" }), vm({ name: "b", host: "h-2" })],
        rules: [{ name: "spread", kind: "apart", vms: ["a", "b"], perHost: 1 }],
        events: [{ atSeconds: 1, vm: "a", do: "migrate", to: "h-2" }],
      }),
    );
    const i = texts(events, "event").indexOf("refused");
    expect(texts(events, "detail")[i]).toBe('h-2 cannot take it: rule "spread" allows one VM of the group on a host');
  });
  it("end the run when a policy insists, with policy, action and rule", () => {
    const insist: Rebalancer = {
      windowSeconds: 0,
      decide: () => [{ action: { do: "migrate", vm: 0, to: 1 }, because: { rule: "because", numbers: [], refused: [] } }],
    };
    const world = scenario({
      durationSeconds: 1000,
      hosts: [host({ count: 2 })],
      vms: [vm({ name: "a", host: "h-1" })],
      rules: [{ name: "home", kind: "hosts", vms: ["a"], hosts: ["h-1"], strength: "must" }],
      rebalance: {
        everySeconds: 300,
        policy: "mine",
        options: {},
        placement: { policy: "first-fit" },
        maxMigrationsPerRound: null,
        maxMigrationsAtOnce: null,
        coldMigrations: false,
        power: { policy: "always-on", options: {} },
      },
    });
    expect(() => simulate(world, { rebalancer: insist })).toThrow(
      'policy "mine" wants to migrate a to h-2 at 300 s: h-2 cannot take it: rule "home" says it must be on other hosts',
    );
  });
  it("empty a host in maintenance at the next round, under any policy", () => {
    const results = simulate(
      scenario({
        durationSeconds: 1000,
        hosts: [host({ count: 3 })],
        vms: [vm({ count: 2, host: "h-1" })],
        rules: [{ name: "spread", kind: "apart", vms: ["v"], perHost: 2 }],
        events: [{ atSeconds: 100, host: "h-1", do: "maintenance" }],
        rebalance: {
          everySeconds: 300,
          policy: "none",
          options: {},
          placement: { policy: "first-fit" },
          maxMigrationsPerRound: null,
          maxMigrationsAtOnce: null,
          coldMigrations: false,
          power: { policy: "always-on", options: {} },
        },
      }),
    );
    expect([eventTimes(results, "migrating", "v-1"), eventTimes(results, "migrating", "v-2")]).toEqual([[300], [300]]);
    expect([...texts(results.vms, "host")]).toEqual(["h-2", "h-2"]);
  });
});
