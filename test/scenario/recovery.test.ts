/** The block recovery: defaults, the printed form, and everything that is refused with its place in the file. */
import { describe, expect, it } from "vitest";
import { renderResolved } from "../../src/cli/check.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { catalogue } from "./catalogue.ts";

const HEAD = `duration: 7 days
sites: [{name: east}, {name: west}]
hosts:
  - {name: a, site: east, count: 3, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm}
  - {name: b, site: west, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm}
vms:
  - {name: web, count: 4, vcpus: 1, memory: 1 GiB, load: 10 %}
  - {name: db, vcpus: 1, memory: 1 GiB, load: 10 %, onHostDown: restore, data: {size: 100 GiB, writes: 2 MiB/s, rewritten: 10 %}}
`;
const FULL = `recovery:
  repositories: [{name: vault, site: west, write: 100 MiB/s, immutable: true}]
  backups: [{name: nightly, vms: [web, db], every: 12 h, full: 2 days, window: 6 h, keep: {points: 5, for: 30 days}}]
  replication: [{name: mirror, vms: db, to: west, mode: synchronous}, {name: ship, vms: [web-1], to: west, every: 5 min, line: 100 Mbit/s}]
  runbooks:
    - name: dr
      site: east
      to: west
      steps: [{name: web, vms: web, after: db, prepare: 5 min}, {name: db, vms: db}]
  events:
    - {at: 2 days, do: lose site, site: east, for: 6 h, data: destroyed}
    - {at: 1 day, do: ransomware, vms: web-2, unnoticed: 3 h}
    - {at: 3 days, do: fail back, runbook: dr}
    - {at: 12 h, do: test, runbook: dr}
`;
const load = (more: string, head = HEAD) => loadScenario(head + more, "f.yaml", catalogue);
const recoveryOf = (more: string) => {
  const loaded = load(more);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return loaded;
};
/** "path: message" with line:column. */
const problemsOf = (more: string, head = HEAD): string[] => {
  const loaded = load(more, head);
  return loaded.ok ? [] : loaded.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}`);
};
const COVERED = "recovery:\n  repositories: [{name: vault, site: west}]\n  backups: [{name: nightly, vms: db}]\n";

const BOOK = "  runbooks:\n    - {name: dr, site: east, to: west, steps: ";

describe("recovery in a scenario", () => {
  it("has defaults for everything but names, and base units", () => {
    const { scenario } = recoveryOf(FULL);
    expect(scenario.recovery).toEqual({
      repositories: [{ name: "vault", site: "west", writeMiBPerSecond: 100, readMiBPerSecond: 100, streams: 8, capacityMiB: null, immutable: true }],
      backups: [
        {
          name: "nightly",
          vms: ["db", "web"],
          to: "vault",
          startSeconds: 79_200,
          everySeconds: 43_200,
          fullEvery: 4,
          fullBy: "copy",
          windowSeconds: 21_600,
          keep: { points: 5, seconds: 30 * 86_400, merge: false },
        },
      ],
      replication: [
        expect.objectContaining({ name: "mirror", vms: ["db"], to: "west", mode: "synchronous", roundTripSeconds: 0.002, writeMiB: 1 / 64, outstanding: 8 }),
        // 100 Mbit/s = 12.5e6 B/s = 11.92 MiB/s
        expect.objectContaining({ name: "ship", vms: ["web-1"], mode: "asynchronous", everySeconds: 300, lineMiBPerSecond: 12.5e6 / 2 ** 20, seeded: true }),
      ],
      runbooks: [
        {
          name: "dr",
          site: "east",
          to: "west",
          declareSeconds: 1800,
          steps: [
            { name: "db", vms: ["db"], after: [], prepareSeconds: 0, wait: "running" },
            { name: "web", vms: ["web"], after: ["db"], prepareSeconds: 300, wait: "running" },
          ],
        },
      ],
      events: [
        { atSeconds: 43_200, do: "test", runbook: "dr", forSeconds: 7200 },
        { atSeconds: 86_400, do: "ransomware", vms: ["web-2"], unnoticedSeconds: 10_800 },
        { atSeconds: 172_800, do: "lose site", site: "east", forSeconds: 21_600, data: "destroyed" },
        { atSeconds: 259_200, do: "fail back", runbook: "dr" },
      ],
    });
    expect(scenario.vms.find((g) => g.name === "db")?.data).toEqual({ diskMiB: 102_400, writesMiBPerSecond: 2, hotShare: 0.1 });
    expect(scenario.vms.find((g) => g.name === "web")?.data).toEqual({ diskMiB: 40 * 1024, writesMiBPerSecond: 1, hotShare: 0.05 });
  });
  it("prints as a file that loads to the same", () => {
    const first = recoveryOf(FULL);
    const shown = renderResolved(first.scenario, first.marks);
    const again = loadScenario(shown, "f.yaml", catalogue);
    expect(again.ok && again.scenario.recovery).toEqual(first.scenario.recovery);
  });
  it("is not there unless it is asked for", () => {
    const loaded = load("", HEAD.replace("onHostDown: restore, ", ""));
    expect(loaded.ok && loaded.scenario.recovery).toBeNull();
  });

  // The mark ¦ stands where the problem must be found.
  it.each([
    ["replication to an unknown site", `${COVERED}  replication: [{name: r, vms: web, to: ¦wset}]`, 'recovery.replication[0].to: there is no site "wset"'],
    [
      "steps that wait for each other",
      `${COVERED}${BOOK}[{name: x, vms: web, after: ¦y}, {name: y, vms: db, after: x}]}`,
      "recovery.runbooks[0].steps[0].after: the steps wait for each other: x after y after x",
    ],
    ["a step that waits for itself", `${COVERED}${BOOK}[{name: x, vms: web, after: ¦x}]}`, "recovery.runbooks[0].steps[0].after: the step x waits for itself"],
    [
      "a runbook to the site that is lost",
      `${COVERED}  runbooks:\n    - {name: dr, site: east, to: ¦east, steps: [{name: x, vms: web}]}`,
      "recovery.runbooks[0].to: is the site that is lost",
    ],
    ["a step after one that is not there", `${COVERED}${BOOK}[{name: x, vms: web, after: ¦db}]}`, 'recovery.runbooks[0].steps[0].after: there is no step "db"'],
    [
      "a VM in two steps",
      `${COVERED}${BOOK}[{name: x, vms: web}, {name: y, vms: ¦web}]}`,
      "recovery.runbooks[0].steps[1].vms: web is brought back by the step x already",
    ],
    ["a VM nobody knows", `${COVERED}  replication: [{name: r, vms: ¦weeb, to: west}]`, 'recovery.replication[0].vms: there is no VM "weeb"'],
    [
      "fulls that no run meets",
      "recovery:\n  repositories: [{name: vault, site: west}]\n  backups: [{name: n, vms: db, every: 5 h, full: ¦7 h}]",
      "recovery.backups[0].full: is no multiple of the time between runs",
    ],
    ["a backup without a repository", "recovery:\n  backups: [{¦name: n, vms: db}]", "recovery.backups[0].to: there is no repository to keep it"],
    [
      "what belongs to the other mode",
      `${COVERED}  replication: [{name: r, vms: web, to: west, ¦roundTrip: 1 ms}]`,
      "recovery.replication[0].roundTrip: means nothing for asynchronous replication",
    ],
    ["an event without its whom", `${COVERED}  events: [{¦at: 1 h, do: lose site}]`, "recovery.events[0].site: is required for lose site"],
    ["an event with too much", `${COVERED}  events: [{at: 1 h, do: lose data, vms: db, ¦site: east}]`, "recovery.events[0].site: means nothing for lose data"],
    ["an unknown runbook", `${COVERED}  events: [{at: 1 h, do: fail back, runbook: ¦dr}]`, 'recovery.events[0].runbook: there is no runbook "dr"'],
  ])("refuses %s", (_what, marked, problem) => {
    const before = (HEAD + marked).split("¦")[0].split("\n");
    expect(problemsOf(`${marked.replace("¦", "")}\n`)).toEqual([`${before.length}:${before[before.length - 1].length + 1} ${problem}`]);
  });
  it("refuses to restore what has no copy", () => {
    const line = HEAD.split("\n")[7];
    expect(problemsOf("")).toEqual([`8:${line.indexOf("restore,") + 1} vms[1].onHostDown: there is no copy to restore it from`]);
  });
  it("refuses regular copies where nothing ends the run, and replicas where there is one site", () => {
    expect(problemsOf(COVERED, HEAD.replace("7 days", "until done")).some((p) => p.includes("goes on for ever"))).toBe(true);
    const one = HEAD.replace(/sites:.*\n/, "").replaceAll(/site: \w+, /g, "");
    expect(problemsOf("recovery:\n  replication: [{name: r, vms: db, to: west}]\n", one).some((p) => p.includes('no site "west"'))).toBe(true);
  });
});
