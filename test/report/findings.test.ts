/** The answer speaks of what the scenario is about. */
import { describe, expect, it } from "vitest";
import { gallery } from "../../scripts/docs.ts";
import { findings, shareUp } from "../../src/report/findings.ts";
import { runDocument } from "../../src/report/run-document.ts";
import { answerOf } from "../../src/report/words.ts";

// What each scenario of the gallery is about, from the comment at its top.
const about: readonly (readonly [string, string, RegExp])[] = [
  ["rack-dies", "Fits, with outages", /^VMs are up 98\.6\s% of their time; 36\soutages, the longest /],
  ["disaster-recovery", "Comes back in time", /^56\sVMs came back after a disaster, /],
  ["thin-provisioning", "Out of space", /^A datastore is full, and VMs stand still 12\s% /],
  ["rolling-patch", "Fits", /^12 of 12\shosts maintained in .*; no VM notices$/],
  ["noisy-neighbour", "Fits, and slows", /^VMs lose 8\.3\s% of their time, most of it to interference$/],
  ["showback", "Fits", /^All costs together are .* a year, .* for each VM$/],
  ["sla-credits", "Promises are broken", /^14\spromises to VMs are broken; /],
  ["three-regions", "Fits", /^The electricity emits 21\.3\skg\sCO₂e, 277\sg for each kWh$/],
  ["daily-wave", "Fits", /^Services do 99\.95\s% of their work with 9\.2 members on average$/],
];

describe("findings", () => {
  it.each(about)("of %s are its subject", async (name, verdict, sentence) => {
    const answer = answerOf(await gallery(name));
    expect(answer.sentence).toMatch(sentence);
    expect(answer.sentence.length).toBeLessThanOrEqual(100);
    expect(answer.verdict.word).toBe(verdict);
    expect(answer.verdict.sign).toBe({ fits: "✓", doubt: "!", fails: "✗" }[answer.verdict.level]);
  });

  it.each(["leave-esxi", "noisy-neighbour"])("of %s do not hide that its ledgers balance, with all accounts of hosts.csv", async (name) => {
    // These have CPU time of remote memory and of interference.
    expect(JSON.stringify(runDocument(await gallery(name)))).toContain("All three ledgers balance");
  });

  it("are none where a scenario asks for energy and CPU alone", async () => {
    expect(findings(await gallery("quickstart"))).toEqual([]);
  });

  it("never round a time down away", () => {
    expect([100, 99.9999, 99.996, 99.95, 99.9, 98.564].map(shareUp)).toEqual(["100", "99.9999", "99.996", "99.95", "99.9", "98.6"]);
  });
});
