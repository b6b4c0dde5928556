/** The whole climb gives what docs/ladder.json holds (and docs/ladder.md shows). */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ladderFromJson } from "../../src/validation/ladder-data.ts";
import { planetLabFile, tracesPresent, whereTraces } from "../anchors/cloudsim-traces.ts";
import { type Command, startCommand } from "../cli/command.ts";

describe.skipIf(!tracesPresent)(`hypervise validate cloudsim-ladder${whereTraces}`, () => {
  let command: Command;
  beforeAll(async () => {
    command = await startCommand();
  });
  afterAll(() => command.end());

  it("gives the stored figures", async () => {
    const stored = ladderFromJson(readFileSync(new URL("../../docs/ladder.json", import.meta.url), "utf8"));
    const { code, out } = await command.run("validate", "cloudsim-ladder", "--trace", fileURLToPath(planetLabFile(stored.day)), "--json");
    expect(code).toBe(0);
    const now = ladderFromJson(out);
    for (const key of ["asPublished", "unbound"] as const) {
      expect(now[key].map(({ title, about }) => [title, about])).toEqual(stored[key].map(({ title, about }) => [title, about]));
      for (const [i, rung] of now[key].entries())
        for (const figure of ["energyKwh", "hostsOn", "migrations", "slatahPercent", "pdmPercent", "slav", "esvKwh"] as const)
          expect(rung[figure], `${key} ${rung.title} ${figure}`).toBeCloseTo(stored[key][i]?.[figure] ?? Number.NaN, 9);
    }
  });
});
