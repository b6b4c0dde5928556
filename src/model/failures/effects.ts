/**
 * What the failure of each kind of component does: the units of a failure model.
 *
 * | kind | effect |
 * |---|---|
 * | host, hypervisor, host-os | the host is down with all its VMs (host-os: hosts of Type 2 products only) |
 * | disk | the host is down when more of its disks are than it tolerates; what was on them is lost |
 * | nic, switch | the host is cut off when all of its cards, or all of its switches, are down: VMs run on, unreachable; a described card is lost to its bond |
 * | rack, room, site, feed | hosts that have none of the kind left are down |
 * | cooling | the same once the grace is over and no cooling unit of theirs is back |
 * | operator | a share of the hosts goes down one after the other, as a bad patch reaches them |
 * | vm | the guest crashes, and nobody else notices |
 *
 * Proof: test/cases/failures.test.ts.
 */
import type { DomainKind, Domains } from "../domains.ts";
import type { Failing } from "../failing.ts";
import type { Hosts } from "../hosts.ts";
import type { NumbersOf } from "../names.ts";
import type { Network } from "../network.ts";
import * as V from "../vms.ts";
import type { Unit } from "./faults.ts";
import type { NetworkLoss } from "./network-loss.ts";
import type { FailureModel } from "./spec.ts";

/** What failures take down. */
export interface World {
  readonly hosts: Hosts;
  readonly vms: V.Vms;
  readonly names: NumbersOf;
  readonly domains: Domains;
  readonly failing: Failing;
  readonly network: NetworkLoss;
  /** Cards of the hosts, where the scenario describes them. */
  readonly links: Network;
  /** Hosts without cooling, since when; and those that went down for it. */
  readonly heat: { readonly since: Map<number, number>; readonly down: Set<number> };
  readonly now: () => number;
  /** Calls `then` so many seconds on. */
  after(seconds: number, then: () => void): void;
}

/** Components that share a common cause, by index into the units. */
export interface Group {
  readonly name: string;
  readonly members: number[];
}

