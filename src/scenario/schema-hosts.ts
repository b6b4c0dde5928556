/**
 * The part of the scenario schema that describes hosts: hardware, power, hypervisor.
 */
import * as z from "zod";
import { powerSupplyNames } from "../catalog/data/power-supplies.ts";
import { block, name, number, quantity, quantityOr, quantityOrNumber, whole, word } from "./fields.ts";
import { type HypervisorField, hypervisorFields, memoryFields, migrationFields } from "./hypervisor-fields.ts";
import { frequency, LARGEST_MEMORY_MIB, MOST_HOSTS, memory, time } from "./limits.ts";
import { nic } from "./schema-io.ts";
import { hostCosts } from "./schema-money.ts";

const MOST_WATTS = 1e9;
const watts = (about: string) => quantityOrNumber("power", about, { max: MOST_WATTS });

export const power = block({
  model: word(
    "How power follows load u: spec (11 measured points at 0, 10 .. 100 %), linear, square, cubic or square-root between idle and full, constant, or idle-epsilon (idle at u = 0, else epsilon + u (full - epsilon)).",
    "spec",
    "linear",
    "square",
    "cubic",
    "square-root",
    "constant",
    "idle-epsilon",
  ),
  watts: z.array(watts("Watts at one load.")).length(11).optional().describe("spec: watts at 0, 10 .. 100 % load."),
  idle: watts("Power of a host that is on and idle.").optional(),
  full: watts("Power at full load.").optional(),
  epsilon: watts("idle-epsilon: power at the least load above 0.").optional(),
  draw: watts("constant: power while on.").optional(),
  off: watts("Power while switched off. Default: 5 W, an estimate of the management processor and standby supply (2 to 15 W).").optional(),
}).describe("Power at the wall. Required unless `server` names a machine with a measured curve.");

/** Entries for a table of a hypervisor's numbers. */
const shapeOf = (fields: readonly HypervisorField[]) =>
  Object.fromEntries(
    fields.map(({ key, kind, about, none, bounds = {} }): [string, z.ZodOptional<z.ZodType>] => {
      if (kind === "number") return [key, (none ? z.union([number(about, 0, 1e6), z.literal("none")]).describe(about) : number(about, 0, 1e6)).optional()];
      if (kind === "whole") return [key, (none ? z.union([whole(about, 0, 1e9), z.literal("none")]).describe(about) : whole(about, 0, 1e9)).optional()];
      if (typeof kind !== "string") return [key, word(about, ...kind).optional()];
      return [key, (none ? quantityOr("none", kind, about, bounds) : quantity(kind, about, bounds)).optional()];
    }),
  );

const hypervisor = z
  .union([
    name("Catalogue name."),
    block({
      product: name("Catalogue name it starts from: esxi, hyperv, xen, kvm, virtualbox, workstation, parallels, none or ideal."),
      name: name("What to call it in results.").optional(),
      ...shapeOf(hypervisorFields),
      memory: block(shapeOf(memoryFields)).optional().describe("What it does when memory is short (docs/memory.md). Default: as the product."),
      migration: block(shapeOf(migrationFields)).optional().describe("How it moves running VMs. Default: as the product."),
    }),
  ])
  .describe(
    "Name from the catalogue (`hypervise show hypervisors`), or a block with `product` and the numbers to change. Required: it is what the simulation is about.",
  );

/** What switching a host costs, when a policy does it. */
const switching = block({
  boot: time("Time from off to on. Default: 260 s, measured on a two-socket server (Gandhi et al. 2012).").optional(),
  bootPower: quantityOr("full", "power", "Power while booting. Default: full, that of full load.", { max: MOST_WATTS }).optional(),
  shutdown: time("Time to shut down. Default: 60 s, an estimate (30 to 180).").optional(),
  shutdownPower: quantityOr("full", "power", "Power while shutting down. Default: full.", { max: MOST_WATTS }).optional(),
  bootFailure: quantity("share", "Chance that a boot ends with the host off again. Default: 0 %.", { max: 1 }).optional(),
  sleep: watts("Power while suspended to memory. Default: 12 W, a usual 5 to 10 % of peak (8 to 25 W).").optional(),
  suspend: time("Time to fall asleep. Default: 5 s (3 to 10).").optional(),
  wake: time("Time to wake up. Default: 8 s (4 to 15).").optional(),
  failed: quantityOr("idle", "power", "Power of a failed host, or idle, that of one without load (OpenDC's convention). Default: 0 W.", {
    max: MOST_WATTS,
  }).optional(),
}).describe("Time and power of switching when a policy does it; events of the scenario switch at once and for free.");

