/** Paths of the network by hand: which links traffic crosses, and what each leaves it. 1 Gbit/s is 125e6 bytes/s. */
import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";
import { Flows } from "../../src/model/flows.ts";
import { createHosts } from "../../src/model/hosts.ts";
import { type Endpoint, Network } from "../../src/model/network.ts";
import type { NetworkSpec, NicSpec, SwitchSpec } from "../../src/model/network-spec.ts";
import type { HostClass } from "../../src/model/spec.ts";
import { host, ideal } from "../support/build.ts";

const MIB = 1 << 20;
/** MiB that 1 Gbit/s carries in a second. */
const SECOND = 125e6 / MIB;
const nic = (over: Partial<NicSpec> = {}): NicSpec => ({ name: "card", gbitPerSecond: 1, count: 1, bond: "active", networks: null, ...over });
const network = (over: Partial<NetworkSpec>): NetworkSpec => ({ name: "n", kind: "guest", vlan: null, limitGbitPerSecond: null, weight: 1, ...over });

function world(hosts: readonly HostClass[], spec: { networks?: NetworkSpec[]; switches?: SwitchSpec[] } = {}) {
  const kernel = new Kernel();
  const flows = new Flows(kernel, 2, 1);
  const net = new Network(flows, createHosts(hosts), spec);
  kernel.on(2, (i) => later[i]());
  const later: (() => void)[] = [];
  const ends: Record<string, number> = {};
  const note = (name: string) => (): void => {
    ends[name] = kernel.now;
  };
  return {
    net,
    flows,
    /** Sends `seconds` at 1 Gbit/s worth of data. */
    send(name: string, from: Endpoint, to: Endpoint, seconds: number, over = "migration") {
      return net.start(from, to, seconds * SECOND, Number.POSITIVE_INFINITY, over, note(name), note(`${name} broken`));
    },
    at: (time: number, what: () => void) => void kernel.schedule(time, 0, 2, later.push(what) - 1),
    ends(): Record<string, number> {
      kernel.run();
      for (const [name, end] of Object.entries(ends)) ends[name] = Number(end.toFixed(9));
      return ends;
    },
  };
}

const a = { host: 0 };
const b = { host: 1 };
const c = { host: 2 };
const three = (over: Partial<HostClass> = {}): HostClass[] => ["a", "b", "c"].map((name) => host({ name, ...over }));

describe("cards", () => {
  it("a copy goes at the pace of the slower card, and each direction has its own capacity", () => {
    const w = world([host({ name: "a" }), host({ name: "b", networkGbitPerSecond: 4 })]);
    w.send("there", a, b, 3);
    w.send("back", b, a, 5);
    expect(w.ends()).toEqual({ there: 3, back: 5 });
  });
  it("two copies out of one card have half of it each, though they go to different hosts", () => {
    const w = world(three());
    w.send("to b", a, b, 1);
    w.send("to c", a, c, 2);
    // Half each until the first 1 is through at 2; the second has 1 left then.
    expect(w.ends()).toEqual({ "to b": 2, "to c": 3 });
  });
  it("a bond of two carries two copies at the pace of one card each, and one copy no faster", () => {
    const w = world(three({ nics: [nic({ count: 2 })] }));
    w.send("x", a, b, 1);
    w.send("y", a, c, 1);
    expect(w.ends()).toEqual({ x: 1, y: 1 });
    const alone = world(three({ nics: [nic({ count: 2 })] }));
    alone.send("x", a, b, 1);
    expect(alone.ends()).toEqual({ x: 1 });
  });
  it("when one card of the bond fails at 0.5, both share the other: 0.5 left each at half pace", () => {
    const w = world(three({ nics: [nic({ count: 2 })] }));
    w.send("x", a, b, 1);
    w.send("y", a, c, 1);
    w.at(0.5, () => expect(w.net.setLink("a/card.2", false)).toBe(true));
    expect(w.ends()).toEqual({ x: 1.5, y: 1.5 });
  });
  it("a card that stands by adds nothing, and takes over when the first fails", () => {
    const w = world(three({ nics: [nic({ count: 2, bond: "standby" })] }));
    w.send("x", a, b, 1);
    w.send("y", a, c, 1);
    w.at(0.5, () => w.net.setLink("a/card.1", false));
    expect(w.ends()).toEqual({ x: 2, y: 2 });
  });
  it("networks on cards of their own do not meet; on a shared card they do", () => {
    const apart = world(three({ nics: [nic({ name: "front" }), nic({ name: "back", networks: ["migration"] })] }));
    apart.send("migration", a, b, 1);
    apart.send("backup", a, b, 1, "backup");
    expect(apart.ends()).toEqual({ migration: 1, backup: 1 });
    const shared = world(three());
    shared.send("migration", a, b, 1);
    shared.send("backup", a, b, 1, "backup");
    expect(shared.ends()).toEqual({ migration: 2, backup: 2 });
  });
  it("weights 1 and 3 share a full card 1/4 and 3/4", () => {
    const w = world(three(), { networks: [network({ name: "copies", kind: "backup", weight: 3 })] });
    w.send("migration", a, b, 1);
    w.send("backup", a, b, 1, "copies");
    // The backup is through at 4/3; the migration has had 1/3 by then and does the other 2/3 alone.
    expect(w.ends()).toEqual({ backup: Number((4 / 3).toFixed(9)), migration: 2 });
  });
  it("a network's own limit and the product's share of migrations hold back what the card would carry", () => {
    const limited = world(three(), { networks: [network({ name: "copies", kind: "backup", limitGbitPerSecond: 0.25 })] });
    limited.send("backup", a, b, 1, "copies");
    limited.send("migration", a, b, 3);
    expect(limited.ends()).toEqual({ backup: 4, migration: 4 });
    const share = world(three({ hypervisor: { ...ideal, migration: { ...ideal.migration, bandwidthShare: 0.5 } } }));
    share.send("migration", a, b, 1);
    expect(share.ends()).toEqual({ migration: 2 });
  });
  it("a copy within one host crosses no card", () => {
    const w = world(three());
    w.send("across", a, b, 1);
    w.send("within", a, a, 100);
    expect(w.ends()).toEqual({ within: 0, across: 1 });
  });
});

