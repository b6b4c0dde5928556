/** Random failures and high availability on top of a scenario: every kind of component, law and response with any other. */
import { expect } from "vitest";
import type { Law } from "../../src/kernel/laws.ts";
import { streams } from "../../src/kernel/streams.ts";
import { FAILING, type FailureModel } from "../../src/model/failures/spec.ts";
import { type HaSpec, PRIORITIES } from "../../src/model/ha/spec.ts";
import type { Results } from "../../src/results/results.ts";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { failureModel } from "../../src/validation/failures.ts";
import { account } from "../support/read.ts";

/** The scenario with places, failures far too often, and perhaps somebody who restarts, from luck of their own. */
export function withFailures(base: ResolvedScenario, seed: number): ResolvedScenario {
  const luck = streams(`swarm ${seed}`)("failures");
  const u = (): number => luck.uniform();
  const pick = <T>(...choices: readonly T[]): T => choices[luck.int(choices.length)];
  const time = (): number => pick(0, 1, 20, 300, 2000 * u());
  const law = (): Law => {
    const mean = 50 + 3000 * u();
    return pick<Law>(
      { law: "exponential", mean },
      { law: "weibull", shape: 0.5 + 2 * u(), scale: mean },
      { law: "log-normal", mu: Math.log(mean), sigma: u() },
      { law: "gamma", shape: 0.5 + u(), scale: mean },
      { law: "exactly", value: mean },
      { law: "empirical", values: [mean, 2 * mean, 10] },
      {
        law: "bathtub",
        hazards: [
          { shape: 0.5, scale: 4 * mean },
          { shape: 1, scale: mean },
          { shape: 3, scale: 2 * mean },
        ],
      },
    );
  };
  const ageing = new Set(["exponential", "weibull", "bathtub"]);
  const models = Array.from({ length: 1 + luck.int(5) }, (_, i): FailureModel => {
    const of = pick(...FAILING);
    const between = law();
    const perHost = 1 + luck.int(3);
    return failureModel({
      of,
      name: `${of} ${i}`,
      between: u() < 0.8 ? between : null,
      atSeconds: u() < 0.5 ? [time(), 100 + time()].sort((a, b) => a - b) : [],
      repair: pick<Law>({ law: "exactly", value: time() }, { law: "exponential", mean: 1 + 600 * u() }),
      start: pick("new", "stationary"),
      renewal: ageing.has(between.law) && u() < 0.3 ? "as-bad-as-old" : "as-good-as-new",
      ageSeconds: 500,
      boots: u() < 0.5,
      beta: of === "operator" ? 1 : pick(0, 0, 0.3),
      within: pick("all", "group", "rack"),
      spares: u() < 0.2 ? { count: luck.int(3), swapSeconds: pick(0, 60) } : null,
      perHost: of === "disk" || of === "nic" ? perHost : 1,
      tolerates: of === "disk" || of === "nic" ? luck.int(perHost) : 0,
      graceSeconds: pick(0, 100),
      share: pick(1, 0.4),
      everySeconds: pick(0, 30),
    });
  });
  const location = {
    room: "hall",
    rack: "r",
    hostsPerRack: pick(null, 1, 2),
    feeds: pick(["A"], ["A", "B"]),
    cooling: ["c", "d"],
    switches: pick(["s"], ["s-{rack}"]),
  };
  const hosts = base.hosts.map((h) => ({
    ...h,
    location,
    transitions: { ...h.transitions, bootSeconds: pick(0, 60), bootFailureChance: pick(0, 0, 0.3, 1), failedWatts: pick<number | null>(0, null, 12) },
  }));
  const ha: HaSpec = {
    watched: hosts.filter(() => u() < 0.8).map(({ name }) => ({ group: name, detectionSeconds: pick(0, 15) })),
    heartbeatSeconds: pick(0, 1),
    electionSeconds: pick(0, 15),
    isolation: { response: pick("leave", "shutdown", "power-off"), afterSeconds: pick(0, 30), shutdownSeconds: 60, fencing: u() < 0.5 },
    restartsAtOnce: pick(1, 32),
    retrySeconds: [60, 120],
    startFailureChance: pick(0, 0.3),
    next: pick("placed", "running"),
    waitSeconds: pick(0, 200),
    admission: pick<HaSpec["admission"]>(
      { policy: "none" },
      { policy: "slots", hosts: 1, slotMHz: null, slotMiB: null },
      { policy: "percentage", cpu: 0.1, memory: 0.25 },
      { policy: "dedicated", hosts: [hosts[0].name] },
    ),
    monitoring: pick(null, { silenceSeconds: 30, resets: 1, windowSeconds: 600 }),
  };
  const hasHa = u() < 0.6;
  const vms = base.vms.map((group, i) => ({
    ...group,
    onHostDown: pick<"lost" | "restart" | "wait">("lost", "restart", "restart", "wait"),
    maxFailures: pick(null, null, 3),
    ...(hasHa
      ? { ha: { priority: pick(...PRIORITIES, "disabled" as const), after: i > 0 && u() < 0.5 ? [base.vms[0].name] : [], faultTolerant: u() < 0.3 } }
      : {}),
  }));
  // Groups of which a generator makes the names cannot be waited for by name.
  const traces =
    u() < 0.3
      ? [
          {
            name: "recorded",
            which: null,
            boots: u() < 0.5,
            source: null,
            pulses: [
              { afterSeconds: 200, forSeconds: time(), share: pick(1, 0.4) },
              { afterSeconds: 50, forSeconds: time(), share: 1 },
            ],
            repeat: u() < 0.5,
            nodes:
              u() < 0.5
                ? [
                    {
                      node: "n",
                      downtimes: [
                        { startSeconds: 100, endSeconds: 300 },
                        { startSeconds: 400, endSeconds: 401 },
                      ],
                    },
                  ]
                : [],
          },
        ]
      : [];
  const events = base.events.map((event) => {
    if (!("host" in event)) return event;
    if (event.do === "off" && u() < 0.5) return { ...event, do: "fail" as const };
    return event.do === "on" && u() < 0.5 ? { ...event, do: "repair" as const } : event;
  });
  return { ...base, hosts, vms, events, failures: { models, traces, crews: pick(null, 1, 2) }, ...(hasHa ? { ha } : {}) };
}