const several = (about: string) => z.union([name("One name."), z.array(name("One name.")).min(1).max(16)]).describe(about);

/** What hosts share with others, so that it can fail them together. */
const location = block({
  room: name("Room or hall.").optional(),
  rack: name("Rack; a group that fills several (`hostsPerRack`) numbers them: a-1, a-2, ...").optional(),
  hostsPerRack: whole("Hosts in each rack. Default: all of the group.", 1, 1_000_000).optional(),
  feed: several("Power feed; of a list any one is enough. `{rack}` stands for the rack's name, here and below.").optional(),
  cooling: several("Cooling unit; of a list any one is enough.").optional(),
  switch: several("Network switch; of a list any one is enough.").optional(),
}).describe("Where the hosts stand and what they depend on: failure domains (docs/failures.md). Default: unknown, each host by itself.");

const powerSupply = block({
  rated: quantity("power", "Rated output of all its supplies together.", { above: 0, max: MOST_WATTS }),
  efficiency: z
    .union([
      word("80 PLUS class.", ...(powerSupplyNames as [string, ...string[]])),
      z
        .array(
          block({
            load: quantity("share", "Output / rated output.", { above: 0, max: 1 }),
            efficiency: quantity("share", "Output / input there.", { above: 0, max: 1 }),
          }),
        )
        .min(1)
        .max(100),
    ])
    .describe("A class of the 80 PLUS programme, or points."),
}).describe("What its power supply loses of the power at the wall. Default: not told apart.");

export const hostGroup = block({
  name: name("Name of the group. A group of several hosts numbers them: old-01, old-02, ..."),
  count: whole("Hosts in the group. Default: 1.", 1, MOST_HOSTS).optional(),
  site: name("Name of the site they stand at. Required where there are several; default: the only one.").optional(),
  server: name("Machine from the catalogue (`hypervise show servers`): cores, threads, speed, memory and measured power.").optional(),
  cores: whole("Physical cores of one host. Default: as the server.", 1, 1_000_000).optional(),
  threadsPerCore: whole("Hardware threads of a core. Default: as the server, else 1.", 1, 16).optional(),
  smtGain: number(
    "Capacity of two busy threads on one core, in cores. Default: 1.25; 1 = SMT gives nothing. Counts when threadsPerCore is 2 or more.",
    1,
    2,
  ).optional(),
  numaNodes: whole(
    "NUMA nodes of one host; VMs wider than one reach some of their memory more slowly. Default: the sockets of the server, else 1.",
    1,
    64,
  ).optional(),
  remoteLatency: number(
    "Latency of memory at another NUMA node / at the own one. Default: 1.7, an estimate (1.4 to 2.1 measured on two-socket servers).",
    1,
    10,
  ).optional(),
  speed: frequency("Speed of one core. Default: as the server.").optional(),
  memory: memory("Memory of one host. Default: as the server was tested.").optional(),
  power: power.optional(),
  powerSupply: powerSupply.optional(),
  costs: hostCosts.optional(),
  pstates: z
    .array(block({ speed: frequency("Speed of one core in this state."), power }))
    .max(64)
    .optional()
    .describe("Further P-states, slower than `speed`. Default: none."),
  governor: word(
    "Who chooses the P-state, as in Linux' cpufreq: performance the fastest, powersave the slowest, ondemand the slowest that is at most 70 % busy, conservative one state up above 80 % and one down below 20 %. Default: performance.",
    "performance",
    "powersave",
    "ondemand",
    "conservative",
  ).optional(),
  hypervisor,
  network: quantity(
    "bandwidth",
    "Speed of its network card, in each direction; all traffic goes over it. Default: 10 Gbit/s, usual for servers since the middle of the 2010s.",
    {
      above: 0,
      max: 1e6,
    },
  ).optional(),
  nics: z.array(nic).min(1).max(64).optional().describe("Its network cards, in place of `network` (docs/network.md). Default: one card of that speed."),
  switching: switching.optional(),
  location: location.optional(),
  state: word("Whether the hosts are on at the start. Default: on.", "on", "off").optional(),
  programs: block({
    cores: number("Cores they keep busy.", 0, 1_000_000).optional(),
    memory: quantity("memory", "Memory they hold.", { max: LARGEST_MEMORY_MIB }).optional(),
  })
    .optional()
    .describe("Programs of the host's own user beside the VMs (Type 2). Default: none."),
}).describe("A group of equal hosts.");

export type UserPowerSupply = z.output<typeof powerSupply>;