describe("switches", () => {
  const rack = { name: "tor", hosts: ["a", "b"], uplinkGbitPerSecond: 1, uplinks: 1 };
  it("an uplink of 1 is shared by two cards of 1 on their way out of the rack; inside nothing is in the way", () => {
    const w = world(three({ networkGbitPerSecond: 2 }), { switches: [rack] });
    w.send("a to c", a, c, 1);
    w.send("b outside", b, { outside: true }, 1, "guest");
    w.send("a to b", a, b, 1);
    // The uplink gives the first two 0.5 each; a's card of 2 leaves 1.5 to the third, which is all that b's card leaves, too.
    expect(w.ends()).toEqual({ "a to b": Number((1 / 1.5).toFixed(9)), "a to c": 2, "b outside": 2 });
  });
  it("a failed uplink breaks what crosses it, not what stays in the rack; what does not mind waits", () => {
    const w = world(three(), { switches: [rack] });
    w.send("out", a, c, 2);
    w.send("in", a, b, 1);
    w.net.start(c, b, SECOND, Number.POSITIVE_INFINITY, "backup", () => undefined);
    w.at(1, () => w.net.setLink("tor/uplink", false));
    w.at(1, () => expect([w.net.isUp(0, "migration"), w.net.isUp(2, "migration")]).toEqual([false, true]));
    w.at(3, () => w.net.setLink("tor/uplink", true));
    // Both have half of a's card up to 1; then `in` has it alone for the half it still misses.
    expect(w.ends()).toEqual({ "out broken": 1, in: 1.5 });
  });
  it("a copy that waits for its link goes on where it was", () => {
    const w = world(three(), { switches: [rack] });
    const done: number[] = [];
    w.net.start(c, b, 2 * SECOND, Number.POSITIVE_INFINITY, "backup", () => done.push(w.flows.links.length));
    w.at(1, () => w.net.setLink("tor/uplink", false));
    w.at(3, () => w.net.setLink("tor/uplink", true));
    w.ends();
    w.flows.settle();
    expect(done).toHaveLength(1);
    const uplink = w.flows.links.find(({ name }) => name === "tor/uplink in");
    // Two seconds' worth went over it, within the four seconds of which it was down for two.
    expect([uplink?.transferIntegral, uplink?.downSeconds]).toEqual([2 * SECOND, 2]);
  });
});

describe("failures of components", () => {
  it("a failed card takes its part of the bond; it and the scenario's own going down are two causes of one card", () => {
    const w = world(three({ nics: [nic({ count: 2 })] }));
    w.send("one", a, b, 2);
    w.send("two", a, c, 2);
    // Two cards carry both for 1 s; from then on one card half of each.
    w.at(1, () => w.net.failCard(0, 1, true));
    w.at(2, () => w.net.setLink("a/card.2", false));
    w.at(2.5, () => w.net.setLink("a/card.2", true));
    w.at(4, () => w.net.failCard(0, 1, false));
    // Each has 1 left at 1 s, a half is through at 2 s, the other at 3 s.
    expect(w.ends()).toEqual({ one: 3, two: 3 });
    expect([w.net.cards(0), w.net.isUp(0, "migration")]).toEqual([2, true]);
  });
  it("a host that two causes cut off carries again when both are over; what was on its way is broken off", () => {
    const w = world(three());
    w.send("broken off", a, b, 2);
    w.at(1, () => w.net.cutOff(0, true));
    w.at(2, () => w.net.cutOff(0, true));
    w.at(3, () => w.net.cutOff(0, false));
    const up: boolean[] = [];
    w.at(3.5, () => up.push(w.net.isUp(0, "migration"), w.net.takesMigrations(0)));
    w.at(4, () => w.net.cutOff(0, false));
    w.at(5, () => w.send("after", a, b, 1));
    expect(w.ends()).toEqual({ "broken off broken": 1, after: 6 });
    expect(up).toEqual([false, false]);
  });
});

describe("what cannot be", () => {
  it("an unknown link, an unknown network, and a host without a card for the network are errors", () => {
    const w = world(three({ nics: [nic({ networks: ["guest"] })] }));
    expect(() => w.net.setLink("a/nosuch", false)).toThrow('there is no link "a/nosuch"');
    expect(() => w.net.setLink("a/card.2", false)).toThrow('there is no link "a/card.2"');
    expect(() => w.send("x", a, b, 1, "vmotion")).toThrow('there is no network "vmotion"');
    expect(() => w.send("x", a, b, 1)).toThrow("host a has no card for the network migration");
    expect([w.net.carries(0, "guest"), w.net.carries(0, "migration")]).toEqual([true, false]);
  });
});
