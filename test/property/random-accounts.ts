/**
 * Random sites with tariffs, carbon, batteries and generation of their own, promises to classes, VMs that wait for cheap or clean
 * hours, checkpoints, exposure, and disks that move: what a swarm needs to have everything at once.
 */
import { expect } from "vitest";
import { streams } from "../../src/kernel/streams.ts";
import type { BatterySpec, TariffSpec } from "../../src/model/accounts-spec.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import { memberNames } from "../../src/scenario/members.ts";
import type { ResolvedEvent, ResolvedScenario, ResolvedServiceClass } from "../../src/scenario/resolved.ts";

/** The scenario with meters, promises and what else hangs on them, from luck of their own. */
export function withAccounts(base: ResolvedScenario, seed: number): ResolvedScenario {
  const luck = streams(`swarm ${seed}`)("accounts");
  const u = (): number => luck.uniform();
  const pick = <T>(...choices: readonly T[]): T => choices[luck.int(choices.length)];
  const tariff = (): TariffSpec => ({
    currency: "EUR",
    perKwh: 0.4 * u(),
    windows: u() < 0.5 ? [] : [{ days: [0, 1, 2, 3, 4, 5, 6], fromSeconds: pick(0, 900), toSeconds: pick(1000, 3600, 86_400), perKwh: 0.6 * u() }],
    utcOffsetSeconds: pick(0, 3600, -7200),
    demandPerKwMonth: pick(0, 12),
    feedInPerKwh: pick(0, 0.05),
  });
  const battery = (): BatterySpec => ({
    capacityJoules: pick(1, 3.6e5, 3.6e7),
    chargeWatts: pick(10, 2000),
    dischargeWatts: pick(50, Number.POSITIVE_INFINITY),
    efficiency: pick(0.7, 1),
    initialShare: pick(0, 0.5, 1),
    ...pick(
      { follows: "surplus" as const, threshold: 0 },
      { follows: "price" as const, threshold: 0.3 * u() },
      { follows: "carbon" as const, threshold: 600 * u() },
    ),
  });
  const sites = base.sites.map((site) => ({
    ...site,
    pue: pick<(typeof site)["pue"]>(1, 1.5, {
      by: "load",
      points: [
        { x: 0, y: 2 },
        { x: 500, y: 1.2 },
      ],
    }),
    electricity: u() < 0.9 ? tariff() : null,
    carbonGramsPerKwh: pick<number | null>(0, 300, null),
    market: u() < 0.2 ? { coveredShare: u(), coveredGramsPerKwh: 10, residualGramsPerKwh: 500 } : null,
    generation: u() < 0.4 ? { watts: 2000 * u(), gramsPerKwh: 40 } : null,
  }));
  const supplied = sites.map((site) => {
    const own = battery();
    const can = own.follows === "price" ? site.electricity !== null : own.follows === "surplus" ? site.generation !== null : site.carbonGramsPerKwh !== null;
    return { ...site, battery: can && u() < 0.5 ? own : null };
  });
  const promise = (name: string): ResolvedServiceClass => ({
    name,
    availability: pick(null, 0.9, 0.9999),
    readyShare: pick(null, 0.05),
    slowdownShare: pick(null, 0.2),
    restartSeconds: pick(null, 60, 900),
    rpoSeconds: pick(null, 0, 300),
    rtoSeconds: pick(null, 100, 2000),
    window: pick("run", "day", "month"),
    price: u() < 0.5 ? { amount: 30, currency: "EUR" } : null,
    creditTerms: null,
    credits:
      u() < 0.5
        ? [
            { below: 0.999, credit: 0.1 },
            { below: 0.9, credit: 1 },
          ]
        : [],
  });
  const allCarbon = supplied.every(({ carbonGramsPerKwh }) => carbonGramsPerKwh !== null);
  const datastores = base.datastores?.map(({ name, localTo }) => ({ name, localTo })) ?? [];
  const vms = base.vms.map((group) => {
    const inSequence = group.workload.kind === "pieces" || (group.workload.kind === "tasks" && group.workload.sequence);
    return {
      ...group,
      ...(allCarbon && group.workload.kind !== "service" && group.arrival !== null && u() < 0.3
        ? { shift: { withinSeconds: pick(60, 2000), forSeconds: group.lifetimeSeconds ?? 500, by: "carbon" as const } }
        : {}),
      ...(inSequence && group.progress === "work" && u() < 0.4 ? { checkpoint: { everySeconds: pick(60, 500), costSeconds: pick(0, 5) } } : {}),
    };
  });
  const names = vms.flatMap((group) =>
    group.count === null || group.workload.kind === "generator" ? [] : memberNames({ name: group.name, count: group.count }),
  );
  const hosts = base.hosts.flatMap((group) => memberNames(group).map((name) => ({ name, group: group.name })));
  const moves = Array.from({ length: datastores.length === 0 || names.length === 0 ? 0 : luck.int(5) }, (): ResolvedEvent => {
    const store = pick(...datastores);
    const own = hosts.filter(({ group }) => group === store.localTo);
    const at = store.localTo === null ? null : pick(...own).name;
    return {
      atSeconds: luck.int(3000),
      vm: pick(...names),
      do: "move disks",
      onto: at === null ? store.name : `${store.name}@${at}`,
      host: pick(null, at, pick(...hosts).name),
    };
  });
  return {
    ...base,
    sites: supplied,
    classes: [promise("gold"), promise("bronze")],
    accounts: { meterSeconds: pick(60, 900), weight: pick("vcpus", "memory", "vms"), within: pick("host", "site") },
    exposure: u() < 0.3 ? { everySeconds: pick(100, 3600), disclosedSeconds: pick(null, 500) } : null,
    vms,
    events: [...base.events, ...moves].sort((a, b) => a.atSeconds - b.atSeconds),
  };
}

/** Promises are broken at most once a VM and window (or disaster), and nothing is measured that cannot be. */
export function checkAccounts(results: Results): void {
  const table = (name: string) => results.extra.find((one) => one.name === name);
  const violations = table("violations");
  for (let i = 0; i < (violations?.rows ?? 0); i++) {
    if (violations === undefined) break;
    expect(numbers(violations, "to_s")[i]).toBeGreaterThanOrEqual(numbers(violations, "from_s")[i]);
    expect(numbers(violations, "to_s")[i]).toBeLessThanOrEqual(results.run.durationSeconds);
  }
  // One broken RTO an outage: disasters that overlap are one.
  const recovery = table("recovery");
  if (recovery === undefined || violations === undefined) return;
  const late = new Set<string>();
  for (let i = 0; i < violations.rows; i++) {
    if (texts(violations, "target")[i] !== "rto") continue;
    const key = `${texts(violations, "vm")[i]} ${numbers(violations, "from_s")[i]}`;
    expect(late.has(key), `${key} is late twice`).toBe(false);
    late.add(key);
  }
}
