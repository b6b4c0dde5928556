/**
 * Every kind of damage to every scenario of the gallery: one mistake gets one message, at its place, with what is allowed or was
 * probably meant; nothing else is blamed for it, and nothing breaks. There are some ten thousand; a run takes a sample of each
 * file, always the same. All of them: `DAMAGE_EVERY=1 npx vitest run damage`; of one file: `DAMAGE_FILE=batch`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { usualCatalogue } from "../../src/node/usual-catalogue.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { pathText, renderProblems } from "../../src/scenario/problems.ts";
import { damages, faultOf } from "./damage.ts";

const EVERY = Number(process.env.DAMAGE_EVERY ?? 31);
const FOLDER = "scenarios";
describe("a scenario damaged in one place", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml") && file.startsWith(process.env.DAMAGE_FILE ?? ""));
  it.each(files)("%s", { timeout: 600_000 }, (file) => {
    const text = readFileSync(`${FOLDER}/${file}`, "utf8");
    const wrong = damages(text, EVERY).flatMap((damage) => {
      const loaded = loadScenario(damage.text, file, usualCatalogue);
      const fault = faultOf(damage, loaded);
      if (fault === null) return [];
      const said = loaded.ok ? "nothing" : renderProblems(loaded.problems);
      return [`${damage.kind} at ${pathText(damage.path)} (was ${damage.was}): ${fault}\n${said}`];
    });
    expect(wrong.join("\n")).toBe("");
  });
});