/** Hosts of the model, in their order. */
export function hostsOf(world: World, which: readonly string[] | null): number[] {
  const all = which === null ? [...world.hosts.state.keys()] : which.flatMap((name) => world.names.host(name));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** The components of a model, and the groups that share its common cause. */
export function unitsOf(world: World, model: FailureModel): { units: Unit[]; groups: Group[] } {
  switch (model.of) {
    case "host":
    case "hypervisor":
    case "host-os":
    case "operator": {
      const typed = hostsOf(world, model.which).filter((h) => {
        const { type } = world.hosts.classes[world.hosts.classOf[h]].hypervisor;
        return model.of === "host-os" ? type === 2 : model.of !== "hypervisor" || type !== 0;
      });
      const units = typed.map((h) => hostUnit(world, model, h, world.hosts.name(h)));
      return { units, groups: model.of === "operator" ? [{ name: model.name, members: [...typed.keys()] }] : groupHosts(world, model, typed) };
    }
    case "disk":
    case "nic": {
      const hosts = hostsOf(world, model.which);
      const each = hosts.map((h) => arrayUnits(world, model, h));
      return { units: each.flat(), groups: groupHosts(world, model, hosts, model.perHost) };
    }
    case "vm": {
      const all = model.which === null ? [...world.vms.state.keys()] : [...new Set(model.which.flatMap((name) => world.names.vm(name)))].sort((a, b) => a - b);
      const units = all.map((v) => vmUnit(world, v));
      return { units, groups: [{ name: "all", members: [...all.keys()] }] };
    }
    default: {
      const domains = (model.which ?? [null]).flatMap((name) => world.domains.find(model.of as DomainKind, name ?? undefined));
      const units = [...new Set(domains)].sort((a, b) => a - b).map((d) => domainUnit(world, model, d));
      return { units, groups: [{ name: "all", members: [...units.keys()] }] };
    }
  }
}

/** Hosts that share a cause: those of a group, of a domain, or all. `perHost` components each. */
function groupHosts(world: World, model: FailureModel, hosts: readonly number[], perHost = 1): Group[] {
  if (model.beta === 0) return [];
  const groups = new Map<string, Group>();
  for (const [i, h] of hosts.entries()) {
    const { within } = model;
    let name = "all";
    if (within === "group") name = world.hosts.classes[world.hosts.classOf[h]].name;
    else if (within !== "all") {
      const d = world.domains.domainOf(h, within);
      name = d < 0 ? world.hosts.name(h) : world.domains.list[d].name;
    }
    let group = groups.get(name);
    if (group === undefined) {
      group = { name, members: [] };
      groups.set(name, group);
    }
    for (let k = 0; k < perHost; k++) group.members.push(i * perHost + k);
  }
  return [...groups.values()];
}

function hostUnit({ failing }: World, { boots }: FailureModel, h: number, name: string): Unit {
  return { name, fail: (failure) => failing.failHost(h, failure), repair: () => failing.repairHost(h, boots ? "boot" : "on") };
}

/** Several alike on one host, of which some may be down. */
function arrayUnits({ hosts, failing, network, links }: World, model: FailureModel, h: number): Unit[] {
  let down = 0;
  const cuts = model.of === "nic";
  // As many as the host's bonds have cards: they are those cards, in order.
  const isCard = cuts && links.isDescribed && links.cards(h) === model.perHost;
  return Array.from({ length: model.perHost }, (_, i) => ({
    name: `${hosts.name(h)} ${cuts ? "card" : "disk"} ${i + 1}`,
    fail(failure) {
      if (isCard) links.failCard(h, i, true);
      if (++down !== model.tolerates + 1) return;
      if (cuts) network.cutOff(h, failure);
      else {
        failing.dataLost(h, failure);
        failing.failHost(h, failure);
      }
    },
    repair() {
      if (isCard) links.failCard(h, i, false);
      if (down-- !== model.tolerates + 1) return;
      if (cuts) network.reconnect(h);
      else failing.repairHost(h, model.boots ? "boot" : "on");
    },
  }));
}

function vmUnit({ vms, failing }: World, v: number): Unit {
  return {
    name: vms.names[v],
    ready: () => vms.state[v] === V.RUNNING_VM && vms.host[v] >= 0,
    fail: (failure) => failing.crashVm(v, failure),
    repair: () => failing.restartVm(v, "guest restarted"),
  };
}

function domainUnit(world: World, model: FailureModel, d: number): Unit {
  const { domains, failing, network } = world;
  const { kind, name } = domains.list[d];
  if (kind === "cooling") return coolingUnit(world, model, d);
  const cuts = kind === "switch";
  return {
    name,
    fail(failure) {
      for (const h of domains.down(d)) {
        if (cuts) network.cutOff(h, failure);
        else failing.failHost(h, failure);
      }
    },
    repair() {
      for (const h of domains.up(d)) {
        if (cuts) network.reconnect(h);
        else failing.repairHost(h, model.boots ? "boot" : "on");
      }
    },
  };
}

/** Hosts go on for a while without cooling. Those that went down for it come back when one of their units does. */
function coolingUnit(world: World, model: FailureModel, d: number): Unit {
  const { domains, failing, heat } = world;
  return {
    name: domains.list[d].name,
    fail(failure) {
      const since = world.now();
      const hosts = domains.down(d);
      for (const h of hosts) heat.since.set(h, since);
      world.after(model.graceSeconds, () => {
        for (const h of hosts) {
          if (heat.since.get(h) !== since || heat.down.has(h)) continue;
          heat.down.add(h);
          failing.failHost(h, failure);
        }
      });
    },
    repair() {
      for (const h of domains.up(d)) {
        heat.since.delete(h);
        if (heat.down.delete(h)) failing.repairHost(h, model.boots ? "boot" : "on");
      }
    },
  };
}
