/** A made-up comparison of five policies, for tests of its report. */
import type { ComparedMetric, ComparedValue, CompareReport } from "../../src/report/compare-data.ts";

/** Values of the options, the first being the baseline, with half-widths; differences are wide apart unless they are equal. */
export function metricOf(metric: string, name: string, unit: string, values: readonly [mean: number, half: number][]): ComparedMetric {
  const [[base = 0] = []] = values;
  return {
    metric,
    name,
    unit,
    about: `${name} of the sample.`,
    values: values.map(([mean, half], i): ComparedValue => {
      const d = mean - base;
      const verdict = Number.isNaN(half) ? "one run" : d === 0 ? "same" : Math.abs(d) <= half ? "cannot tell" : d > 0 ? "more" : "less";
      return { mean, half, difference: i === 0 ? null : { mean: d, low: d - half, high: d + half, base, verdict } };
    }),
  };
}

export function sampleComparison(change: Partial<CompareReport> = {}, prefix = ""): CompareReport {
  const names = ["always-on", "night-off", "thr", "mad-mmt", "lr-mmt"].map((name) => prefix + name);
  const energy = metricOf("energy_facility_kwh", "energy", "kWh", [[667, 3], [607, 4], [566, 6], [548, 7], [531, 8]]); // biome-ignore format: a row
  const ready = metricOf("ready_pct_p95", "ready time p95", "%", [[0.8, 0.1], [1.9, 0.2], [3.1, 0.4], [4.4, 0.7], [6.2, 0.6]]); // biome-ignore format: a row
  const moves = metricOf("migrations", "migrations", "migrations", [[0, 0], [214, 9], [702, 31], [1183, 44], [1460, 52]]); // biome-ignore format: a row
  const step = (name: string, value: number) => ({ name, value, low: value - 4e6, high: value + 4e6 });
  return {
    version: "0.1.0",
    command: "hypervise compare lagoon.yaml --policy always-on,night-off,thr,mad-mmt,lr-mmt --reps 30",
    seeds: Array.from({ length: 30 }, (_, i) => `7/${i + 1}`),
    luckless: false,
    options: names.map((name, i) => ({
      name,
      scenario: `${prefix}Lagoon`,
      policy: `${prefix}best-fit`,
      about: `${prefix}A week of thirty hosts.`,
      fingerprint: `9d03-71be-c2a4-0f5${i}`,
    })),
    shown: [energy, ready, moves],
    metrics: [energy, ready, moves, metricOf("vms_rejected", "rejected VMs", "VMs", [[0, 0], [0, 0], [0, 0], [0, 0], [0, 0]])], // biome-ignore format: a row
    // In joules: 3.6e6 is 1 kWh. For lr-mmt -150 + 20 - 6 = -136 kWh.
    causes: names.slice(1).map(() => [
      {
        ledger: "energy",
        unit: "J",
        steps: [step(`${prefix}idle`, -150 * 3.6e6), step("migration", 20 * 3.6e6), step("guest work", -6 * 3.6e6), step("CPU trap", 0)],
        total: { name: "total", value: -136 * 3.6e6, low: -140 * 3.6e6, high: -132 * 3.6e6 },
      },
      {
        ledger: "vm",
        unit: "VM-seconds",
        steps: [step("full speed", -7.2e6), step("waiting for CPU", 7.2e6)],
        total: { name: "total", value: 0, low: 0, high: 0 },
      },
    ]),
    breakEvens: [{ driver: "price of electricity", today: "0.2\u00A0EUR/kWh", turnsAt: "0.09\u00A0EUR/kWh", meaning: "above that lr-mmt costs less" }],
    breakEven: {
      title: "lr-mmt pays above 0.09\u00A0EUR/kWh",
      driver: "price of electricity",
      driverUnit: "EUR/kWh",
      today: 0.2,
      turnsAt: 0.09,
      currency: "EUR",
      options: [
        { name: `${prefix}always-on`, fixed: 100, perUnit: 667 },
        { name: `${prefix}lr-mmt`, fixed: 100 + 0.09 * 136, perUnit: 531 },
      ],
    },
    checks: [
      { option: "night-off", text: "ready.p95 < 5 %", verdict: "pass", measured: "1.9 ± 0.2 %" },
      { option: "lr-mmt", text: "ready.p95 < 5 %", verdict: "fail", measured: "6.2 ± 0.6 %" },
    ],
    wouldChange: [
      {
        measure: "present cost",
        name: "present_cost",
        unit: "EUR",
        winner: `${prefix}lr-mmt`,
        next: `${prefix}mad-mmt`,
        lead: 5475,
        leadLow: 4000,
        leadHigh: 7000,
        inputs: [
          {
            ...{ name: `${prefix}XCP-ng with Vates Pro support`, unit: "EUR/host/year", low: 0, today: 1250, high: 1800, range: "verified: a page" },
            ...{ atLow: -35_373, atHigh: 23_448, winnerAtLow: `${prefix}mad-mmt`, winnerAtHigh: `${prefix}lr-mmt` },
            turn: { value: 1082.4, winner: `${prefix}mad-mmt`, above: false },
          },
          {
            ...{ name: "life of hosts", unit: "years", low: 3, today: 4, high: 6, range: "estimate: nobody" },
            ...{ atLow: 5305, atHigh: 5588, winnerAtLow: `${prefix}lr-mmt`, winnerAtHigh: `${prefix}lr-mmt`, turn: null },
          },
        ],
      },
    ],
    ...change,
  };
}
