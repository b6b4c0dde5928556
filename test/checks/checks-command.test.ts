/** Checks as a user meets them: exit codes, the measured value, mistakes with their place. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogue, loadScenario } from "../../src/index.ts";
import { type Command, startCommand } from "../cli/command.ts";

// One host of 10 cores; 4 VMs of 5 vCPUs at 100 %: 20 cores asked of 10. Power 100 W idle to 200 W full: 0.2 kWh in an hour.
const scenario = (checks: string): string => `
name: checked
duration: 1 h
hosts:
  - {name: h, count: 1, cores: 10, speed: 2 GHz, memory: 64 GiB, power: {model: linear, idle: 100 W, full: 200 W}, hypervisor: ideal}
vms:
  - {name: v, count: 4, vcpus: 5, memory: 1 GiB, load: {constant: 100 %, speed: 2 GHz}}
admission: {vcpusPerCore: none}
${checks}
`;

let command: Command;
beforeAll(async () => {
  command = await startCommand();
  await writeFile(join(command.folder, "green.yaml"), scenario("checks: [energy.it = 0.2 kWh, rejected = 0]"));
  await writeFile(join(command.folder, "red.yaml"), scenario('checks: ["ready.mean < 5 %"]'));
}, 60_000);
afterAll(() => command.end());

describe("checks of a run", () => {
  it("are green with exit code 0, with the measured value", async () => {
    const { code, out } = await command.run("run", "green.yaml", "--check", "power.peak <= 0.2 kW");
    expect(out).toMatch(/✓ energy.it = 0.2 kWh +0.2 kWh\n/);
    expect(out).toMatch(/✓ power.peak <= 0.2 kW +200 W\n/);
    expect(out).toContain("3 passed, 0 failed");
    expect(code).toBe(0);
  });

  it("are red with exit code 99: each VM gets half of what it needs", async () => {
    const { code, out } = await command.run("run", "red.yaml");
    expect(out).toMatch(/✗ ready.mean < 5 % +50 %\n/);
    expect(out).toMatch(/0 passed, 1 failed +exit code 99\n$/);
    expect(code).toBe(99);
  });

  it("say only what is red with --quiet, and everything as data with --json", async () => {
    const quiet = await command.run("run", "red.yaml", "--quiet", "--check", "rejected = 0");
    expect(quiet).toMatchObject({ code: 99, out: "" });
    expect(quiet.err).toContain("✗ ready.mean < 5 %");
    expect(quiet.err).not.toContain("rejected");
    const { out } = await command.run("run", "red.yaml", "--json");
    expect((JSON.parse(out) as { checks: unknown }).checks).toEqual([
      { check: "ready.mean < 5 %", verdict: "fail", measured: 50, halfWidth: null, unit: "%", limit: 5 },
    ]);
  });

  it("that cannot be read stop before anything runs, with their place", async () => {
    const { code, err, out } = await command.run("run", "green.yaml", "--check", "energy < 5 kWhh");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain('--check: there is no unit "kWhh"; did you mean kWh?\n    energy < 5 kWhh\n               ^^^^');
  });

  it("that name no figure stop before anything runs, with the nearest name", async () => {
    const { code, out, err } = await command.run("run", "green.yaml", "--check", "enery.it < 5 kWh");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain('--check: there is no figure "enery.it"; did you mean energy.it?\n    enery.it < 5 kWh\n    ^^^^^^^^');
  });
});

describe("checks of a comparison", () => {
  it("compare with the baseline, replication by replication", async () => {
    // Half the VMs: 10 cores of 10 are used either way, so the energy is the same and nobody waits.
    const { code, out } = await command.run(
      "compare",
      "red.yaml",
      "--vary",
      "vms.v.count=4,2",
      "--reps",
      "2",
      "--check",
      "energy.it <= base",
      "--check",
      "energy.it < base",
    );
    expect(out).toMatch(/✗ count=4 +ready.mean < 5 % +50 %\n/);
    expect(out).toMatch(/✓ count=2 +ready.mean < 5 % +0 %\n/);
    expect(out).toMatch(/✓ count=2 +energy.it <= base +0.2 kWh, limit 0.2\n/);
    expect(out).toMatch(/✗ count=2 +energy.it < base /);
    expect(code).toBe(99);
  });
});

describe("checks in a scenario file", () => {
  it("are read with the file: a mistake has its line and column", () => {
    const loaded = loadScenario(scenario("checks:\n  - ready.p95 < 5 %\n  - 'energy < 5 kWhh'"), "c.yaml", catalogue);
    if (loaded.ok) throw new Error("it was taken");
    // Line 11: two spaces, a dash, a space and a quote, then eleven characters before the unit.
    expect(loaded.problems).toMatchObject([
      { path: "checks[1]", line: 11, column: 17, length: 4, suggestion: "kWh", message: 'there is no unit "kWhh" (character 12)' },
    ]);
  });

  it("change nothing of what is simulated", () => {
    const [without, some] = ["", "checks: [ready.p95 < 5 %]"].map((checks) => loadScenario(scenario(checks), "c.yaml", catalogue));
    if (!without?.ok || !some?.ok) throw new Error("refused");
    expect(some.scenario.checks).toEqual(["ready.p95 < 5 %"]);
    expect({ ...some.scenario, checks: [] }).toEqual(without.scenario);
  });
});
