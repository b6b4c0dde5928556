/** A battery and an interval: what flows, by hand. */
import { describe, expect, it } from "vitest";
import { batteryFlow } from "../../src/metrics/accounts/battery.ts";
import type { BatterySpec } from "../../src/model/accounts-spec.ts";

const battery = (over: Partial<BatterySpec> = {}): BatterySpec => ({
  capacityJoules: 72_000,
  chargeWatts: 1000,
  dischargeWatts: Number.MAX_VALUE,
  efficiency: 1,
  initialShare: 0,
  follows: "carbon",
  threshold: 100,
  ...over,
});

describe("a battery", () => {
  const cases: [what: string, spec: BatterySpec, level: number, watts: number, seconds: number, charges: boolean, expected: number[]][] = [
    // import, export, charged, discharged, loss, level
    ["charges until full: 72 s at 1150 W, then 150 W", battery(), 0, 150, 600, true, [150 * 600 + 72_000, 0, 72_000, 0, 0, 72_000]],
    ["charges and is not yet full", battery(), 0, 150, 10, true, [11_500, 0, 10_000, 0, 0, 10_000]],
    ["gives until empty: 480 s at 150 W", battery(), 72_000, 150, 600, false, [150 * 120, 0, 0, 72_000, 0, 0]],
    ["gives no more than it can: 50 of 150 W", battery({ dischargeWatts: 50 }), 72_000, 150, 600, false, [100 * 600, 0, 0, 30_000, 0, 42_000]],
    // 80 % of what goes in is stored: full after 72 000 / 800 = 90 s, 90 000 J taken, 18 000 lost.
    ["loses a fifth", battery({ efficiency: 0.8 }), 0, 0, 600, true, [90_000, 0, 90_000, 0, 18_000, 72_000]],
    [
      "takes a surplus of 200 W whoever it follows, and feeds in the rest once full",
      battery(),
      0,
      -200,
      600,
      false,
      [0, 120_000 - 72_000, 72_000, 0, 0, 72_000],
    ],
    ["takes no more of a surplus than it charges with", battery({ chargeWatts: 50 }), 0, -200, 600, true, [0, 150 * 600, 30_000, 0, 0, 30_000]],
    ["full, lets everything pass", battery(), 72_000, 150, 600, true, [90_000, 0, 0, 0, 0, 72_000]],
  ];
  it.each(cases)("%s", (_what, spec, level, watts, seconds, charges, [grid, out, charged, discharged, loss, after]) => {
    const flow = batteryFlow(spec, level, watts, seconds, charges);
    expect([flow.importJoules, flow.exportJoules, flow.chargedJoules, flow.dischargedJoules]).toEqual([grid, out, charged, discharged]);
    expect(flow.lossJoules).toBeCloseTo(loss ?? 0, 8);
    expect(flow.level).toBeCloseTo(after ?? 0, 8);
    // Nothing is lost or made: in + taken out of it = load + out + put into it.
    expect(flow.importJoules + flow.dischargedJoules).toBeCloseTo(
      Math.max(0, watts) * seconds + (flow.chargedJoules - Math.max(0, -watts) * seconds) + flow.exportJoules,
      6,
    );
  });
});
