/**
 * The part of the scenario schema about disks and networks: datastores, networks, switches; cards of hosts; disks and I/O of VMs.
 */
import * as z from "zod";
import { block, name, number, quantity, quantityOrNumber, whole, word } from "./fields.ts";
import { LARGEST_MEMORY_MIB, time } from "./limits.ts";

const share = (about: string) => quantity("share", about, { max: 1 }).optional();
const space = (about: string, above?: number) => quantity("memory", about, { max: LARGEST_MEMORY_MIB, ...(above === undefined ? {} : { above }) });
const rate = (about: string, above?: number) => quantity("memoryRate", about, { max: 1e9, ...(above === undefined ? {} : { above }) });
const gbit = (about: string) => quantity("bandwidth", about, { above: 0, max: 1e6 });
const hostNames = (about: string) => z.array(name("A host, or a group of them.")).min(1).max(10_000).describe(about);

export const datastore = block({
  name: name("Name. A local one is named with its host, as in ssd@host-1."),
  capacity: space("Space for disks. Required.", 0),
  iops: quantityOrNumber("ioRate", "Small I/Os a second that its device can do. Required.", { above: 0, max: 1e9 }),
  throughput: rate("Most it can read and write with large I/Os. Required.", 0),
  latency: time("Time of a small I/O while nothing else goes on. Default: 1 / iops, as of a device that does one at a time.").optional(),
  local: name("A group of hosts: each of them has one of its own. Default: none, it is one for all.").optional(),
  hosts: hostNames("Hosts that reach it. Default: all.").optional(),
  network: gbit("Speed of its port on the storage network, in each direction. Default: none, it is reached by a fabric of its own.").optional(),
}).describe("Somewhere disks lie.");

export const network = block({
  name: name("Name."),
  for: word("What goes over it.", "guest", "migration", "storage", "backup"),
  vlan: whole("Its tag, which keeps it apart from others on the same cards. Default: none.", 1, 4094).optional(),
  limit: gbit("Most it may use on one host, in each direction. Default: none.").optional(),
  weight: number("Share of each of its flows where a link is full. Default: 1.", 1e-3, 1e3).optional(),
}).describe("A network that is named; a kind of traffic without one has a network of the name of its kind.");

export const networkSwitch = block({
  name: name("Name."),
  hosts: hostNames("Hosts behind it: they talk to each other freely, to all others over its uplinks."),
  uplink: gbit("Speed of one uplink, in each direction."),
  uplinks: whole("How many it has. Default: 1.", 1, 1024).optional(),
}).describe("A switch at the top of a rack.");

export const nic = block({
  name: name("Name, for the link that it is: host-1/front."),
  speed: gbit("Speed of one card, in each direction."),
  count: whole("Cards that work as one. Default: 1.", 1, 64).optional(),
  bond: word(
    "active: all carry traffic, one flow on one card; standby: one does, the others wait for it to fail. Default: active.",
    "active",
    "standby",
  ).optional(),
  networks: z
    .array(name("A network, or a kind that has none of its own."))
    .max(1000)
    .optional()
    .describe("What it carries. Default: all that no other card names."),
}).describe("Network cards of each host that work as one.");

export const disk = block({
  size: space("Size as the guest sees it.", 0),
  datastore: name("Datastore it lies on."),
  kind: word(
    "thick: takes all of its size from the start; thin: what is in use; linked: what differs from an image that the VMs of the group share. Default: thin.",
    "thick",
    "thin",
    "linked",
  ).optional(),
  used: space("In use at the start; of a linked clone the size of the image. Default: nothing; required for linked.").optional(),
  growth: rate("New data while the VM runs, such as 1 GiB/day. Default: none.").optional(),
  change: rate("Existing data written over while the VM runs: it grows the delta of a snapshot or a linked clone. Default: none.").optional(),
  io: share("Part of the VM's disk I/O that goes to it. Default: all to the first disk."),
  shares: z
    .union([word("Weight.", "low", "normal", "high"), number("Weight relative to normal = 1.", 1e-6, 1e6)])
    .optional()
    .describe("Weight where the datastore is busy: low (0.5), normal (1), high (2) or a number. Default: normal."),
  limitIops: quantityOrNumber("ioRate", "Most I/Os a second. Default: none.", { above: 0, max: 1e9 }).optional(),
  limitThroughput: rate("Most throughput. Default: none.", 0).optional(),
}).describe("A virtual disk of each VM.");

export const vmIo = block({
  iops: quantityOrNumber("ioRate", "Disk I/Os a second of each VM. Default: 0.", { max: 1e9 }).optional(),
  throughput: rate("Disk throughput of each VM, reads and writes. Default: 4 KiB for each I/O.").optional(),
  network: quantity("bandwidth", "Network traffic of each VM, in and out together. Default: 0 Gbit/s.", { max: 1e6 }).optional(),
  reads: share("Part of the disk I/O that reads. Default: 70 %, usual for servers (an estimate)."),
  received: share("Part of the network traffic that comes in. Default: 50 %."),
  waits: share("Part of its time that the work waits for single disk I/Os while the datastore is idle: latency slows it. Default: 0 %."),
  over: name("Network its traffic goes over. Default: the first for guests.").optional(),
  passThrough: z
    .boolean()
    .optional()
    .describe("true: the card is passed through to the VM (SR-IOV): no cost of the virtual switch, and no live migration. Default: false."),
})
  .optional()
  .describe("I/O of each VM while it runs, as far as its load says nothing else; costs CPU as the hypervisor says. Default: none.");

export type UserDatastore = z.output<typeof datastore>;
export type UserNetwork = z.output<typeof network>;
export type UserSwitch = z.output<typeof networkSwitch>;
export type UserNic = z.output<typeof nic>;
export type UserDisk = z.output<typeof disk>;
export type UserIo = z.output<typeof vmIo>;
