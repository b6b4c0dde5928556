/**
 * Failures against closed forms: the mean of 200 replications lies in its own 95 % interval around the exact value, and such
 * intervals cover the exact value as often as they say. Seeds are fixed, so a test holds or does not.
 */
import { describe, expect, it } from "vitest";
import { numbers, texts } from "../../src/results/table.ts";
import type { ResolvedScenario } from "../../src/scenario/resolved.ts";
import { simulate } from "../../src/simulation.ts";
import { failuresOf, fallible, machinesUp, upShare } from "../../src/validation/failures.ts";
import { host, ideal, vm } from "../support/build.ts";
import { metric } from "../support/read.ts";

const HOUR = 3600;
const REPLICATIONS = 200;
/** Student's t for 199 degrees of freedom, 97.5 %. */
const T_199 = 1.972;

function replicate(make: ResolvedScenario, of: (results: ReturnType<typeof simulate>) => number, from = 0): number[] {
  return Array.from({ length: REPLICATIONS }, (_, i) => of(simulate({ ...make, seed: String(from + i) })));
}

function interval(values: readonly number[], t = T_199): { mean: number; half: number } {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  return { mean, half: t * Math.sqrt(variance / n) };
}

function expectWithin(values: readonly number[], exact: number): void {
  const { mean, half } = interval(values);
  expect(half).toBeGreaterThan(0);
  expect(Math.abs(mean - exact), `${mean} +- ${half} against ${exact}`).toBeLessThan(half);
}

/** A Weibull law of that mean: scale = mean / Gamma(1 + 1 / shape), which is 2 for shape 1/2 and 0.8929795 for 3. */
const lawOfMean = (shape: number, mean: number) => ({ law: "weibull", shape, scale: mean / (shape === 0.5 ? 2 : 0.892979511569249) }) as const;

const availability = (results: ReturnType<typeof simulate>): number => metric(results, "availability_pct") / 100;
const hostsUp = (results: ReturnType<typeof simulate>): number => {
  const failed = numbers(results.hosts, "failed_core_s");
  return results.hosts.rows - Array.from(failed).reduce((a, b) => a + b, 0) / results.run.durationSeconds;
};

describe("one repairable unit", () => {
  const one = fallible(1, 1000, failuresOf({}));
  it("is up for the share A + (1 - A)(1 - exp(-(l+m)T)) / ((l+m)T)", () => {
    expectWithin(replicate(one, availability), upShare(100, 10, 1000));
  });
  it("with other laws of the same means: Weibull between, log-normal repair, from a stationary start", () => {
    // A renewal process met in its midst fails at the rate of the long run, 1 / (mtbf + mttr), once its repairs overlap the
    // start no more; over 40 times that the share is A within the interval.
    const laws = fallible(
      1,
      4400,
      failuresOf({
        between: { law: "weibull", shape: 2, scale: (100 * HOUR) / (Math.sqrt(Math.PI) / 2) },
        repair: { law: "log-normal", mu: Math.log(10 * HOUR) - 0.5, sigma: 1 },
        start: "stationary",
      }),
    );
    expectWithin(replicate(laws, availability), 100 / 110);
  });
  it("its 95 % intervals cover the exact value in 95 of 100 cases", () => {
    // 300 intervals of 20 runs of 8 h means: the number that covers is binomial(300, .95), 285 +- 4 x 3.77.
    const short = fallible(1, 300, failuresOf({}));
    const exact = upShare(100, 10, 300);
    let covered = 0;
    for (let k = 0; k < 300; k++) {
      const values = Array.from({ length: 20 }, (_, i) => availability(simulate({ ...short, seed: `cover ${k}/${i}` })));
      const { mean, half } = interval(values, 2.093);
      if (Math.abs(mean - exact) <= half) covered++;
    }
    // The distribution of a share near 1 is skewed, which costs a mean of 20 some coverage.
    expect(covered).toBeGreaterThanOrEqual(270);
    expect(covered).toBeLessThanOrEqual(298);
  });
});

