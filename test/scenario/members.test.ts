import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHosts } from "../../src/model/hosts.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { groupOfMember, memberName, memberNames, naturalCompare } from "../../src/scenario/members.ts";
import { vmNames } from "../../src/workload/direct.ts";
import { catalogue } from "./catalogue.ts";

describe("names of members", () => {
  it("one VM or host has the group's name, several are numbered with equal digits", () => {
    expect(memberNames({ name: "web", count: 1 })).toEqual(["web"]);
    expect(memberName({ name: "web", count: 12 }, 0)).toBe("web-01");
    expect(memberName({ name: "web", count: 9 }, 8)).toBe("web-9");
  });
  it.each([1, 2, 9, 10, 12])("are the model's and the workload's names for %i", (count) => {
    const loaded = loadScenario(
      `duration: 1 day\nhosts: [{name: h, count: ${count}, server: dell-r740-8280, hypervisor: kvm}]\nvms: [{name: v, size: small, load: idle}]`,
      "f",
      catalogue,
    );
    if (!loaded.ok) throw new Error("the file should load");
    const hosts = createHosts(loaded.scenario.hosts);
    expect(Array.from({ length: count }, (_, i) => hosts.name(i))).toEqual(memberNames({ name: "h", count }));
    expect(vmNames("h", count)).toEqual(memberNames({ name: "h", count }));
  });
  it("a member's name leads to its group and no other", () => {
    const groups = new Map([
      ["a", { name: "a", count: 12 }],
      ["b-1", { name: "b-1", count: 3 }],
    ]);
    expect(groupOfMember(groups, "a-07")?.name).toBe("a");
    expect(groupOfMember(groups, "b-1-3")?.name).toBe("b-1");
    for (const name of ["a", "a-7", "a-13", "a-00", "b-1", "c-01"]) expect(groupOfMember(groups, name), name).toBeUndefined();
  });
});

describe("natural order", () => {
  it("counts numbers in names", () => {
    expect(["old-10", "new", "old-2", "old-02", "Old", "old"].toSorted(naturalCompare)).toEqual(["Old", "new", "old", "old-02", "old-2", "old-10"]);
  });
  it("is a total order: one result for any first order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-c0-3-]{0,6}$/), { minLength: 2, maxLength: 6 }), (names) => {
        expect([...names].reverse().toSorted(naturalCompare)).toEqual(names.toSorted(naturalCompare));
      }),
    );
  });
});