/** Whoever was out of service is in the book: in order, never twice at a time, for as long as VMs were down. */
export function checkOutages(results: Results): void {
  const outages = results.extra.find(({ name }) => name === "outages");
  const failures = results.extra.find(({ name }) => name === "failures");
  if (!outages || !failures) throw new Error("a scenario with failures has their tables");
  const last = new Map<string, number>();
  let down = 0;
  for (let i = 0; i < outages.rows; i++) {
    const vm = texts(outages, "vm")[i];
    const from = numbers(outages, "started_s")[i];
    const ended = numbers(outages, "ended_s")[i];
    const to = Number.isNaN(ended) ? results.run.durationSeconds : ended;
    expect(from, `${vm} goes down before its last outage is over`).toBeGreaterThanOrEqual(last.get(vm) ?? 0);
    expect(to).toBeGreaterThanOrEqual(from);
    last.set(vm, Number.isNaN(ended) ? Number.POSITIVE_INFINITY : ended);
    down += to - from;
    expect(numbers(outages, "failure")[i]).toBeLessThan(failures.rows);
  }
  expect(account(results, "vm", "down (failure)")).toBeLessThanOrEqual(down + 1e-6);
  // Who is down or unreachable at the end has an open outage; who runs and can be reached has none.
  for (const [i, state] of texts(results.vms, "state").entries()) {
    const open = last.get(texts(results.vms, "vm")[i]) === Number.POSITIVE_INFINITY;
    if (state === "down") expect(open, `${texts(results.vms, "vm")[i]} is down and not in the book`).toBe(true);
    if (["lost", "stopped", "completed", "rejected"].includes(state)) expect(open).toBe(false);
  }
}
