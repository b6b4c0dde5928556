/** Disks and networks in a scenario: defaults, the printed form, and everything that is refused with its place in the file. */
import { describe, expect, it } from "vitest";
import { renderResolved } from "../../src/cli/check.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { catalogue } from "./catalogue.ts";

const FULL = `duration: 7 days
hosts:
  - {name: old, count: 2, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm, nics: [{name: front, speed: 10 Gbit/s, count: 2, networks: [tenants]}, {name: back, speed: 25 Gbit/s}]}
  - {name: new, cores: 4, speed: 2 GHz, memory: 64 GiB, power: {model: constant, draw: 100}, hypervisor: kvm}
datastores:
  - {name: san, capacity: 2 TiB, iops: 2000, throughput: 200 MiB/s, network: 10 Gbit/s, hosts: [old-1, new]}
  - {name: ssd, local: old, capacity: 1 TiB, iops: 50000, throughput: 1 GiB/s, latency: 200 us}
networks: [{name: tenants, for: guest, vlan: 100, limit: 2 Gbit/s, weight: 2}]
switches: [{name: tor, hosts: [old, new], uplink: 40 Gbit/s, uplinks: 2}]
vms:
  - name: db
    vcpus: 1
    memory: 1 GiB
    load: 10 %
    io: {iops: 500, throughput: 8 MiB/s, network: 1 Gbit/s, reads: 60 %, received: 20 %, waits: 30 %, over: tenants, passThrough: true}
    disks:
      - {size: 100 GiB, datastore: san, used: 40 GiB, growth: 24 GiB/day, change: 240 GiB/day, shares: high, io: 90 %, limitIops: 1000}
      - {size: 10 GiB, datastore: ssd, kind: thick, io: 10 %, limitThroughput: 20 MiB/s}
events:
  - {at: 1 h, vm: db, do: snapshot}
  - {at: 2 h, vm: db, do: delete snapshots}
  - {at: 3 h, link: old/front.2, do: down}
  - {at: 4 h, link: tor/uplink, do: up}
  - {at: 5 h, datastore: ssd@old-2, do: resize, to: 2 TiB}
`;
const load = (text: string) => loadScenario(text, "f.yaml", catalogue);
const loaded = (text: string) => {
  const found = load(text);
  if (!found.ok) throw new Error(JSON.stringify(found.problems, null, 1));
  return found;
};
/** "path: message" of each problem; the text is FULL with one part replaced. */
const problems = (from: string, to: string): string[] => {
  if (!FULL.includes(from)) throw new Error(`the example has no ${from}`);
  const found = load(FULL.replace(from, to));
  return found.ok ? [] : found.problems.map((p) => `${p.path}: ${p.message}${p.suggestion === undefined ? "" : ` (${p.suggestion}?)`}`);
};

