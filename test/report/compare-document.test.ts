/** The report of a comparison: what it answers, and that its drawings hold together. */
import { describe, expect, it } from "vitest";
import { orderSteps } from "../../src/report/charts/waterfall.ts";
import { chosenOf } from "../../src/report/compare-answer.ts";
import type { CompareReport } from "../../src/report/compare-data.ts";
import { compareDocument } from "../../src/report/compare-document.ts";
import { figuresOf } from "../../src/report/document.ts";
import { exportSvg } from "../../src/report/figure.ts";
import { renderPage } from "../../src/report/page.ts";
import { metricOf, sampleComparison } from "./compare-sample.ts";
import { outside, overlaps, textBoxes } from "./drawing.ts";

const two = (energy: [number, number][], ready: [number, number][]): CompareReport => {
  const shown = [metricOf("energy_facility_kwh", "energy", "kWh", energy), metricOf("ready_pct_p95", "ready time p95", "%", ready)];
  return sampleComparison({ options: sampleComparison().options.slice(0, 2), shown, metrics: shown, causes: [], breakEvens: [], breakEven: null, checks: [] });
};

describe("the answer of a comparison", () => {
  it("names the option with the least energy that is beyond doubt, and what it costs: 531 of 667 kWh is 20 % less", () => {
    const report = sampleComparison();
    expect(chosenOf(report)).toBe(4);
    const { answer } = compareDocument(report);
    expect(answer.sentence).toBe("lr-mmt takes 20\u00A0% less energy than always-on, at a ready time of 6.2\u00A0%");
    expect(answer.verdict).toMatchObject({ level: "doubt", word: "Better, at a price" });
  });

  it.each<[string, CompareReport, string, string]>([
    ["saves at no cost", two([[100, 1], [90, 1]], [[1, 0.1], [1, 0.1]]), "night-off takes 10\u00A0% less energy than always-on, at a ready time of 1\u00A0%", "Better"], // biome-ignore format: a row
    ["cannot be told", two([[100, 20], [90, 20]], [[1, 0.1], [1, 0.1]]), "Nobody can tell whether night-off differs from always-on in energy", "Cannot tell"], // biome-ignore format: a row
    ["is the same", two([[100, 1], [100, 1]], [[1, 0.1], [1, 0.1]]), "No option differs from always-on in energy", "The same"], // biome-ignore format: a row
    ["is worse", two([[100, 1], [130, 1]], [[1, 0.1], [1, 0.1]]), "No option beats always-on in energy; night-off takes 30\u00A0% more", "Not better"], // biome-ignore format: a row
    ["is one run", two([[100, Number.NaN], [90, Number.NaN]], [[1, Number.NaN], [1, Number.NaN]]), "night-off takes 10\u00A0% less energy than always-on, at a ready time of 1\u00A0%", "Better in this run"], // biome-ignore format: a row
  ])("says so where it %s", (_, report, sentence, word) => {
    const { answer } = compareDocument(report);
    expect(answer.sentence).toBe(sentence);
    expect(answer.verdict.word).toBe(word);
  });
});

describe("a figure of which more is better", () => {
  const available = (...values: [number, number][]): CompareReport => {
    const shown = [metricOf("availability_pct", "availability", "%", values)];
    const options = sampleComparison().options.slice(0, values.length);
    return sampleComparison({ options, shown, metrics: shown, named: true, causes: [], breakEvens: [], breakEven: null, checks: [] });
  };
  it("is won by the highest: 96 to 99 % is 3 % more", () => {
    const report = available([96, 0.1], [99, 0.1], [98, 0.1]); // biome-ignore format: a row
    expect(chosenOf(report)).toBe(1);
    expect(compareDocument(report).answer.sentence).toBe("night-off has 3\u00A0% more availability than always-on");
  });
  it("and not beaten by less of it", () => {
    expect(compareDocument(available([99, 0.1], [96, 0.1], [98, 0.1])).answer).toMatchObject({
      sentence: "No option beats always-on in availability; 2 have less",
      verdict: { detail: "Availability is highest with always-on, or not to be told from that." },
    }); // biome-ignore format: a row
    expect(compareDocument(available([99, 0.1], [96, 0.1])).answer.sentence).toBe("No option beats always-on in availability; night-off has 3\u00A0% less"); // biome-ignore format: a row
  });
});