describe("units together", () => {
  const chance = upShare(100, 10, 1000);
  it("in series (host and hypervisor of one VM): up when both are, A1 x A2 at each instant", () => {
    const series = fallible(
      1,
      1000,
      failuresOf({}, { of: "hypervisor", name: "software", between: { law: "exponential", mean: 50 * HOUR }, repair: { law: "exponential", mean: 2 * HOUR } }),
    );
    // Integral over [0, T] of the product of both chances of being up.
    const up = (mtbf: number, mttr: number) => (t: number) => mtbf / (mtbf + mttr) + (mttr / (mtbf + mttr)) * Math.exp(-(1 / mtbf + 1 / mttr) * t);
    let sum = 0;
    for (let i = 0; i < 10_000; i++) sum += up(100, 10)((i + 0.5) / 10) * up(50, 2)((i + 0.5) / 10);
    expectWithin(replicate(series, availability), sum / 10_000);
  });
  it("in parallel (one VM of two is enough, and 2 of 3): from the outages of the VMs", () => {
    const three = fallible(3, 1000, failuresOf({}));
    const p = (t: number): number => 100 / 110 + (10 / 110) * Math.exp(-(1 / 100 + 1 / 10) * t);
    let exact = 0;
    for (let i = 0; i < 10_000; i++) {
      const up = p((i + 0.5) / 10);
      exact += (up ** 3 + 3 * up ** 2 * (1 - up)) / 10_000;
    }
    // Time with two or more of three down, swept over their outages.
    const twoOfThree = (results: ReturnType<typeof simulate>): number => {
      const outages = results.extra.find((t) => t.name === "outages");
      if (!outages) throw new Error("no outages table");
      const edges = Array.from(numbers(outages, "started_s")).map((t, i) => [t, t + (numbers(outages, "duration_s")[i] ?? 0)] as const);
      const steps = edges.flatMap(([from, to]) => [[from, 1] as const, [to, -1] as const]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      let down = 0;
      let bad = 0;
      let last = 0;
      for (const [t, change] of steps) {
        if (down >= 2) bad += t - last;
        last = t;
        down += change;
      }
      return 1 - bad / results.run.durationSeconds;
    };
    expectWithin(replicate(three, twoOfThree), exact);
    expect(exact).toBeGreaterThan(chance);
  });
  it("share a common cause: beta 20 % of ten hosts' failures takes all ten", () => {
    // Independent: 0.8 / 100 h each. Common: one process of 0.2 / 100 h. A host fails 1 / 100 h while it is up, whatever beta.
    const beta = fallible(10, 1000, failuresOf({ beta: 0.2 }));
    expectWithin(replicate(beta, availability), upShare(100, 10, 1000));
    // Common causes come at their own rate: T x 0.2 / 100 h = 2 a run.
    const causes = (results: ReturnType<typeof simulate>): number => {
      const failures = results.extra.find((t) => t.name === "failures");
      return failures ? texts(failures, "component").filter((c) => c === "common cause").length : Number.NaN;
    };
    expectWithin(replicate(beta, causes), 2);
  });
  it.each([0.5, 3])("a Weibull of shape %d fails as often with a common cause as without: T / mean on each host", (shape) => {
    // From a stationary start both renewal processes give T / mean at any time; repairs of a second do not count. Mean 100 h,
    // 1000 h, ten hosts: 100 failures, 20 of them in two common causes.
    const failures = failuresOf({ beta: 0.2, between: lawOfMean(shape, 100 * HOUR), repair: { law: "exactly", value: 1 }, start: "stationary" });
    const ofHosts = (results: ReturnType<typeof simulate>): number => {
      const table = results.extra.find((t) => t.name === "failures");
      return table ? texts(table, "component").filter((c) => c === "host").length : Number.NaN;
    };
    expectWithin(replicate(fallible(10, 1000, failures), ofHosts), 100);
  });
});

describe("repair crews and spares (machine-repairman)", () => {
  it.each([
    ["M/M/1//6", 6, 0, 1],
    ["M/M/2//8", 8, 0, 2],
    ["M/M/2//5+2", 5, 2, 2],
  ])("%s: mean hosts up", (_name, N, S, crews) => {
    // Heavy load, so that the queue matters: mtbf 20 h, mttr 5 h.
    const failures = {
      ...failuresOf({
        between: { law: "exponential", mean: 20 * HOUR },
        repair: { law: "exponential", mean: 5 * HOUR },
        spares: S > 0 ? { count: S, swapSeconds: 0 } : null,
      }),
      crews,
    };
    // The exact mean over the run holds the bias of its start, all whole, so that nothing is added to the interval.
    expectWithin(replicate(fallible(N, 20_000, failures, { vms: [] }), hostsUp), machinesUp(N, S, crews, 20, 5, 20_000));
  });
  it("the bias of the start is that of one unit where there is one: (1 - A) / (l + m)", () => {
    // upShare(T) = A + (1 - A) / ((l + m) T) but for e^(-(l+m) T), which is 0 here.
    expect(machinesUp(1, 0, 1, 100, 10, 5000)).toBeCloseTo(upShare(100, 10, 5000), 12);
    // Without a queue each of six machines is such a unit.
    expect(machinesUp(6, 0, 6, 100, 10, 5000)).toBeCloseTo(6 * upShare(100, 10, 5000), 12);
  });
});

describe("a standby pair with imperfect switching", () => {
  it("is down only when the standby does not take over: 1 / (1 + l c D)", () => {
    // The VM's host fails once in 100 h; the standby fails to take over with c = 0.3, then detection and boot take D = 600 s +
    // 1200 s = 0.5 h. Cycles of mean 1 / l + c D, of which c D down: availability 1 / (1 + 0.3 x 0.5 / 100). Others of the six
    // hosts always have room for another standby.
    const ha = {
      watched: [{ group: "h", detectionSeconds: 600 }],
      heartbeatSeconds: 0,
      electionSeconds: 0,
      isolation: { response: "leave" as const, afterSeconds: 30, shutdownSeconds: 300, fencing: true },
      restartsAtOnce: 32,
      retrySeconds: [],
      startFailureChance: 0,
      takeOverFailureChance: 0.3,
      next: "placed" as const,
      waitSeconds: 600,
      admission: { policy: "none" as const },
      monitoring: null,
    };
    const hypervisor = { ...ideal, bootSeconds: { linux: 1200, windows: 1200 } };
    const pair = fallible(6, 5000, failuresOf({ repair: { law: "exponential", mean: HOUR } }), {
      hosts: [host({ count: 6, memoryMiB: 4096, hypervisor })],
      vms: [vm({ name: "v", memoryMiB: 1024, onHostDown: "restart", ha: { priority: "medium", after: [], faultTolerant: true } })],
      ha,
    });
    expectWithin(replicate(pair, availability), 1 / (1 + (0.3 * 0.5) / 100));
  });
});

describe("age", () => {
  it("as bad as old: failures by age 2T of a Weibull of shape 3 number H(2T) - H(T) on hosts of age T", () => {
    // Repair in no time: a non-homogeneous Poisson process with cumulative hazard (t / scale)^3; (2^3 - 1^3) x 1 = 7 for scale T.
    const old = fallible(
      1,
      1000,
      failuresOf({
        between: { law: "weibull", shape: 3, scale: 1000 * HOUR },
        repair: { law: "exactly", value: 0 },
        renewal: "as-bad-as-old",
        ageSeconds: 1000 * HOUR,
      }),
    );
    expectWithin(
      replicate(old, (results) => metric(results, "failures")),
      7,
    );
  });
  it("infant mortality: a Weibull of shape 1/2 fails sqrt(T / scale) times by T, most of them early", () => {
    const young = fallible(
      1,
      1600,
      failuresOf({ between: { law: "weibull", shape: 0.5, scale: 100 * HOUR }, repair: { law: "exactly", value: 0 }, renewal: "as-bad-as-old" }),
    );
    expectWithin(
      replicate(young, (results) => metric(results, "failures")),
      4,
    );
  });
});

describe("a failed host's VM", () => {
  it("waits at most for its own host: VM time down is host time failed", () => {
    const results = simulate(fallible(4, 2000, failuresOf({})));
    const down = results.hosts.rows - hostsUp(results);
    expect(metric(results, "down_vm_h")).toBeCloseTo(down * 2000, 6);
  });
  it("restarted elsewhere at once loses nothing (no boot on an ideal host with room)", () => {
    const results = simulate(
      fallible(4, 2000, failuresOf({}), {
        hosts: [host({ count: 4, memoryMiB: 1 << 20 })],
        vms: [vm({ count: 4, onHostDown: "restart" })],
        admission: { vcpusPerCore: null, memoryRatio: 1, whenFull: "queue", queueOrder: "fifo", maxWaitSeconds: null },
      }),
    );
    expect(metric(results, "outages")).toBeGreaterThan(20);
    // Unless all four are down at once.
    expect(metric(results, "availability_pct")).toBeGreaterThan(99.9);
  });
});