describe("disks and networks in a scenario", () => {
  it("come out in base units, lists in the order of their names", () => {
    const { scenario } = loaded(FULL);
    expect(scenario.datastores).toEqual([
      {
        name: "san",
        capacityMiB: 2 << 20,
        iops: 2000,
        mibPerSecond: 200,
        latencySeconds: 1 / 2000,
        localTo: null,
        hosts: ["old-1", "new"],
        networkGbitPerSecond: 10,
      },
      { name: "ssd", capacityMiB: 1 << 20, iops: 50000, mibPerSecond: 1024, latencySeconds: 0.0002, localTo: "old", hosts: null, networkGbitPerSecond: null },
    ]);
    expect(scenario.networks).toEqual([{ name: "tenants", kind: "guest", vlan: 100, limitGbitPerSecond: 2, weight: 2 }]);
    expect(scenario.switches).toEqual([{ name: "tor", hosts: ["old", "new"], uplinkGbitPerSecond: 40, uplinks: 2 }]);
    expect(scenario.hosts.map(({ nics }) => nics)).toEqual([
      undefined,
      [
        { name: "back", gbitPerSecond: 25, count: 1, bond: "active", networks: null },
        { name: "front", gbitPerSecond: 10, count: 2, bond: "active", networks: ["tenants"] },
      ],
    ]);
    const [db] = scenario.vms;
    expect(db?.io).toEqual({
      iops: 500,
      diskMiBPerSecond: 8,
      gbitPerSecond: 1,
      readShare: 0.6,
      receivedShare: 0.2,
      waitShare: 0.3,
      network: "tenants",
      passThrough: true,
    });
    // 24 GiB a day are 24 x 1024 MiB in 86,400 s.
    expect(db?.disks?.[0]).toEqual({
      sizeMiB: 102_400,
      datastore: "san",
      kind: "thin",
      usedMiB: 40_960,
      growthMiBPerSecond: Number((24 * (1024 / 86_400)).toPrecision(15)),
      changeMiBPerSecond: Number((240 * (1024 / 86_400)).toPrecision(15)),
      ioShare: 0.9,
      shares: 2,
      limitIops: 1000,
      limitMiBPerSecond: null,
    });
    expect(db?.disks?.[1]).toMatchObject({ kind: "thick", usedMiB: 0, shares: 1, ioShare: 0.1, limitMiBPerSecond: 20 });
    expect(scenario.events.filter((event) => "link" in event || "datastore" in event)).toEqual([
      { atSeconds: 10_800, link: "old-1/front.2", do: "down" },
      { atSeconds: 10_800, link: "old-2/front.2", do: "down" },
      { atSeconds: 14_400, link: "tor/uplink", do: "up" },
      { atSeconds: 18_000, datastore: "ssd@old-2", do: "resize", capacityMiB: 2 << 20 },
    ]);
  });
  it("print as a scenario that means the same", () => {
    const { scenario, marks } = loaded(FULL);
    const again = loaded(renderResolved(scenario, marks)).scenario;
    for (const part of ["datastores", "networks", "switches", "vms", "events"] as const) expect(again[part]).toEqual(scenario[part]);
    expect(again.hosts.map(({ nics }) => nics)).toEqual(scenario.hosts.map(({ nics }) => nics));
  });
  it("all I/O goes to the first disk unless the disks say otherwise", () => {
    const { scenario } = loaded(FULL.replace(", io: 90 %", "").replace(", io: 10 %", ""));
    expect(scenario.vms[0]?.disks?.map(({ ioShare }) => ioShare)).toEqual([1, 0]);
  });
  it.each<[string, string, string, string[]]>([
    ["an unknown datastore", "datastore: san, used", "datastore: sun, used", ['vms[0].disks[0].datastore: there is no datastore "sun" (san?)']],
    ["more in use than there is", "used: 40 GiB", "used: 400 GiB", ["vms[0].disks[0].used: is more than the size of the disk"]],
    ["a clone without an image", "kind: thick, io", "kind: linked, io", ["vms[0].disks[1].used: is required for a linked clone: the size of its image"]],
    ["parts of the I/O that are not all of it", "io: 90 %", "io: 70 %", ["vms[0].disks: their parts of the I/O sum to 80 %, not 100 %"]],
    [
      "a latency below one I/O after the other",
      "latency: 200 us",
      "latency: 1 us",
      ["datastores[1].latency: is less than 1 / iops: one I/O after the other would already be faster than 50000 a second"],
    ],
    ["a local datastore of no group", "local: old", "local: odd", ['datastores[1].local: there is no group of hosts "odd" (old?)']],
    ["a local datastore on the network", "local: old,", "local: old, network: 1 Gbit/s,", ["datastores[1].network: means nothing for a local datastore"]],
    ["a datastore for unknown hosts", "hosts: [old-1, new]", "hosts: [old-3, new]", ['datastores[0].hosts[0]: there is no host "old-3" (old?)']],
    ["an unknown network of a card", "networks: [tenants]", "networks: [tenant]", ['hosts[0].nics[0].networks[0]: there is no network "tenant" (tenants?)']],
    ["two cards for the rest", "count: 2, networks: [tenants]", "count: 2", ['hosts[0].nics[0]: and "back" both carry what no card names']],
    ["an unknown network of a VM", "over: tenants", "over: tenant", ['vms[0].io.over: there is no network "tenant" (tenants?)']],
    ["a network that is not for guests", "for: guest", "for: backup", ['vms[0].io.over: "tenants" is for backup']],
    [
      "a name of another kind",
      "[{name: tenants, for: guest, ",
      "[{name: storage, for: backup}, {name: tenants, for: guest, ",
      ['networks[0].name: "storage" is the name of another kind of network'],
    ],
    [
      "a host behind two switches",
      "switches: [",
      "switches: [{name: tor-b, hosts: [old-2], uplink: 1 Gbit/s}, ",
      ['switches[0].hosts[0]: old-2 is behind the switch "tor" already'],
    ],
    ["a card that is not there", "old/front.2", "old/front.3", ['events[2].link: there is no link "old/front.3"']],
    ["an uplink that is not there", "tor/uplink, do", "tor/uplink.3, do", ['events[3].link: there is no link "tor/uplink.3"']],
    ["a local datastore without its host", "datastore: ssd@old-2", "datastore: ssd", ['events[4].datastore: there is no datastore "ssd"']],
    ["a resize to nowhere", "do: resize, to: 2 TiB", "do: resize", ["events[4].to: is required for resize"]],
    ["a link that is asked to migrate", "link: tor/uplink, do: up", "link: tor/uplink, do: migrate", ['events[3].do: a link cannot "migrate"']],
    ["both speeds of cards", "hypervisor: kvm, nics", "hypervisor: kvm, network: 1 Gbit/s, nics", ["hosts[0].network: stands beside nics"]],
    [
      "two datastores of one name",
      "{name: ssd, local",
      "{name: san, local",
      expect.arrayContaining(['datastores[1].name: another datastore is named "san"']) as string[],
    ],
  ])("%s is refused", (_what, from, to, expected) => {
    expect(problems(from, to)).toEqual(expected);
  });
});
