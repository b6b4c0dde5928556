/** Power curves at points computed by hand from their formulas (src/model/power.ts). */
import { describe, expect, it } from "vitest";
import { PowerCurves } from "../../src/model/power.ts";
import type { PowerSpec } from "../../src/model/spec.ts";

const range = { idleWatts: 100, fullWatts: 200, offWatts: 7 };
/** HP ProLiant ML110 G4, SPECpower_ssj2008 result of 2011-01-24. */
const g4: PowerSpec = { model: "spec", watts: [86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117], offWatts: 5 };

const cases: { what: string; spec: PowerSpec; u: number; watts: number }[] = [
  { what: "linear, idle", spec: { model: "linear", ...range }, u: 0, watts: 100 },
  { what: "linear, a quarter: 100 + 100 / 4", spec: { model: "linear", ...range }, u: 0.25, watts: 125 },
  { what: "square, half: 100 + 100 / 4", spec: { model: "square", ...range }, u: 0.5, watts: 125 },
  { what: "cubic, half: 100 + 100 / 8", spec: { model: "cubic", ...range }, u: 0.5, watts: 112.5 },
  { what: "square root, a quarter: 100 + 100 / 2", spec: { model: "square-root", ...range }, u: 0.25, watts: 150 },
  { what: "constant", spec: { model: "constant", watts: 150, offWatts: 0 }, u: 0.3, watts: 150 },
  { what: "idle-epsilon, idle", spec: { model: "idle-epsilon", idleWatts: 100, epsilonWatts: 120, fullWatts: 200, offWatts: 10 }, u: 0, watts: 100 },
  {
    what: "idle-epsilon, half: 120 + 80 / 2",
    spec: { model: "idle-epsilon", idleWatts: 100, epsilonWatts: 120, fullWatts: 200, offWatts: 10 },
    u: 0.5,
    watts: 160,
  },
  { what: "spec, at a measured point", spec: g4, u: 0.3, watts: 96 },
  { what: "spec, between 30 and 40 %: (96 + 99.5) / 2", spec: g4, u: 0.35, watts: 97.75 },
  { what: "spec, full", spec: g4, u: 1, watts: 117 },
  { what: "spec, a rounding error beyond full", spec: g4, u: 1 + 1e-15, watts: 117 },
];

describe("power of a host", () => {
  it.each(cases)("$what", ({ spec, u, watts }) => {
    const curves = new PowerCurves();
    curves.add({ model: "constant", watts: 1, offWatts: 0 });
    expect(curves.watts(curves.add(spec), u)).toBeCloseTo(watts, 12);
  });
  it("off draws its standby power", () => {
    const curves = new PowerCurves();
    expect(curves.offWatts(curves.add(g4))).toBe(5);
  });
  it("a spec curve without eleven points, and a negative wattage, are refused", () => {
    expect(() => new PowerCurves().add({ model: "spec", watts: [1, 2], offWatts: 0 })).toThrow(/11 points/);
    expect(() => new PowerCurves().add({ model: "linear", idleWatts: -1, fullWatts: 10, offWatts: 0 })).toThrow(/negative/);
  });
});
