import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EvidenceRow, evidenceFigure } from "../../src/report/charts/evidence.ts";
import { type LadderRow, ladderFigure } from "../../src/report/charts/ladder.ts";
import { ledgerFigure } from "../../src/report/charts/ledger.ts";
import { frontierOf, type ParetoPoint, paretoFigure } from "../../src/report/charts/pareto.ts";
import { drawSvg, exportSvg, type Figure } from "../../src/report/figure.ts";
import { runFigures } from "../../src/report/figures.ts";
import type { Results } from "../../src/results/results.ts";
import { outside, overlaps, textBoxes } from "./drawing.ts";
import { column, sampleResults, table } from "./sample.ts";

const evidence: EvidenceRow[] = [
  { product: "KVM", kind: "CPU-bound", model: 97.1, low: 92, high: 100.1, medianOfSources: 98, sources: 14 },
  { product: "KVM", kind: "OLTP database", model: 82, low: 61, high: 95, medianOfSources: 84, sources: 1 },
  {
    product: "Oracle VirtualBox",
    kind: "memory-bound with large pages",
    model: 88,
    low: Number.NaN,
    high: Number.NaN,
    medianOfSources: Number.NaN,
    sources: 0,
  },
];

const cases: readonly [string, Results][] = [
  ["a week of 30 hosts", sampleResults({ rejected: 6, migrations: 60 })],
  ["one host for a minute", sampleResults({ hosts: 1, vms: 1, groups: 1, days: 1 / 1440, stepSeconds: 5, offAtNight: 0 })],
  ["36 hours", sampleResults({ hosts: 4, vms: 9, days: 1.5, offAtNight: 1, migrations: 1 })],
  ["two years by the day", sampleResults({ hosts: 6, vms: 12, days: 730, stepSeconds: 86400 })],
  ["60 hosts in 20 groups", sampleResults({ hosts: 60, vms: 60, groups: 20, days: 2, stepSeconds: 3600, migrations: 400 })],
  ["250 hosts in 120 groups", sampleResults({ hosts: 250, vms: 60, groups: 120, days: 1, stepSeconds: 3600, offAtNight: 90, migrations: 3000 })],
  ["1 200 hosts in bands", sampleResults({ hosts: 1200, vms: 50, groups: 30, days: 2, stepSeconds: 7200 })],
  [
    "no date, long names",
    sampleResults({ hosts: 12, vms: 30, start: "unknown", prefix: "a very long name that somebody gave to <everything> & more ", days: 3, migrations: 20 }),
  ],
];

const point = (name: string, x: number, y: number, half = 0.1): ParetoPoint => ({ name, x: { mean: x, half: half * 10 }, y: { mean: y, half } });
const policies = {
  points: [
    point("always-on", 667, 0.8),
    point("night-off", 607, 1.9),
    point("thr 0.8", 566, 3.1),
    point("mad-mmt", 548, 4.4, 0.7),
    point("lr-mmt", 531, 6.2, 0.6),
    point("thr 0.5", 640, 2.5),
  ],
  x: { name: "IT energy", unit: "kWh" },
  y: { name: "ready time p95", unit: "%" },
  runs: 30,
};

const rung = (title: string, energyKwh: number, slav: number, begins: string | null = null): LadderRow => ({
  title,
  first: { energyKwh, slav, esvKwh: energyKwh * slav },
  second: { energyKwh: energyKwh / 3, slav: slav / 100, esvKwh: (energyKwh * slav) / 300 },
  begins,
});
const ladder = ladderFigure({
  rows: [
    rung("As published", 163, 4.6e-5),
    rung("A quirk with a rather long name less", 880, 1e-9),
    rung("The main engine", 785, 0, "engine"),
    rung("New servers", 26, 0),
  ],
  first: "hosts of 4 GiB, as published",
  second: "memory never binds",
  title: "Counting memory multiplies the energy by 5",
  subtitle: "A day",
});

function figuresOf(results: Results): Figure[] {
  return [...Object.values<Figure>(runFigures(results)), evidenceFigure(evidence), paretoFigure(policies), ladder];
}