describe("a comparison that was asked for no figure", () => {
  const three = (change: Partial<CompareReport> = {}): CompareReport => {
    const energy = metricOf("energy_facility_kwh", "energy", "kWh", [[100, 1], [106, 1], [112, 1]]); // biome-ignore format: a row
    const ready = metricOf("ready_pct_p95", "ready time p95", "%", [[0, 0], [0, 0], [0, 0]]); // biome-ignore format: a row
    const down = metricOf("down_vm_h", "time out of service", "VM-hours", [[30000, 900], [1600, 900], [60, 150]]); // biome-ignore format: a row
    const shown = [energy, ready, down];
    return sampleComparison({ options: sampleComparison().options.slice(0, 3), shown, metrics: shown, causes: [], breakEvens: [], breakEven: null, checks: [], ...change }); // biome-ignore format: a row
  };

  // Out of service: 29 940 of 30 000 is 99.8 % less, more than twenty times; energy: 12 of 100 is 12 % more.
  it("is about the largest gain, and says its price", () => {
    expect(chosenOf(three())).toBe(2);
    const { answer } = compareDocument(three());
    expect(answer.sentence).toBe("thr is out of service 99.8\u00A0% less than always-on, for 12\u00A0% more energy");
    expect(answer.verdict).toMatchObject({ level: "doubt", word: "Better, at a price", detail: "Energy 100.0\u00A0±\u00A01.0\u00A0kWh before, 112.0\u00A0±\u00A01.0\u00A0kWh now." }); // biome-ignore format: a row
    expect(answer.lead).toContain("Ready time p95 stays at 0\u00A0%.");
  });

  it("is about the first figure where one was named", () => {
    expect(chosenOf(three({ named: true }))).toBe(1);
    expect(compareDocument(three({ named: true })).answer.sentence).toBe("No option beats always-on in energy; 2 take more");
  });

  it("joins two gains, and counts rejected VMs", () => {
    const energy = metricOf("energy_facility_kwh", "energy", "kWh", [[100, Number.NaN], [40, Number.NaN]]); // biome-ignore format: a row
    const cost = metricOf("cost_total", "cost", "EUR", [[100, Number.NaN], [70, Number.NaN]]); // biome-ignore format: a row
    const refused = metricOf("vms_rejected", "rejected VMs", "VMs", [[2, Number.NaN], [5, Number.NaN]]); // biome-ignore format: a row
    const options = sampleComparison().options.slice(0, 2);
    const made = (...shown: CompareReport["shown"]): CompareReport => three({ options, shown, metrics: shown });
    expect(compareDocument(made(energy, cost)).answer.sentence).toBe("night-off takes 60\u00A0% less energy than always-on and costs 30\u00A0% less");
    expect(compareDocument(made(energy, refused)).answer.sentence).toBe("night-off takes 60\u00A0% less energy than always-on, and rejects 3 more VMs");
  });
});

describe("the waterfall", () => {
  it("adds up, the largest step first, small ones together", () => {
    const step = (name: string, value: number) => ({ name, value, low: Number.NaN, high: Number.NaN });
    const steps = [step("a", 1), step("b", -50), step("none", 0), step("c", 20), step("tiny", 0.01), step("tinier", -0.02)];
    const ordered = orderSteps(steps);
    expect(ordered.map(({ name, value }) => [name, Number(value.toFixed(6))])).toEqual([["b", -50], ["c", 20], ["a", 1], ["2 others", -0.01]]); // biome-ignore format: a row
    // With three at most: b, c and all others: 1 + 0.01 - 0.02.
    expect(orderSteps(steps, 3).map(({ value }) => Number(value.toFixed(6)))).toEqual([-50, 20, 0.99]);
  });

  it("shows what the ledger says, in kWh, and leaves full speed out of what is lost", () => {
    const figures = figuresOf(compareDocument(sampleComparison()));
    const energy = figures.find(({ id }) => id === "causes-energy");
    expect(energy?.title).toBe("lr-mmt: 136\u00A0kWh less energy, most of it from idle");
    expect(energy?.data().rows.map(([cause, change]) => [cause, Number((change as number).toFixed(6))])).toEqual([["idle", -150], ["migration", 20], ["guest work", -6], ["CPU trap", 0], ["total", -136]]); // biome-ignore format: a row
    // 7.2e6 VM-seconds are 2 000 VM-hours.
    expect(figures.find(({ id }) => id === "causes-vm")?.data().rows.map(([cause, change]) => [cause, change])).toEqual([["waiting for CPU", 2000], ["total", 2000]]); // biome-ignore format: a row
  });
});

describe("its drawings", () => {
  const long = sampleComparison({}, "a very long name that somebody gave to <everything> & more ");
  const single = two([[100, Number.NaN], [90, Number.NaN]], [[0, Number.NaN], [0, Number.NaN]]); // biome-ignore format: a row
  it.each([
    ["five policies", sampleComparison()],
    ["long names", long],
    ["one run", single],
  ])("keep their texts apart and inside for %s", (_, report) => {
    for (const figure of figuresOf(compareDocument(report))) {
      expect(figure.title.length, figure.title).toBeLessThanOrEqual(90);
      expect(figure.description.startsWith(figure.title), figure.id).toBe(true);
      expect(exportSvg(figure)).not.toMatch(/NaN|undefined|Infinity/);
      for (const width of figure.widths) {
        const { height, body } = figure.draw(width);
        const boxes = textBoxes(body);
        expect(overlaps(boxes), `${figure.id} at ${width}`).toEqual([]);
        expect(outside(boxes, width, height), `${figure.id} at ${width}`).toEqual([]);
      }
    }
  });

  it("are in the page with their names as text", () => {
    const html = renderPage(compareDocument(sampleComparison({}, "<img src=x onerror=alert(1)>")));
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x");
  });
});
