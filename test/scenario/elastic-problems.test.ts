/** What is refused about pools, cores of their own, services and autoscaling: all at once, each with its place and a way out. */
import { describe, expect, it } from "vitest";
import { loadScenario } from "../../src/scenario/load.ts";
import { catalogue } from "./catalogue.ts";

const HEAD = `duration: 1 day
hosts:
  - {name: h, cores: 8, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100 W}, hypervisor: kvm}
`;
/** Problems as `line: path: message`. */
function problems(text: string): string[] {
  const loaded = loadScenario(HEAD + text, "f.yaml", catalogue);
  return loaded.ok ? [] : loaded.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`).toSorted();
}
const group = (rest: string): string => `  - {name: v, vcpus: 2, memory: 4 GiB, ${rest}}\n`;

describe("pools", () => {
  it("unknown names, circles, twice the same name and a limit below the reservation, all at once", () => {
    expect(
      problems(`pools:
  - {name: a, parent: b}
  - {name: b, parent: a}
  - {name: c}
  - {name: c, parent: prodution, limit: 1 GHz, reservation: 2 GHz}
vms:
${group("load: 10 %, pool: nowhere")}`),
    ).toEqual(
      [
        "4: pools: a is in b is in a: a pool cannot be inside itself",
        '8: pools[3].name: another pool is named "c"',
        '8: pools[3].parent: there is no pool "prodution"',
        "8: pools[3].limit: the limit is below the reservation",
        '10: vms[0].pool: there is no pool "nowhere"',
      ].toSorted(),
    );
  });
  it("reservations inside one that may not borrow, beyond its own", () => {
    expect(
      problems(`pools:
  - {name: a, reservation: 2 GHz, expandable: false}
  - {name: b, parent: a, reservation: 3 GHz}
vms:
${group("load: 10 %, pool: b")}`)[0],
    ).toBe("5: pools[0].reservation: b reserve 3 GHz inside it, more than its own 2 GHz, and it is not expandable");
  });
});

describe("cores of their own", () => {
  it("where no product gives any", () => {
    expect(problems(`vms:\n${group("load: 10 %, cpus: dedicated")}`)).toEqual([]);
    const desktop = loadScenario(`${HEAD.replace("kvm", "virtualbox")}vms:\n${group("load: 10 %, cpus: dedicated")}`, "f.yaml", catalogue);
    expect(desktop.ok ? [] : desktop.problems.map((p) => p.message)).toEqual(["no product here lets vCPUs own cores: Oracle VirtualBox"]);
  });
});

describe("services and scaling", () => {
  it("options of another policy, a size beyond the group, a plan that is missing", () => {
    expect(
      problems(`vms:
  - name: v
    count: 4
    vcpus: 2
    memory: 4 GiB
    load: {service: {pieces: [{for: 1 h, cpu: 2 GHz}]}}
    scaling: {policy: schedule, target: 50 %, max: 9}
`),
    ).toEqual(
      [
        "10: vms[0].scaling.target: means nothing for schedule: it belongs to target-tracking and predictive",
        "10: vms[0].scaling.plan: is required for schedule",
        "10: vms[0].scaling.max: the group has 4 VMs: at most as many",
      ].toSorted(),
    );
  });
  it("members of a load that nobody shares", () => {
    expect(problems(`vms:\n${group("load: 10 %, scaling: {policy: threshold}")}`)).toEqual(
      ["5: vms[0].scaling.direction: only the members of a service can share its load"].toSorted(),
    );
  });
  it("a service that is both, has no end, or waits for its work", () => {
    expect(problems(`vms:\n${group("load: {service: {}}, progress: work, lifetime: 1 h")}`)).toEqual(
      [
        "5: vms[0].load.service: says nothing",
        "5: vms[0].lifetime: means nothing for a service: its members are there from the start, or as scaling says",
        "5: vms[0].progress: a service does not wait for work it could not do: only replay",
      ].toSorted(),
    );
  });
  it("sizes of events", () => {
    expect(problems(`vms:\n${group("load: 10 %")}events:\n  - {at: 1 h, vm: v, do: vcpus, to: many}\n  - {at: 1 h, vm: v, do: memory}\n`)).toEqual(
      ['7: events[0].to: "many" is not a number of vCPUs', "8: events[1].to: is required for memory"].toSorted(),
    );
  });
});