describe("every figure, at every width it is drawn at", () => {
  it.each(cases)("keeps its texts apart and inside for %s", (_, results) => {
    for (const figure of figuresOf(results)) {
      for (const width of figure.widths) {
        const { height, body } = figure.draw(width);
        const boxes = textBoxes(body);
        expect(boxes.length, figure.id).toBeGreaterThan(0);
        expect(overlaps(boxes), `${figure.id} at ${width}`).toEqual([]);
        expect(outside(boxes, width, height), `${figure.id} at ${width}`).toEqual([]);
      }
    }
  });

  it.each(cases)("has a title of at most 90 characters, a description and numbers for %s", (_, results) => {
    for (const { id, title, description, numbers, subtitle } of figuresOf(results)) {
      expect(title.length, `${id}: ${title}`).toBeLessThanOrEqual(90);
      expect(description.startsWith(title), id).toBe(true);
      expect(numbers.rows.length, id).toBeGreaterThan(0);
      expect(numbers.rows.length, id).toBeLessThanOrEqual(60);
      for (const row of numbers.rows) expect(row.length, id).toBe(numbers.head.length);
      // A unit never stands behind a plain space, where a line could break.
      for (const text of [title, subtitle, description]) expect(text).not.toMatch(/\d (%|kWh|MWh|kW|W|GiB)(?!\p{L})/u);
      for (const text of [title, subtitle, description]) expect(text).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it("is the same to the byte when drawn again, and holds no NaN", () => {
    const [first, second] = [figuresOf(sampleResults()), figuresOf(sampleResults())];
    first.forEach((figure, i) => {
      const svg = drawSvg(figure, { width: 688, theme: "page" });
      expect(svg).toBe(drawSvg(second[i], { width: 688, theme: "page" }));
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    });
  });

  it("is an image with a title and a description for those who don't see it", () => {
    for (const figure of figuresOf(sampleResults()))
      expect(drawSvg(figure, { width: 346, theme: "page" })).toMatch(/^<svg [^>]*role="img"><title>[^<]+<\/title><desc>[^<]+<\/desc>/);
  });

  it("survives results without a single row", () => {
    const full = sampleResults({ hosts: 1, vms: 0, groups: 1, days: 1, stepSeconds: 3600, offAtNight: 0 });
    const empty = (name: string): ReturnType<typeof table> => table(name, []);
    const bare: Results = {
      ...full,
      summary: empty("summary"),
      hosts: empty("hosts"),
      vms: empty("vms"),
      timeline: empty("timeline"),
      events: empty("events"),
      ledger: empty("ledger"),
      migrations: empty("migrations"),
      heatmap: { hostNames: [], groups: [], bucketSeconds: 3600, buckets: 0, utilisation: new Float32Array(0), onShare: new Float32Array(0) },
      ready: [],
    };
    for (const figure of Object.values<Figure>(runFigures(bare)))
      for (const width of figure.widths) expect(drawSvg(figure, { width, theme: "page" })).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe("timeline", () => {
  it("says what the data says", () => {
    const { title, numbers } = runFigures(sampleResults({ offAtNight: 0, hosts: 5, vms: 5, days: 2 })).timeline;
    expect(title).toMatch(/^The hosts use \d+\u00A0% of their CPU on average and never pass \d+\u00A0%$/);
    // 2 days of 5 minutes are 576 intervals: 48 rows of 12.
    expect(numbers.rows.length).toBe(48);
    expect(numbers.note).toContain("12 intervals");
  });

  it("names the failure in its place and marks the rest", () => {
    const texts = textBoxes(runFigures(sampleResults()).timeline.draw(1072).body);
    const name = texts.find(({ text }) => text === "heron-04 fails");
    const left = texts.find(({ text }) => text === "IT power")?.left ?? Number.NaN;
    const right = texts.find(({ text }) => text.startsWith("mean") && text.includes("of 30"))?.left ?? Number.NaN;
    // At 53 % of the plot, 5 px right of its line; the lane's end label stands 10 px right of the plot.
    expect(name?.left).toBeCloseTo(left + 0.53 * (right - 10 - left) + 5, 0);
  });
});

describe("ledger figures", () => {
  const withCpu = (values: Readonly<Record<string, number>>): Results => ({
    ...sampleResults({ hosts: 2, vms: 2, days: 0.1 }),
    ledger: table("ledger", [
      column(
        "ledger",
        "",
        Object.keys(values).map(() => "cpu"),
      ),
      column("account", "", Object.keys(values)),
      column("value", "", Object.values(values)),
      column(
        "unit",
        "",
        Object.keys(values).map(() => "core-s"),
      ),
      column("share_pct", "%", Object.values(values)),
    ]),
  });

  it("give each account its part of the width and state the factor of the enlargement", () => {
    const body = ledgerFigure(withCpu({ "guest work": 600, "I/O path": 30, "CPU trap": 10, idle: 360 }), "cpu").draw(1000).body;
    const widths = Array.from(body.matchAll(/<rect x="([^"]*)" y="30" width="([^"]*)" height="44" class="f-(\w+)"/g), ([, x, width, concept]) => [
      concept,
      Number(x),
      Number(width),
    ]);
    // 1 000 px for 1 000 core-seconds, a gap of 1.5 px after each.
    expect(widths).toEqual([
      ["guest", 0, 598.5],
      ["io", 600, 28.5],
      ["trap", 630, 8.5],
      ["idle", 640, 358.5],
    ]);
    // The overhead is 40 of 1 000: 25 times larger below, three quarters of it the I/O path.
    expect(body).toContain("the overhead alone, 25 times larger");
    expect(body).toMatch(/width="748.5" height="44" class="f-io"/);
  });

  it("keep accounts this version does not know, instead of dropping them from the sum", () => {
    const { numbers, draw } = ledgerFigure(withCpu({ "guest work": 50, "quantum entanglement": 50 }), "cpu");
    expect(numbers.rows.map(([name]) => name)).toEqual(["guest work", "quantum entanglement", "sum"]);
    expect(draw(1000).body).toContain("quantum entanglement");
  });

  it("never overlap or leave the drawing, whatever the shares", () => {
    const names = [
      "guest work",
      "CPU trap",
      "nested paging",
      "I/O path",
      "scheduling",
      "co-stop",
      "migration",
      "control domain",
      "host OS",
      "interference",
      "idle",
      "off",
      "failed",
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.double({ min: 1, max: 1e9, noNaN: true })), {
          minLength: names.length,
          maxLength: names.length,
        }),
        (values) => {
          const figure = ledgerFigure(withCpu(Object.fromEntries(names.map((name, i) => [name, values[i]]))), "cpu");
          for (const width of [1072, 688, 516, 346]) {
            const { height, body } = figure.draw(width);
            const boxes = textBoxes(body);
            expect(overlaps(boxes)).toEqual([]);
            expect(outside(boxes, width, height)).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("migration arcs", () => {
  const moved = (rows: readonly (readonly [from: string, to: string, gib: number])[], hosts = 4): Results => ({
    ...sampleResults({ hosts, vms: 4, days: 0.1, groups: 2 }),
    hosts: table("hosts", [
      column(
        "host",
        "",
        Array.from({ length: hosts }, (_, h) => `h${h}`),
      ), // prettier-ignore
      column(
        "group",
        "",
        Array.from({ length: hosts }, (_, h) => (h < hosts / 2 ? "left" : "right")),
      ), // prettier-ignore
    ]),
    migrations: table("migrations", [
      column(
        "from",
        "",
        rows.map((r) => r[0]),
      ), // prettier-ignore
      column(
        "to",
        "",
        rows.map((r) => r[1]),
      ), // prettier-ignore
      column(
        "sent_mib",
        "MiB",
        rows.map((r) => 1024 * r[2]),
      ), // prettier-ignore
    ]),
  });

  it("say who gave and who received: 8 + 4 GiB from h3, 2 GiB from h2, one arc a pair, as wide as its memory", () => {
    const figure = runFigures(
      moved([
        ["h3", "h0", 8],
        ["h3", "h1", 3],
        ["h3", "h1", 1],
        ["h2", "h1", 2],
      ]),
    ).migrations as Figure; // prettier-ignore
    expect(figure.title.replaceAll("\u00A0", " ")).toBe("14 GiB move in 4 migrations; h3 gives most");
    const { body } = figure.draw(516);
    expect(Array.from(body.matchAll(/class="mv" stroke-width="([^"]*)"/g), ([, width]) => Number(width))).toEqual([6, 3, 1.5]);
    const texts = textBoxes(body).map(({ text }) => text);
    expect(texts).toEqual(["GiB", "+8", "h0", "+6", "h1", "\u22122", "h2", "\u221212", "h3"]);
    expect(figure.numbers.rows[1]).toEqual(["h3", "h1", "2", "4"]);
  });

  it("are drawn by group above 30 hosts; what moves within one is said, not drawn", () => {
    const figure = runFigures(
      moved(
        [
          ["h0", "h39", 5],
          ["h1", "h2", 7],
        ],
        40,
      ),
    ).migrations as Figure; // prettier-ignore
    expect(figure.numbers.rows).toEqual([["left", "right", "1", "5"]]);
    expect(figure.note.replaceAll("\u00A0", " ")).toContain("7 GiB moved within a group");
    expect(figure.title.replaceAll("\u00A0", " ")).toBe("12 GiB move in 2 migrations; left gives most");
  });

  it("do not appear where nothing moved", () => {
    expect(runFigures(moved([])).migrations).toBeUndefined();
  });
});

describe("the Pareto chart", () => {
  it("joins what no other beats in both: 3.1 at 566 beats 2.5 at 640 in one only, 1.9 at 607 beats it in both", () => {
    expect(frontierOf(policies.points)).toEqual([4, 3, 2, 1, 0]);
    // Equal in one and worse in the other is beaten; equal in both is not.
    expect(frontierOf([point("a", 1, 1), point("b", 1, 2), point("c", 1, 1)])).toEqual([0, 2]);
  });

  it("draws a stair: only level and upright lines between its options", () => {
    const { body } = paretoFigure(policies).draw(516);
    expect(body).toMatch(/class="ax" d="M[\d.]+ [\d.]+(?:H[\d.]+V[\d.]+){4}"/);
  });

  it("says where its axis starts, which option wins what, and when one wins both", () => {
    const figure = paretoFigure(policies);
    expect(figure.title).toBe("lr-mmt has least IT energy, always-on least ready time p95");
    expect(textBoxes(figure.draw(516).body).some(({ text }) => /^axis starts at \d/.test(text))).toBe(true);
    expect(paretoFigure({ ...policies, points: [point("a", 10, 2), point("b", 9, 1)] }).title).toBe("b is best in both, IT energy and ready time p95");
  });

  it("names every option of a few, and those on the stair of many", () => {
    const names = (points: readonly ParetoPoint[]): string[] => textBoxes(paretoFigure({ ...policies, points }).draw(516).body).map(({ text }) => text);
    expect(names(policies.points)).toEqual(expect.arrayContaining(policies.points.map(({ name }) => name)));
    const many = Array.from({ length: 40 }, (_, i) => point(`setting ${i}`, 500 + i, 1 + ((i * 7) % 13), 0.01));
    const shown = names(many).filter((name) => name.startsWith("setting"));
    expect(shown).toContain("setting 0");
    expect(shown.length).toBeLessThan(12);
  });

  it("keeps its texts apart and inside, whatever the options", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true })), { minLength: 1, maxLength: 20 }),
        (values) => {
          const figure = paretoFigure({ ...policies, points: values.map(([x, y], i) => point(`policy number ${i}`, x, y, y / 10)) });
          for (const width of figure.widths) {
            const { height, body } = figure.draw(width);
            const boxes = textBoxes(body);
            expect(overlaps(boxes)).toEqual([]);
            expect(outside(boxes, width, height)).toEqual([]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("ready time", () => {
  it("counts the VMs above the guide, and gives the calm hours as a number", () => {
    const results = sampleResults();
    const ready = results.vms.columns.find((c) => c.name === "ready_pct")?.values as ArrayLike<number>;
    const above = Array.from(ready).filter((value) => value > 5).length;
    const { title, draw } = runFigures(results).ready;
    expect(title.startsWith(`${above}\u00A0VM`)).toBe(true);
    const gold = results.ready[0];
    const calm = (100 * (gold?.vmHours[0] ?? 0)) / (gold?.vmHours.reduce((a, b) => a + b, 0) ?? 1);
    expect(draw(516).body).toContain(`${Math.round(calm)}\u00A0% below`);
  });
});

describe("heat map", () => {
  it("draws each cell in the class of its load, and off as off", () => {
    // Two hosts, four hours: 5 %, 15 %, 65 %, 95 % (which is above 70 %, so steps of 15 apply); the second is on in half of hour 2.
    const results: Results = {
      ...sampleResults({ hosts: 2, vms: 2, days: 4 / 24 }),
      heatmap: {
        hostNames: ["1", "2"],
        groups: ["a", "a"],
        bucketSeconds: 3600,
        buckets: 4,
        utilisation: Float32Array.of(0.05, 0.15, 0.65, 0.95, Number.NaN, 0.05, 0.05, 0.05),
        onShare: Float32Array.of(1, 1, 1, 1, 0, 0.5, 1, 1),
      },
    };
    // Names "1" and "2" take 17 px, the right margin 6: 400 of 423 px are four cells of 100.
    const { body } = runFigures(results).heatmap.draw(423);
    const strokes = Object.fromEntries(Array.from(body.matchAll(/class="s(\d)" stroke-width="[^"]*" d="([^"]*)"/g), ([, step, d]) => [Number(step), d]));
    const x = (cell: number): number => 17 + 100 * cell;
    // Row 1 (middle at y 46.5 of a phone's 15 px): steps 0, 1, 4, 6. Row 2: off, then on from the middle of its second cell.
    expect(strokes[1]).toContain(`M${x(1)} `);
    expect(strokes[4]).toContain(`M${x(2)} `);
    expect(strokes[6]).toContain(`M${x(3)} `);
    expect(strokes[0]).toContain(`M${x(0)} `);
    expect(strokes[0]).toContain(`M${x(2) - 50} `);
    expect(body).toMatch(new RegExp(`class="f-off" d="M${x(0)} \\d+h150v`));
  });

  it("draws failure and maintenance with their patterns at their exact times", () => {
    // One host over 4 h on 400 px: failed from 1 h to 1 h 30 min is 50 px from cell 1 on; in maintenance from 3 h to the end.
    const rows: [number, string][] = [[3600, "host failed"], [5400, "host repaired"], [10800, "maintenance"]]; // biome-ignore format: a row
    const column = (name: string, values: readonly number[] | readonly string[]) => ({ name, unit: "", about: name, values });
    const results: Results = {
      ...sampleResults({ hosts: 1, vms: 1, days: 4 / 24 }),
      heatmap: {
        hostNames: ["1"],
        groups: ["a"],
        bucketSeconds: 3600,
        buckets: 4,
        utilisation: Float32Array.of(0.05, 0.05, 0.05, 0.05),
        onShare: Float32Array.of(1, 0.5, 1, 1),
      },
      events: {
        name: "events",
        about: "",
        rows: 3,
        columns: [
          column("time_s", rows.map(([at]) => at)),
          column("event", rows.map(([, event]) => event)),
          column("kind", ["host", "host", "host"]),
          column("name", ["1", "1", "1"]),
          column("host", ["1", "1", "1"]),
          column("detail", ["", "", ""]),
        ], // biome-ignore format: columns
      },
    };
    const { draw, subtitle } = runFigures(results).heatmap;
    const { body } = draw(423);
    // The name takes 17 px.
    expect(body).toMatch(/class="f-failed" d="M117 \d+h50v\d+h-50z"/);
    expect(body).toMatch(/class="f-maint" d="M317 \d+h100v\d+h-100z"/);
    expect(body).toContain(">maintenance</text>");
    // Half an hour on and half an hour failed: never off, but for the key.
    expect(body).not.toContain('<path class="f-off"');
    expect(subtitle).toContain("patterns are states");
  });

  it("says how many hosts are on for nothing, and how many are never on", () => {
    const title = (utilisation: readonly number[], onShare: readonly number[]): string => {
      const heatmap = {
        hostNames: ["a", "b", "c"],
        groups: ["g", "g", "g"],
        bucketSeconds: 60,
        buckets: 1,
        utilisation: Float32Array.from(utilisation),
        onShare: Float32Array.from(onShare),
      };
      return runFigures({ ...sampleResults({ hosts: 3, vms: 3, days: 0.1 }), heatmap }).heatmap.title.replaceAll("\u00A0", " ");
    };
    // (0.6 + 0 + 0) / 3 = 20 %.
    expect(title([0.6, 0, 0], [1, 1, 1])).toBe("2 hosts of 3 are on and carry nothing; all together use 20 % of their CPU");
    expect(title([0.6, Number.NaN, 0.2], [1, 0, 1])).toBe("1 host of 3 is never on; the others use 40 % of their CPU");
    expect(title([0.2, 0.21, 0.19], [1, 1, 1])).toBe("All 3 hosts work alike, at 20 % of their CPU");
    expect(title([0.6, 0.3, 0.1], [1, 1, 1])).toBe("a works hardest, at 60 % of its CPU; c does least, at 10 %");
  });

  it("stays small and keeps all hosts in the bands for thousands of hosts", () => {
    const { draw, title } = runFigures(sampleResults({ hosts: 2000, vms: 10, groups: 5, days: 2, stepSeconds: 3600, offAtNight: 0 })).heatmap;
    expect(draw(1072).body.length).toBeLessThan(40_000);
    expect(title.length).toBeGreaterThan(0);
  });
});

describe("exported files", () => {
  it("stand alone: no class, no variable, no reference outside, title and subtitle inside", () => {
    for (const figure of figuresOf(sampleResults({ rejected: 3 }))) {
      for (const theme of ["light", "dark"] as const) {
        const svg = exportSvg(figure, figure.widths[0], theme);
        expect(svg).not.toMatch(/class=|var\(|undefined|NaN/);
        for (const [, reference] of svg.matchAll(/url\(#([\w-]+)\)/g)) expect(svg).toContain(`id="${reference}"`);
        expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
        expect(svg).toContain('font-size="17"');
      }
    }
  });
});
