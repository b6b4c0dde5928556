/** The block maintenance: defaults, the printed form, and what is refused. */
import { describe, expect, it } from "vitest";
import { renderResolved } from "../../src/cli/check.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { catalogue } from "./catalogue.ts";

const HEAD = `duration: 7 days
hosts:
  - {name: a, count: 3, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm}
  - {name: b, count: 2, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm, state: off}
  - {name: desk, count: 5, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: virtualbox}
vms:
  - {name: web, count: 4, vcpus: 1, memory: 1 GiB, load: 10 %}
`;
const load = (more: string, head = HEAD) => loadScenario(head + more, "f.yaml", catalogue);

describe("maintenance in a scenario", () => {
  it("has a default for everything but name, hosts and time; desktops suspend their VMs", () => {
    const loaded = load("maintenance: [{name: p, hosts: a, at: 1 day}, {name: d, hosts: desk, at: 2 h, spread: 3 days}]\n");
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const [d, p] = loaded.scenario.maintenance ?? [];
    expect(p).toEqual({
      name: "p",
      hosts: ["a"],
      do: "patch",
      by: [],
      startSeconds: 86_400,
      everySeconds: null,
      window: null,
      takesSeconds: 1200,
      reboot: true,
      atOnce: 1,
      vms: "migrate",
      patienceSeconds: 7200,
      pauseSeconds: 0,
      spreadSeconds: null,
      defect: null,
    });
    expect(d).toMatchObject({ name: "d", vms: "suspend", spreadSeconds: 259_200 });
  });
  it("prints as a file that loads to the same", () => {
    const first = load(`maintenance:
  - {name: p, hosts: [a], at: 1 day, window: {from: 20 h, for: 4 h}, atOnce: 2, pause: 5 min, defect: {share: 50 %, haltAfter: never}, every: 2 days}
  - {name: r, hosts: [a-1, a-2], do: replace, by: b, at: 3 days}
`);
    if (!first.ok) throw new Error(JSON.stringify(first.problems));
    const again = load("", renderResolved(first.scenario, first.marks));
    expect(again.ok && again.scenario.maintenance).toEqual(first.scenario.maintenance);
  });
  // The mark ¦ stands where the problem must be found.
  it.each([
    ["maintenance: [{name: p, hosts: ¦c, at: 1 h}]", 'maintenance[0].hosts: there is no host "c"'],
    ["maintenance: [{name: p, hosts: a, do: replace, by: ¦b, at: 1 h}]", "maintenance[0].by: 2 hosts come for 3 that go"],
    ["maintenance: [{¦name: p, hosts: a, do: replace, at: 1 h}]", "maintenance[0].by: is required for replace"],
    ["maintenance: [{name: p, hosts: a, do: remove, at: 1 h, ¦reboot: false}]", "maintenance[0].reboot: means nothing for remove"],
    ["maintenance: [{name: p, hosts: a, at: 1 h, spread: 1 h, ¦atOnce: 2}]", "maintenance[0].atOnce: means nothing beside spread: each host goes by itself"],
    ["maintenance: [{name: p, hosts: a, do: remove, at: 1 h, vms: ¦suspend}]", "maintenance[0].vms: VMs of a host that goes must leave it"],
    ["maintenance: [{name: p, hosts: a, at: 1 h}, {name: ¦p, hosts: b, at: 1 h}]", 'maintenance[1].name: another work is named "p"'],
    ["maintenance: [{name: p, hosts: a, at: 1 h, ¦window: {for: 30 h}}]", "maintenance[0].window: windows are longer than the time between them"],
  ])("refuses %s", (marked, problem) => {
    const before = (HEAD + marked).split("¦")[0].split("\n");
    const loaded = load(`${marked.replace("¦", "")}\n`);
    expect(loaded.ok ? [] : loaded.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}`)).toEqual([
      `${before.length}:${before[before.length - 1].length + 1} ${problem}`,
    ]);
  });
});
