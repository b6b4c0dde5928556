import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { renderReport } from "../../src/report/page.ts";
import type { Results } from "../../src/results/results.ts";
import { column, sampleResults, table } from "./sample.ts";

const quickstart = sampleResults();
const page = renderReport(quickstart);
const visible = (html: string): string =>
  html
    .replace(/<(style|script|svg)\b[\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

describe("report page", () => {
  it("is the same to the byte for the same results", () => expect(renderReport(sampleResults())).toBe(page));

  it("is below 400 kB for 30 hosts and a week", () => expect(Buffer.byteLength(page)).toBeLessThan(400_000));

  it("stays small for many hosts, VMs, warnings and reasons", () => {
    const many = renderReport(
      sampleResults({
        hosts: 300,
        vms: 20_000,
        groups: 150,
        rejected: 3_000,
        days: 30,
        stepSeconds: 3600,
        warnings: Array.from({ length: 5_000 }, (_, i) => `warning ${i}`),
      }),
    );
    expect(Buffer.byteLength(many)).toBeLessThan(500_000);
    expect(many.match(/<tr>/g)?.length ?? 0).toBeLessThan(500);
    const bands = renderReport(sampleResults({ hosts: 2_000, vms: 200_000, groups: 500, days: 1, stepSeconds: 3600 }));
    expect(Buffer.byteLength(bands)).toBeLessThan(400_000);
  });

  it("asks nobody for anything: no address, no image, no import, no handler or style in an attribute", () => {
    expect(page).not.toMatch(/https?:|\bsrc=|@import|<link|<img|<iframe|\son\w+=|\sstyle=/);
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#/);
    for (const [, target] of page.matchAll(/url\(([^)]*)\)/g)) expect(target).toMatch(/^#/);
  });

  it("allows its own style and script by their hash, and nothing else", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    const hash = (tag: string): string => {
      const blocks = Array.from(page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g")));
      expect(blocks.length).toBe(1);
      return `'sha256-${createHash("sha256")
        .update(blocks[0]?.[1] ?? "")
        .digest("base64")}'`;
    };
    expect(policy).toBe(`default-src 'none'; style-src ${hash("style")}; script-src ${hash("script")}; img-src blob:; base-uri 'none'; form-action 'none'`);
  });

  it("shows hostile names as text", () => {
    const hostile = `<script>alert("x")</script><img src=x onerror='alert(1)'>&amp;\u202E\u0000]]>`;
    const results = sampleResults({ hosts: 6, vms: 12, rejected: 2, scenario: hostile, prefix: hostile, warnings: [hostile], days: 2 });
    const html = renderReport(
      { ...results, run: { ...results.run, about: hostile, seed: hostile, placement: hostile, version: hostile, fingerprint: hostile } },
      { command: hostile },
    );
    // Its script, and the data of its figures, which no browser runs.
    expect(html.match(/<script[^>]*>/g)).toEqual(['<script type="application/json" id="data">', "<script>"]);
    expect(html).not.toMatch(/<img|\son\w+="|\u202E|(?!\n)\p{Cc}/u);
    expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
    // Written once: an ampersand of the name stays an ampersand of the name.
    expect(html).toContain("&amp;amp;");
  });

  it("defines every colour and pattern it uses, and each id once", () => {
    const css = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    for (const [, name] of page.matchAll(/var\(--([\w-]+)\)/g)) expect(css, name).toContain(`--${name}:`);
    const ids = Array.from(page.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/url\(#([\w-]+)\)/g)) expect(ids).toContain(id);
    for (const [, id] of page.matchAll(/href="#([\w-]+)"/g)) expect(ids).toContain(id);
    // Each class of a drawing has a rule.
    for (const [, names] of page.matchAll(/<(?:text|rect|path|circle|tspan)[^>]* class="([^"]*)"/g))
      for (const name of (names ?? "").split(" ")) expect(css, name).toContain(`svg .${name}{`);
  });

  it("has one first heading, headings in order, a language, and heads for all columns and rows", () => {
    expect(page).toContain('<html lang="en">');
    const levels = Array.from(page.matchAll(/<h(\d)/g), ([, level]) => Number(level));
    expect(levels.filter((level) => level === 1).length).toBe(1);
    levels.slice(1).forEach((level, i) => {
      expect(level).toBeLessThanOrEqual(levels[i] + 1);
    });
    expect(page).not.toMatch(/<th(?! scope=)[ >]/);
  });

  it("answers in a sentence of at most 100 characters", () => {
    for (const results of [quickstart, sampleResults({ rejected: 7 }), sampleResults({ hosts: 1, vms: 1, days: 0.5, offAtNight: 0 })]) {
      const sentence = /<h1>(.*?)<\/h1>/.exec(renderReport(results))?.[1] ?? "";
      expect(sentence.length).toBeGreaterThan(20);
      expect(sentence.length, sentence).toBeLessThanOrEqual(101);
    }
  });

  it("says that it fits, or how many VMs do not and why", () => {
    expect(visible(page)).toContain("30 hosts carry all 300 VMs for 7 days, on ");
    const full = visible(renderReport(sampleResults({ rejected: 7 })));
    expect(full).toContain("7 of 300 VMs find no place: memory.");
    expect(full).toContain("Does not fit");
    // 7 rejected: numbers 1, 2, 4 and 5 of 0..6 for memory, the multiples of three for vCPUs.
    expect(full).toMatch(/memory: 16 GiB asked, no host has more than 12 GiB free 4 /);
    expect(full).toMatch(/vCPUs per core 3 /);
  });

  it("says that VMs were lost, also where all found a place", () => {
    const names = quickstart.summary.columns.find((c) => c.name === "metric")?.values as readonly string[];
    const values = Array.from(quickstart.summary.columns.find((c) => c.name === "value")?.values as ArrayLike<number>);
    values[names.indexOf("vms_lost")] = 3;
    const columns = quickstart.summary.columns.map((c) => (c.name === "value" ? column("value", "", values) : c));
    const html = visible(renderReport({ ...quickstart, summary: table("summary", columns) }));
    expect(html).toContain("3 of 300 VMs are lost with their host.");
    expect(html).toContain("✗ VMs lost");
  });

  it("checks the ledgers against the meter and the hosts, and says so when they do not balance", () => {
    expect(visible(page).match(/✓ balanced/g)?.length).toBe(3);
    const names = quickstart.ledger.columns.find((c) => c.name === "ledger")?.values as readonly string[];
    const values = Array.from(quickstart.ledger.columns.find((c) => c.name === "value")?.values as ArrayLike<number>);
    // One kilowatt-hour too much in the first account of energy.
    const row = names.indexOf("energy");
    const wrong: Results = {
      ...quickstart,
      ledger: table(
        "ledger",
        quickstart.ledger.columns.map((c) =>
          c.name === "value"
            ? column(
                "value",
                "",
                values.map((v, i) => (i === row ? v + 3.6e6 : v)),
              )
            : c,
        ),
      ),
    };
    const html = visible(renderReport(wrong));
    expect(html).toContain("A ledger does not balance");
    expect(html).toContain("✗ 1 kWh apart");
  });

  it("carries what is needed to repeat the run", () => {
    for (const text of ["9d03-71be-c2a4-0f58", "seed 7", "version 0.1.0", "hypervise run Lagoon --seed 7"]) expect(visible(page)).toContain(text);
    expect(visible(renderReport(quickstart, { command: "hypervise run lagoon.yaml" }))).toContain("hypervise run lagoon.yaml");
  });

  it("shows a dash, and never 0 or NaN, for figures the run does not have", () => {
    const html = visible(renderReport({ ...quickstart, summary: table("summary", []) }));
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
    expect(html).toContain("Ready time, p95 of VM-hours –");
  });
});
