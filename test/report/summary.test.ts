import { describe, expect, it } from "vitest";
import { progressLine, startProgress } from "../../src/cli/progress.ts";
import { bar, plainStyle, sparkline, styleFor } from "../../src/cli/style.ts";
import { renderSummary, type SummaryOptions } from "../../src/cli/summary.ts";
import { sampleResults } from "./sample.ts";

const options: SummaryOptions = {
  style: plainStyle,
  width: 80,
  ascii: false,
  seconds: 0.8,
  files: ["out/lagoon-7/", "out/lagoon-7/summary.csv", "out/lagoon-7/report.html"],
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is looked for
const COLOUR = /\u001B\[[0-9;]*m/g;

describe("terminal summary", () => {
  it.each([
    ["a week of 30 hosts", sampleResults({ rejected: 6, warnings: ["one", "two"] })],
    ["a minute of one host", sampleResults({ days: 0.001, stepSeconds: 10, hosts: 1, vms: 1, offAtNight: 0 })],
    ["long hostile names", sampleResults({ scenario: "\u001B[31m".repeat(40), prefix: "x".repeat(200), hosts: 5, vms: 5 })],
  ])("fits 40 lines of 80 columns for %s", (_, results) => {
    const lines = renderSummary(results, options).split("\n");
    expect(lines.length - 1).toBeLessThanOrEqual(40);
    for (const line of lines) expect(Array.from(line).length, line).toBeLessThanOrEqual(80);
  });

  it.each([44, 52, 60, 72, 79])("fits %d columns, with the same figures below one another", (width) => {
    for (const results of [
      sampleResults({ rejected: 6, warnings: ["one", "two"] }),
      sampleResults({ scenario: "a long name ".repeat(20), prefix: "x".repeat(200), hosts: 5, vms: 5 }),
    ]) {
      const text = renderSummary(results, { ...options, width });
      for (const line of text.split("\n")) expect(Array.from(line).length, line).toBeLessThanOrEqual(width);
      for (const part of ["energy  ", "hosts on", "ready p95", "Where energy went", "Where CPU went", "How the VMs fared", "9d03-71be-c2a4-0f58"])
        expect(text).toContain(part);
    }
  });

  it("holds the headline, the sums of the three ledgers, the fingerprint and the next step", () => {
    const text = renderSummary(sampleResults(), options);
    for (const part of [
      "energy  ",
      "hosts on",
      "ready p95",
      "300 of 300",
      "Where it went",
      "How the VMs fared",
      "9d03-71be-c2a4-0f58",
      "report.html in a browser",
    ])
      expect(text).toContain(part);
    // 300 VMs for 7 days: 300 * 168 = 50 400 VM-hours; 30 hosts x 32 cores x 168 h = 161 280 core-hours.
    expect(text).toMatch(/sum +50\u00A0400 +100/);
    expect(text).toMatch(/161\u00A0280 +100/);
  });

  it("marks a host failure under its moment", () => {
    // The sample's failure is at 53 % of the run; the lanes are 57 characters wide and start at column 13: 13 + floor(30.2) = 43.
    const line = renderSummary(sampleResults(), options)
      .split("\n")
      .find((l) => l.includes("fails"));
    expect(line?.indexOf("×")).toBe(43);
  });

  it("says the same with and without colour, and prints ASCII only when asked", () => {
    const results = sampleResults();
    const plain = renderSummary(results, options);
    const coloured = renderSummary(results, { ...options, style: styleFor({ isTerminal: true, env: { COLORTERM: "truecolor" } }) });
    expect(coloured).not.toBe(plain);
    const strip = (text: string): string => text.replace(COLOUR, "").replace(/ +$/gm, "");
    expect(strip(coloured)).toBe(strip(plain));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the claim
    expect(renderSummary(results, { ...options, ascii: true })).toMatch(/^[\u0000-\u007F]*$/);
  });

  it("never passes a control character of a name to the terminal", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is the attack
    expect(renderSummary(sampleResults({ scenario: "a\u001B[2Jb", prefix: "\u0007" }), options)).not.toMatch(/[\u0007\u001B]/);
  });
});

describe("terminal style", () => {
  it("has colour only on a terminal that wants it", () => {
    const painted = (isTerminal: boolean, env: Record<string, string>): boolean => styleFor({ isTerminal, env }).red("x") !== "x";
    expect(painted(true, {})).toBe(true);
    expect(painted(false, {})).toBe(false);
    expect(painted(true, { NO_COLOR: "1" })).toBe(false);
    expect(painted(true, { TERM: "dumb" })).toBe(false);
    expect(painted(false, { FORCE_COLOR: "1" })).toBe(true);
  });

  it("draws bars from zero in eighths, and never hides what is above zero", () => {
    expect(bar(0, 10)).toBe("");
    expect(bar(1e-9, 10)).toBe("▏");
    // 0.55 of 10 characters are 44 eighths: five full blocks and four eighths.
    expect(bar(0.55, 10)).toBe("█████▌");
    expect(bar(2, 3)).toBe("███");
  });

  it("draws sparklines from zero to the given maximum", () => {
    expect(sparkline([0, 1, 4, 8, Number.NaN], 8)).toBe("▁▁▄█ ");
    expect(sparkline([0, 0], 0)).toBe("▁▁");
  });
});

describe("progress line", () => {
  it("shows what is done and the time left at the present rate", () => {
    // 18 of 30 took 6 s: the other 12 take 4 s. 0.6 of 24 characters are 115 eighths: 14 full and 3 eighths.
    expect(progressLine({ done: 18, total: 30, unit: "runs", elapsedSeconds: 6 }, plainStyle)).toBe(
      `  18 of 30 runs  ${"█".repeat(14)}▍${" ".repeat(9)}  4\u00A0s left`,
    );
  });

  it("writes nothing to a pipe, and erases its line on a terminal", () => {
    const written: string[] = [];
    const run = (isTTY: boolean): string => {
      written.length = 0;
      const progress = startProgress({ isTTY, write: (text) => written.push(text) }, plainStyle, () => 0);
      progress.show(1, 2, "runs");
      progress.end();
      return written.join("|");
    };
    expect(run(false)).toBe("");
    expect(run(true)).toMatch(/1 of 2 runs.*\|\r\p{Cc}\[2K$/u);
  });
});
