/** `hypervise validate` as a user runs it: green, or red with what differs. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderAgreement } from "../../src/cli/agreement.ts";
import { plainStyle } from "../../src/cli/style.ts";
import { near } from "../../src/validation/case.ts";
import { checkAgreement } from "../../src/validation/groups.ts";
import { type Command, startCommand } from "../cli/command.ts";

let hypervise: Command;
beforeAll(async () => {
  hypervise = await startCommand();
});
afterAll(() => hypervise.end());

describe("hypervise validate", () => {
  it("prints one table of all agreement, each group with its source, on one screen; what needs a trace is said to be missing", async () => {
    const { code, out, err } = await hypervise.run("validate");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const group of ["SimGrid: sharing CPU", "SimGrid: live migration", "OpenDC: one host", "closed forms", "measured speed of products"])
      expect(out).toContain(`✓ ${group}`);
    expect(out).toMatch(/- CloudSim: PlanetLab days +not run: its trace is not here/);
    expect(out).toMatch(/✓ all \d+ cases agree; not run: OpenDC: a real week, CloudSim: PlanetLab days/);
    expect(out.split("\n").length).toBeLessThanOrEqual(40);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("shows every figure beside the one it is held to, also as data", async () => {
    const { out } = await hypervise.run("validate", "--all");
    expect(out).toMatch(/✓ C04 {2}six threads on four cores: 4\/6 each\n +T0_end +1\.5 +1\.5\n/);
    const { out: text } = await hypervise.run("validate", "--json");
    const { agrees, groups } = JSON.parse(text) as {
      agrees: boolean;
      groups: { key: string; ran: boolean; cases: { id: string; figures: { here: number; there: number; agrees: boolean }[] }[] }[];
    };
    expect(agrees).toBe(true);
    expect(groups.find(({ key }) => key === "simgrid-vm")?.cases.find(({ id }) => id === "V08")?.figures).toMatchObject([{ here: 5, there: 5, agrees: true }]);
    expect(groups.filter(({ ran }) => !ran).map(({ key }) => key)).toEqual(["opendc-week", "cloudsim"]);
  });

  it("keeps VMs that ask for nothing where it is told to, and says so", async () => {
    // Two of four VMs ask for nothing after the first step: CloudSim destroys them.
    const day = ["a", "b", "c", "d"].map((name, i) => [name, ...Array.from({ length: 288 }, (_, t) => (i < 2 && t > 0 ? 0 : 50))].join(","));
    await writeFile(join(hypervise.folder, "day.csv"), `${day.join("\n")}\n`);
    const run = async (...more: string[]) => {
      const { code, out } = await hypervise.run("validate", "cloudsim", "--trace", "day.csv", "--hosts", "4", "--json", ...more);
      expect(code).toBe(0);
      const { keep_idle, destroyed_vms } = JSON.parse(out) as Record<string, unknown>;
      return { keep_idle, destroyed_vms };
    };
    expect(await run()).toEqual({ keep_idle: false, destroyed_vms: 2 });
    expect(await run("--keep-idle")).toEqual({ keep_idle: true, destroyed_vms: 0 });
  });

  it.each([
    [["validate", "--traces", "."], "--traces .: holds neither a PlanetLab day"],
    [["validate", "--trace", "day.csv"], "--trace belongs to validate cloudsim"],
    [["validate", "cloudsim"], "validate cloudsim needs --trace"],
  ])("refuses %j with code 2", async (words, message) => {
    const { code, err } = await hypervise.run(...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("a case that disagrees", () => {
  const cases = [
    { id: "X1", what: "one that holds", run: () => [near("a_s", 1, 1, 0)] },
    { id: "X2", what: "one that does not", run: () => [near("b_s", 2, 3, 0.5)] },
    { id: "X3", what: "one without figures", run: () => [] },
    { id: "X4", what: "one that gives no number", run: () => [near("c_s", Number.NaN, 3, 0.5)] },
  ];
  const checked = checkAgreement([{ key: "x", title: "made up", source: "nowhere in particular", cases }]);

  it("is red, named, and shown with both figures", () => {
    const text = renderAgreement(checked, false, plainStyle);
    expect(text).toContain("✗ 3 of 4 cases disagree: X2, X3, X4");
    expect(text).toMatch(/✗ X2 {2}one that does not\n +b_s +2 ✗ 3/);
    expect(text).not.toContain("X1");
  });
});
