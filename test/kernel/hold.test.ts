import { describe, expect, it } from "vitest";
import { hold } from "../../bench/hold.ts";

describe("the hold model", () => {
  // N processes wait -ln(u) each, M events start new waits, u from the generator in bench/hold.ts. The final times are those
  // at which the same model ends on C++ std::priority_queue, Java's PriorityQueue, ns-3 and SimPy, to all digits shown.
  it.each([
    [1_000, 1_000_000, "1006.774811"],
    [1_000, 2_000_000, "2006.488223"],
    [100_000, 2_000_000, "31.759919"],
  ])("of %d processes and %d events ends at the published time", (processes, events, finalTime) => {
    const run = hold(processes, events);
    expect(run.finalTime.toFixed(6)).toBe(finalTime);
    // M events that start a wait each, and the N waits still out when no new ones start.
    expect(run.events).toBe(events + processes);
  });
});
