/**
 * The part of the scenario schema about copies of VMs and what is done with them: backups, replication, runbooks, and what
 * befalls sites and data.
 */
import * as z from "zod";
import { block, name, quantity, quantityOr, whole, word } from "./fields.ts";
import { LONGEST_SECONDS, memory, time } from "./limits.ts";

const MOST_VMS_NAMED = 1_000_000;
const members = (about: string) => z.union([name("Group or VM."), z.array(name("Group or VM.")).min(1).max(MOST_VMS_NAMED)]).describe(about);
const names = (about: string) => z.union([name("One."), z.array(name("One.")).max(10_000)]).describe(about);
const longer = (about: string) => quantity("time", about, { above: 0, max: LONGEST_SECONDS });
const rate = (about: string) => quantity("memoryRate", about, { above: 0, max: 1e9 });

/** What a group of VMs keeps on disk, for backups and replicas. */
export const data = block({
  size: memory("Data on the disks of each VM, what a full backup carries. Default: 40 GiB.").optional(),
  writes: quantity("memoryRate", "Data written a second while the VM runs. Default: 1 MiB/s, an estimate.", { max: 1e6 }).optional(),
  rewritten: quantity("share", "Share of the data that is ever rewritten: what a day's incremental backup tends to. Default: 5 %, an estimate.", {
    max: 1,
  }).optional(),
}).describe("What each VM keeps on its disks and how fast it changes: decides what copies carry and what a loss costs.");

const repository = block({
  name: name("Name."),
  site: name("Site it stands at. Default: the only one; required where there are several.").optional(),
  write: rate("What it takes in, all transfers together. Default: 500 MiB/s.").optional(),
  read: rate("What it gives out. Default: as `write`.").optional(),
  streams: whole("Backups and restores at a time; others wait their turn. Default: 8.", 1, 100_000).optional(),
  capacity: quantityOr("none", "memory", "Space; a backup that finds none fails. Default: none, as much as is needed.", { above: 0, max: 1e15 }).optional(),
  immutable: z.boolean().optional().describe("Whether nobody can change or delete its backups before their time, intruders included. Default: false."),
}).describe("A place that keeps backups.");

const backup = block({
  name: name("Name of the job."),
  vms: members("VMs it copies: groups or single VMs."),
  to: name("Repository. Default: the only one.").optional(),
  start: time("Its first run, counted from the start. Default: 22 h.").optional(),
  every: longer("Time between runs. Default: 1 day.").optional(),
  full: z
    .union([z.literal("once"), quantity("time", "Time.", { above: 0, max: LONGEST_SECONDS })])
    .optional()
    .describe("Time between fulls, a multiple of `every`; `once`: after the first only incrementals. Default: 7 days."),
  fullBy: word("copy: a full sends all data. synthetic: the repository makes it of what it has. Default: copy.", "copy", "synthetic").optional(),
  window: quantityOr("none", "time", "How long a run may last; what is not done by then is broken off. Default: none.", {
    above: 0,
    max: LONGEST_SECONDS,
  }).optional(),
  keep: block({
    points: z
      .union([whole("Points.", 1, 100_000), z.literal("all")])
      .optional()
      .describe("Restore points kept. Default: 14."),
    for: quantityOr("ever", "time", "Age up to which points are kept. Default: ever.", { above: 0, max: LONGEST_SECONDS }).optional(),
    merge: z.boolean().optional().describe("Whether the oldest incremental is merged into its full, so that exactly so many points are kept. Default: false."),
  })
    .optional()
    .describe("What is kept; nothing goes that a kept point needs."),
}).describe("Regular backups of some VMs.");

const replication = block({
  name: name("Name."),
  vms: members("VMs it copies: groups or single VMs."),
  to: name("Site that holds the copies."),
  mode: word(
    "synchronous: every write waits for the other site. asynchronous: what changed is shipped now and then. Default: asynchronous.",
    "synchronous",
    "asynchronous",
  ).optional(),
  every: longer("asynchronous: time between shipments of a VM. Default: 15 min.").optional(),
  line: quantity("bandwidth", "Line to the other site, all VMs of this entry together. Default: 1 Gbit/s.", { above: 0, max: 1e6 }).optional(),
  streams: whole("asynchronous: VMs shipped at a time. Default: 16.", 1, 100_000).optional(),
  roundTrip: time("synchronous: time there and back that each write waits. Default: 2 ms, about 100 km of fibre and its equipment.").optional(),
  writeSize: memory("synchronous: size of a write. Default: 16 KiB.").optional(),
  outstanding: whole("synchronous: writes that a guest has under way at a time. Default: 8.", 1, 1_000_000).optional(),
  seeded: z.boolean().optional().describe("Whether the copy is there at the start. Default: true."),
}).describe("Copies of some VMs at another site, kept up to date.");

const step = block({
  name: name("Name of the step."),
  vms: members("VMs it brings back."),
  after: names("Steps that must be over first. Default: none.").optional(),
  prepare: time("Work before its first VM starts. Default: 0 s.").optional(),
  wait: word("Over when its VMs run, or when they were started. Default: running.", "running", "started").optional(),
}).describe("A step of a runbook.");

const runbook = block({
  name: name("Name."),
  site: name("Site whose loss it is for."),
  to: name("Site at which the VMs are brought back."),
  declare: time("From the loss to the decision to fail over. Default: 30 min.").optional(),
  steps: z.array(step).min(1).max(10_000).describe("Steps; those that wait for nothing begin at once."),
}).describe("Who is brought back in which order when a site is lost.");

const event = block({
  at: time("When, counted from the start."),
  do: word(
    "lose site, ransomware, lose data, fail over, fail back, or test (a test failover).",
    "lose site",
    "ransomware",
    "lose data",
    "fail over",
    "fail back",
    "test",
  ),
  site: name("lose site: which.").optional(),
  vms: members("ransomware, lose data: whose.").optional(),
  runbook: name("fail over, fail back, test: which.").optional(),
  for: quantityOr("ever", "time", "lose site: until it is back, or `ever`. test: how long the copies run. Default: 1 day; test 2 h.", {
    above: 0,
    max: LONGEST_SECONDS,
  }).optional(),
  data: word("lose site: what becomes of the data there. Default: kept.", "kept", "destroyed").optional(),
  unnoticed: time("ransomware: from the intrusion, after which every copy is spoilt, to its discovery. Default: 0 s.").optional(),
}).describe("Something that befalls sites or data, or that is done about it.");

export const recovery = block({
  repositories: z.array(repository).max(10_000).optional().describe("Places that keep backups. Default: none."),
  backups: z.array(backup).max(10_000).optional().describe("Jobs that make backups. Default: none."),
  replication: z.array(replication).max(10_000).optional().describe("Copies kept up to date at another site. Default: none."),
  runbooks: z.array(runbook).max(10_000).optional().describe("What is done when a site is lost. Default: nothing, its VMs wait for it."),
  events: z.array(event).max(100_000).optional().describe("What befalls sites and data, and drills. Their order has no meaning. Default: none."),
}).describe("Copies of VMs, and how VMs come back from them. Default: there are none.");

export type UserRecovery = z.output<typeof recovery>;
export type UserRunbook = z.output<typeof runbook>;
export type UserRecoveryEvent = z.output<typeof event>;
