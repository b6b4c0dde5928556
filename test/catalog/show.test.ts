/** `hypervise show`: fits 80 columns, marks what is not verified, and offers the nearest name. */
import { describe, expect, it } from "vitest";
import { hypervisors, servers } from "../../src/catalog/index.ts";
import { showHypervisors, showPolicies, showServers, showSizes, showSources } from "../../src/cli/show.ts";
import { showEvidence } from "../../src/cli/show-evidence.ts";

const same = (text: string): string => text;
const style = { bold: same, dim: same, blue: same, red: same, yellow: same };
const policies = [{ name: "first-fit", about: "The first host that fits.", source: "Textbook.", score: "" }];

const screens: Record<string, string> = {
  hypervisors: showHypervisors([], style),
  "all side by side": showHypervisors(
    hypervisors.map((h) => h.key),
    style,
  ),
  ...Object.fromEntries(hypervisors.map((h) => [h.key, showHypervisors([h.key], style)])),
  ...Object.fromEntries(hypervisors.map((h) => [`${h.key} beside kvm`, showHypervisors([h.key, "kvm"], style)])),
  servers: showServers([], style),
  "each server": showServers(
    servers.map((s) => s.key),
    style,
  ),
  sizes: showSizes([], style),
  policies: showPolicies(policies, [], style),
  sources: showSources(style),
  evidence: showEvidence(null, () => 0.97, style),
  "evidence of kvm": showEvidence("kvm", () => null, style),
};

describe("every screen", () => {
  for (const [name, text] of Object.entries(screens)) {
    it(`${name}: at most 80 columns (addresses apart), no trailing spaces, ends with one line end`, () => {
      for (const line of text.split("\n")) {
        if (!line.includes("http")) expect([...line].length, line).toBeLessThanOrEqual(80);
        expect(line, JSON.stringify(line)).toBe(line.trimEnd());
      }
      expect(text).toMatch(/[^\n]\n$/);
      expect(text).not.toMatch(/undefined|NaN|\[object/);
    });
  }
});

const row = (text: string, start: string): string => text.split("\n").find((line) => line.trimStart().startsWith(start)) ?? "";

describe("two hypervisors", () => {
  const text = showHypervisors(["esxi", "virtualbox"], style).replace(/\n {4}/g, " ");
  it("differ in words", () => {
    expect(text).toContain("I/O work is done: esxi by the VM that asks for it; virtualbox by the host OS.");
    expect(text).toContain("Memory added while it runs: esxi yes; virtualbox no.");
    // vCPUs can be added on both: nothing to say.
    expect(text).not.toContain("vCPUs added while it runs");
  });
  it("differ in each overhead, by the model's formulas", () => {
    // Mixed work is 80 % CPU-bound: 0.8 (1 / 0.98 - 1) = 0.0163 and 0.8 (1 / 0.89 - 1) = 0.0989 of a core.
    expect(text).toContain("traps cost: esxi 0.0163 core, virtualbox 0.0989 core.");
    // 10,000 x 12 us and 40 us.
    expect(text).toContain("disk I/Os a second cost: esxi 0.12 core, virtualbox 0.4 core.");
    // 14.4 + 4 x 3.98 + 16 x 7.4 = 148.7 MiB; 120 + 40 + 192 = 352 MiB.
    expect(text).toContain("takes besides: esxi 149 MiB, virtualbox 352 MiB.");
    // Half of the references far: 0.5 x 0.2 x 0.7 and 0.5 x 1 x 0.7.
    expect(text).toContain("over both of two sockets takes longer by: esxi 7 %, virtualbox 35 %.");
  });
  it("says when a difference may be none", () => {
    expect(text).toMatch(/The ranges meet, so the difference may be none: CPU-bound work;/);
    expect(text).toContain("vCPUs per VM: esxi 768 vCPUs, virtualbox 32 vCPUs.");
  });
  it("a product beside itself has nothing to differ", () => expect(showHypervisors(["esxi", "esxi"], style)).not.toContain("In words"));
});

describe("a hypervisor sheet", () => {
  it("shows value, unit, range and source of a figure", () => {
    expect(
      row(screens.esxi, "CPU-bound work")
        .split(/\s{2,}/)
        .slice(1),
    ).toEqual(["CPU-bound work", "0.98 of native", "0.94 to 1", "evidence"]);
    expect(row(screens.xen, "base and share at most")).toMatch(/8\u00a0?\s?GiB/);
  });

  it("marks estimates with ~ and remembered values with *", () => {
    expect(row(screens.esxi, "CPU for a disk I/O")).toContain("~12 µs");
    expect(row(screens.esxi, "memory-bound work")).toContain("*0.92");
    expect(row(screens.xen, "CPU-bound work")).not.toMatch(/[~*]/);
  });

  it("says no limit where there is none", () => {
    expect(row(screens.ideal, "vCPUs per VM")).toContain("no limit");
  });
});

describe("several hypervisors", () => {
  it("stand side by side in the order asked for, with marks, aliases understood", () => {
    const text = showHypervisors(["kvm", "vbox", "hyper-v"], style);
    expect(text.split("\n")[0].trim().split(/\s+/)).toEqual(["kvm", "virtualbox", "hyperv"]);
    expect(row(text, "disk, random 4 KiB").trim().split(/\s+/).slice(-3)).toEqual(["0.65", "~0.4", "0.88"]);
  });
});

describe("unknown names", () => {
  it("are refused with the nearest one", () => {
    expect(() => showHypervisors(["esxy"], style)).toThrow('no hypervisor "esxy" in the catalogue; did you mean esxi?');
    expect(() => showServers(["dell-r740-8281"], style)).toThrow("did you mean dell-r740-8280?");
    expect(() => showSizes(["mediun"], style)).toThrow("did you mean medium?");
    expect(() => showPolicies(policies, ["firstfit"], style)).toThrow("did you mean first-fit?");
    expect(() => showEvidence("kwm", () => null, style)).toThrow("did you mean kvm?");
    expect(() => showEvidence("ideal", () => null, style)).toThrow("reference case");
  });
});

describe("evidence", () => {
  it("sets the model beside the median of sources, with range, rows, sources and grade", () => {
    // KVM, CPU-bound: 20 rows of 8 sources, median .9928, .78 to 1.009.
    const kvm = showEvidence("kvm", (product, kind) => (product === "kvm" && kind === "cpu" ? 0.985 : null), style);
    expect(row(kvm, "kvm").trim().split(/\s+/)).toEqual(["kvm", "CPU-bound", "0.985", "✓", "0.993", "0.780", "to", "1.009", "20", "8", "good"]);
  });

  it("warns where the model leaves the measured range", () => {
    const esxi = showEvidence("esxi", (_, kind) => (kind === "cpu" ? 0.9 : null), style);
    expect(row(esxi, "esxi")).toContain("0.900 !");
  });

  it("lists a product's measurements with citations, and why others do not count", () => {
    expect(screens["evidence of kvm"]).toContain("sysbench cpu");
    expect(screens["evidence of kvm"]).toContain("https://github.com/ppeerttu/virtualization-benchmarks");
    expect(screens["evidence of kvm"]).toMatch(/Measurements not counted: \d+ /);
  });
});
