import { rgb } from "d3";
import { describe, expect, it } from "vitest";
import { palettes, type Theme, type Token } from "../../src/report/tokens.ts";

type Triple = readonly [number, number, number];

const toLinear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);

/** CIE L*a*b* of linear sRGB, white point D65 (d3's `lab` is for D50). */
function labOf([r, g, b]: Triple): Triple {
  const f = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Simulated colour vision at full severity: matrices of Machado, Oliveira and Fernandes 2009, applied to linear light. */
const VISION: Readonly<Record<string, readonly Triple[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seenAs(hex: string, vision: string): Triple {
  const { r, g, b } = rgb(hex);
  const light = [r, g, b].map((channel) => toLinear(channel / 255));
  const seen = (VISION[vision] ?? []).map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, weight, i) => sum + weight * light[i], 0),
      ),
    ),
  );
  return labOf(seen as [number, number, number]);
}

/** CIEDE2000 colour difference (Sharma, Wu and Dalal 2005). */
function difference([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const degrees = 180 / Math.PI;
  const meanC = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(meanC ** 7 / (meanC ** 7 + 25 ** 7)));
  const [x1, x2] = [(1 + g) * a1, (1 + g) * a2];
  const [c1, c2] = [Math.hypot(x1, b1), Math.hypot(x2, b2)];
  const hue = (b: number, x: number): number => (b === 0 && x === 0 ? 0 : (Math.atan2(b, x) * degrees + 360) % 360);
  const [h1, h2] = [hue(b1, x1), hue(b2, x2)];
  const turn = c1 * c2 === 0 ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin(turn / 2 / degrees);
  const [meanL, meanC2] = [(l1 + l2) / 2, (c1 + c2) / 2];
  const meanH = c1 * c2 === 0 ? h1 + h2 : Math.abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : ((h1 + h2 + 360) / 2) % 360;
  const cosine = (angle: number): number => Math.cos(angle / degrees);
  const t = 1 - 0.17 * cosine(meanH - 30) + 0.24 * cosine(2 * meanH) + 0.32 * cosine(3 * meanH + 6) - 0.2 * cosine(4 * meanH - 63);
  const sL = 1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2);
  const [sC, sH] = [1 + 0.045 * meanC2, 1 + 0.015 * meanC2 * t];
  const rT = -Math.sin((60 * Math.exp(-(((meanH - 275) / 25) ** 2))) / degrees) * 2 * Math.sqrt(meanC2 ** 7 / (meanC2 ** 7 + 25 ** 7));
  const [dL, dC] = [(l2 - l1) / sL, (c2 - c1) / sC];
  return Math.sqrt(dL ** 2 + dC ** 2 + (dH / sH) ** 2 + rT * dC * (dH / sH));
}

/** Relative luminance of WCAG 2: linear-light sRGB, weighted 0.2126, 0.7152, 0.0722. */
function luminance(hex: string): number {
  const { r, g, b } = rgb(hex);
  const [red, green, blue] = [r, g, b].map((channel) => toLinear(channel / 255)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of WCAG 2: (lighter + 0.05) / (darker + 0.05). */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const themes: readonly Theme[] = ["light", "dark"];
const texts: readonly Token[] = ["ink", "ink2", "ink3", "bettertext", "worsetext", "failtext"];
const marks: readonly Token[] = ["guest", "trap", "paging", "io", "sched", "migration", "control", "hostos", "cooling", "loss", "failed", "maint", "idleedge"];
const onFills: readonly (readonly [Token, readonly Token[]])[] = [
  ["on", ["guest", "trap", "sched", "migration"]],
  ["onDark", ["io", "control", "failed"]],
  ["onLight", ["paging", "hostos", "cooling"]],
  ["onIdle", ["idle"]],
];

const strong: readonly Token[] = ["guest", "trap", "paging", "io", "sched", "migration", "control", "hostos", "cooling", "loss", "failed"];

describe("the difference formula", () => {
  it("gives the published values of Sharma, Wu and Dalal 2005, pairs 1, 7, 17 and 25", () => {
    expect(difference([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
    expect(difference([50, 0, 0], [50, -1, 2])).toBeCloseTo(2.3669, 4);
    expect(difference([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4);
    expect(difference([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4);
  });
});

describe("the contrast formula", () => {
  it("gives the published ends: 21 for black on white, 1 for a colour on itself", () => {
    expect(contrast("#000000", "#FFFFFF")).toBeCloseTo(21, 9);
    expect(contrast("#1D6CC2", "#1D6CC2")).toBe(1);
  });
});

describe.each(themes)("colours of the %s theme", (theme) => {
  const palette = palettes[theme];

  it.each(texts)("text %s holds 4.5 on the page and in wells", (token) => {
    expect(contrast(palette[token], palette.paper)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette[token], palette.sunk)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(marks)("mark %s holds 3.0 on the page", (token) => {
    // Edges of idle are 3.0 by design, to one decimal.
    expect(Math.round(contrast(palette[token], palette.paper) * 10) / 10).toBeGreaterThanOrEqual(3);
  });

  it.each(onFills)("text %s holds 4.5 on its fills", (text, fills) => {
    for (const fill of fills) expect(Math.round(contrast(palette[text], palette[fill]) * 10) / 10, fill).toBeGreaterThanOrEqual(4.5);
  });

  it("the load scale runs one way: each step is further from the page than the one before", () => {
    const steps = [0, 1, 2, 3, 4, 5, 6].map((step) => contrast(palette[`load${step}` as Token], palette.paper));
    for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeGreaterThan(steps[i - 1] * 1.15);
  });

  it.each([
    // Smallest difference between any two of the eleven strong colours, rounded down; CIEDE2000 of about 2 is just noticeable.
    ["normal", 15],
    ["protan", 7],
    ["deutan", 7],
    ["tritan", 7],
  ])("strong colours stay apart in %s vision", (vision, least) => {
    for (const a of strong)
      for (const b of strong) if (a < b) expect(difference(seenAs(palette[a], vision), seenAs(palette[b], vision)), `${a} and ${b}`).toBeGreaterThan(least);
  });
});
