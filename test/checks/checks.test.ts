/** Checks: what they mean (values worked out by hand), and what is said of those that mean nothing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateCheck, type Figures, scaleOf, type Verdict } from "../../src/checks/evaluate.ts";
import { parseCheck, pointer } from "../../src/checks/parse.ts";
import { estimate } from "../../src/experiment/statistics.ts";

const one = (values: Readonly<Record<string, [value: number, unit: string]>>): Figures =>
  new Map(Object.entries(values).map(([name, [value, unit]]) => [name, { unit, values: [value] }]));

const figures = one({
  energy_facility_kwh: [863, "kWh"],
  energy_it_kwh: [607, "kWh"],
  ready_pct_p95: [1.9, "%"],
  vms_rejected: [0, "VMs"],
  vms_placed: [538, "VMs"],
  hosts_on_mean: [9.7, "hosts"],
  power_peak_w: [5600, "W"],
  migration_downtime_worst_s: [0.3, "s"],
  migrated_gib: [3482, "GiB"],
  cost_energy: [172.6, "EUR"],
  carbon_kg: [1300, "kg CO2e"],
  last_completion_s: [Number.NaN, "s"],
  slav: [0.00004, ""],
});
const base = one({ energy_facility_kwh: [950, "kWh"], energy_it_kwh: [667, "kWh"], ready_pct_p95: [0.8, "%"] });

function evaluated(text: string, from: Figures = figures, baseline: Figures | null = base) {
  const parsed = parseCheck(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.fault.message}`);
  return evaluateCheck(parsed.check, from, baseline, estimate);
}

describe("a check of one run", () => {
  it.each<[string, Verdict]>([
    ["ready.p95 < 5 %", "pass"],
    ["ready.p95 < 1.9 %", "fail"],
    ["ready.p95 <= 1.9 %", "pass"],
    // Without a unit the number is in the unit of the figure.
    ["ready_pct_p95 < 5", "pass"],
    // 0.863 MWh; 863 kWh x 3.6 MJ = 3106.8 MJ.
    ["energy < 0.864 MWh", "pass"],
    ["energy < 0.862 MWh", "fail"],
    ["energy > 3106.7 MJ", "pass"],
    // 950 x 0.95 = 902.5; 950 x 0.9 = 855.
    ["energy < base * 0.95", "pass"],
    ["energy < base * 0.9", "fail"],
    ["energy < 95 % * base", "pass"],
    // 1.9 - 0.8 = 1.1 points.
    ["ready.p95 - base < 1.2 %", "pass"],
    ["ready.p95 - base < 1.0 %", "fail"],
    // PUE: 863 / 607 = 1.4217; of the baseline 950 / 667 = 1.4243.
    ["energy / energy.it < 1.43", "pass"],
    ["energy / energy.it < base.energy / base.energy.it", "pass"],
    ["rejected = 0", "pass"],
    ["rejected != 0", "fail"],
    ["vms.placed >= 538 VMs", "pass"],
    ["hosts.on <= 10 hosts", "pass"],
    ["power.peak < 6 kW", "pass"],
    ["migrations.longest < 500 ms", "pass"],
    ["migrations.longest < 200 ms", "fail"],
    ["migrations.moved < 3.5 TiB", "pass"],
    ["cost.energy < 200 EUR", "pass"],
    ["cost.energy < € 100", "fail"],
    // 172.6 / 538 = 0.3208 EUR a VM.
    ["cost.energy / vms_placed < 0.33 EUR", "pass"],
    ["(cost.energy + 27.4 EUR) * 2 = 400 EUR", "pass"],
    ["carbon < 1.4 t", "pass"],
    ["carbon < 1\u00A0200 kg", "fail"],
    ["slav < 0.0001", "pass"],
    ["-ready.p95 > -2 %", "pass"],
    ["5 % ≥ ready.p95", "pass"],
    // Nothing was measured: never green.
    ["last_completion_s < 1 h", "fail"],
  ])("%s: %s", (text, verdict) => {
    const result = evaluated(text.replace("€ 100", "100 €"));
    expect(result.ok && result.checked.verdict).toBe(verdict);
  });

  it("gives the measured value and the limit in the unit of the figure", () => {
    const result = evaluated("energy < 0.9 MWh");
    expect(result).toMatchObject({ ok: true, checked: { measured: { mean: 863, unit: "kWh" }, limit: 900 } });
  });
});

describe("a check of replications", () => {
  const runs = (...values: number[]): Figures => new Map([["ready_pct_p95", { unit: "%", values }]]);
  it.each<[string, number[], Verdict]>([
    // Mean 4.5, s = 0.1, t(2) = 4.303: half = 4.303 x 0.1 / sqrt 3 = 0.248: 4.25 to 4.75.
    ["ready.p95 < 5 %", [4.4, 4.5, 4.6], "pass"],
    ["ready.p95 < 4.7 %", [4.4, 4.5, 4.6], "unclear"],
    ["ready.p95 < 4.3 %", [4.4, 4.5, 4.6], "unclear"],
    ["ready.p95 < 4.2 %", [4.4, 4.5, 4.6], "fail"],
    ["ready.p95 > 4.2 %", [4.4, 4.5, 4.6], "pass"],
    // No luck in it: decided without an interval.
    ["ready.p95 < 5 %", [5, 5, 5], "fail"],
    ["ready.p95 <= 5 %", [5, 5, 5], "pass"],
    ["ready.p95 = 5 %", [5, 5, 5.1], "fail"],
  ])("%s of %j: %s", (text, values, verdict) => {
    const result = evaluated(text, runs(...values));
    expect(result.ok && result.checked.verdict).toBe(verdict);
  });

  it("is paired: luck that both sides share says nothing about their difference", () => {
    const option = runs(1, 5, 9);
    const baseline = runs(1.1, 5.1, 9.1);
    const result = evaluated("ready.p95 < base", option, baseline);
    expect(result.ok && result.checked.verdict).toBe("pass");
  });
});

describe("what is wrong with a check", () => {
  it.each([
    ["ready.p95 < 5 %%", "        ", "has no meaning"],
    ["ready.p95", "         ^", "expected <"],
    ["ready.p95 < ", "            ^", "expected a figure or a number"],
    ["ready.p95 < 5 kWhh", "              ^^^^", 'there is no unit "kWhh"'],
    ["ready.p95 < 5,5 %", "             ^", "decimal comma"],
    ["a < b < c", "      ^", "one comparison is enough"],
    ["(a + 1 < 2", "       ^", "expected )"],
    ["a + 1) < 2", "     ^", "expected <"],
    ["3 < 4", "^^^^^", "names no figure"],
    ["a < 5 & b", "      ^", "has no meaning"],
    ["", "^", "expected a figure"],
  ])("%s", (text, where, message) => {
    const parsed = parseCheck(text);
    if (parsed.ok) throw new Error("it was taken");
    expect(parsed.fault.message).toContain(message);
    if (where.includes("^")) expect(pointer(parsed.fault)).toBe(where);
  });

  it("offers the nearest spelling of units and figures, with their place", () => {
    expect(parseCheck("energy < 5 kWhh")).toMatchObject({ ok: false, fault: { suggestion: "kWh", at: 11 } });
    expect(evaluated("redy.p95 < 5 %")).toEqual({
      ok: false,
      fault: { message: 'there is no figure "redy.p95" in the summary', at: 0, length: 8, suggestion: "ready.p95" },
    });
  });

  it("refuses to compare what has different units, and `base` where there is none", () => {
    expect(evaluated("energy < 5 %")).toMatchObject({ ok: false, fault: { message: "% cannot be compared with kWh" } });
    expect(evaluated("energy + 5 W < 1 MWh")).toMatchObject({ ok: false, fault: { message: "W cannot be compared with kWh" } });
    expect(evaluated("energy * power.peak < 1 MWh")).toMatchObject({ ok: false, fault: { message: "kWh cannot be multiplied by W" } });
    expect(evaluated("energy < base", figures, null)).toMatchObject({ ok: false, fault: { at: 9, length: 4 } });
  });

  it("is never a crash, whatever is written", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const parsed = parseCheck(text);
        if (!parsed.ok) expect(parsed.fault.at).toBeLessThanOrEqual(text.length);
      }),
    );
    expect(parseCheck("(".repeat(300)).ok).toBe(false);
    expect(parseCheck("a".repeat(5000)).ok).toBe(false);
  });
});

describe("units", () => {
  it.each([
    ["MWh", "kWh", 1000],
    ["kWh", "J", 3.6e6],
    ["min", "s", 60],
    ["TiB", "GiB", 1024],
    ["t", "kg CO2e", 1000],
    ["€", "EUR", 1],
    ["EUR", "USD", null],
    ["kWh", "W", null],
    ["hosts", "VMs", null],
  ])("one %s in %s: %s", (from, to, scale) => {
    if (scale === null) expect(scaleOf(from, to)).toBeNull();
    else expect(scaleOf(from, to)).toBeCloseTo(scale, 9);
  });
});
