/**
 * The user's scenario file: every entry, what it means, its limits and its default. Published as JSON Schema for editors
 * (schema/scenario.schema.json). Values leave the schema in base units; defaults are filled in by resolve.ts, so that
 * what was given and what was filled in stay apart.
 */
import * as z from "zod";
import { block, name, number, quantity, quantityOr, ratioOrNone, whole, word } from "./fields.ts";
import { FASTEST_MHZ, frequency, LARGEST_MEMORY_MIB, LONGEST_SECONDS, MOST_GROUPS, MOST_VMS, memory, time } from "./limits.ts";
import { generatorFields, optionShape, traceFields, traceSizes } from "./load-options.ts";
import { failures } from "./schema-failures.ts";
import { ha, vmAvailability } from "./schema-ha.ts";
import { hostGroup, type power } from "./schema-hosts.ts";
import { interference } from "./schema-interference.ts";
import { datastore, disk, network, networkSwitch, vmIo } from "./schema-io.ts";
import { maintenance } from "./schema-maintenance.ts";
import { equipment, money } from "./schema-money.ts";
import { pools } from "./schema-pools.ts";
import { powerManagement, rebalance, rule } from "./schema-rebalance.ts";
import { data, recovery } from "./schema-recovery.ts";
import { rightSizing, scaling, service } from "./schema-scaling.ts";
import { accounts, serviceClasses, site, sites } from "./schema-sites.ts";

const pieces = z
  .array(
    block({
      for: quantity("time", "How long.", { above: 0, max: LONGEST_SECONDS }),
      cpu: z
        .unknown()
        .transform((raw, ctx) => {
          const isShare = typeof raw === "string" && raw.trim().endsWith("%");
          const schema = isShare ? quantity("share", "", { max: 1 }) : quantity("frequency", "", { max: FASTEST_MHZ * 1000 });
          const read = schema.safeParse(raw);
          if (read.success) return { share: isShare, value: read.data };
          for (const issue of read.error.issues) ctx.addIssue({ code: "custom", message: issue.message, params: issue.code === "custom" ? issue.params : {} });
          return z.NEVER;
        })
        .meta({
          description: "CPU asked for: MHz of useful work summed over the vCPUs, or a share of all vCPUs at the load's `speed`.",
          type: "string",
          examples: ["1000 MHz", "30 %"],
        }),
      memory: quantity("memory", "Memory in active use meanwhile. Default: as memoryActivity says.", { max: LARGEST_MEMORY_MIB }).optional(),
    }),
  )
  .min(1)
  .max(1_000_000);

const tasks = z
  .array(
    block({
      work: quantity("work", "CPU work of the task, such as 3600 GHz s (an hour of one 1 GHz core).", { above: 0, max: 1e15 }),
      threads: whole("Cores it can use at once. Default: 1.", 1, 1_000_000).optional(),
      weight: number("Share against the VM's other tasks. Default: 1.", 1e-6, 1e6).optional(),
      limit: quantityOr("none", "frequency", "Highest speed. Default: none, its threads.", { above: 0, max: FASTEST_MHZ * 1000 }).optional(),
      start: time("When it may start, counted from the moment the VM runs. Default: 0 s.").optional(),
    }),
  )
  .min(1)
  .max(1_000_000);

const loadBlock = block({
  constant: quantity("share", "A steady share of all vCPUs.", { max: 1 }).optional(),
  speed: frequency("Core speed that 100 % stands for, the same on every host. Default: 2.4 GHz.").optional(),
  pieces: pieces.optional().describe("Levels one after the other; after the last the VM has done its work and stops."),
  repeat: z
    .union([whole("Times.", 1, 1e9), z.literal("forever")])
    .optional()
    .describe("How often the pieces are gone through. Default: 1."),
  service: service.optional(),
  tasks: tasks.optional().describe("Finite work; the VM stops when all of it is done."),
  sequence: z.boolean().optional().describe("true: tasks run one after the other; false: all at once. Default: false."),
  generator: block({
    profile: word("enterprise: long-lived servers, mostly idle. cloud: batches of short-lived VMs.", "enterprise", "cloud"),
    ...optionShape(generatorFields),
  })
    .optional()
    .describe("Synthetic load; options in docs/generator.md."),
  trace: block({
    format: name("Format of the trace, see docs/traces.md."),
    path: z.string().min(1).max(4096).describe("File or folder, relative to this file."),
    sizes: traceSizes.optional(),
    ...optionShape(traceFields),
  })
    .optional()
    .describe("Recorded load; options in docs/traces.md."),
}).describe("Exactly one of constant, pieces, tasks, service, generator and trace.");

const load = z
  .union([quantity("share", "A steady share of all vCPUs.", { max: 1 }), z.literal("idle"), loadBlock])
  .describe("What the VMs ask for. `30 %` is short for {constant: 30 %}; `idle` asks for nothing. Required.");

const share = (about: string) => quantity("share", about, { max: 1 }).optional();

export const workWords = {
  mixed: { cpu: 0.8, memory: 0.2, oltp: 0 },
  "cpu-bound": { cpu: 1, memory: 0, oltp: 0 },
  "memory-bound": { cpu: 0, memory: 1, oltp: 0 },
  database: { cpu: 0, memory: 0, oltp: 1 },
} as const;
export const shareWords = { low: 0.5, normal: 1, high: 2 } as const;

const vmGroup = block({
  name: name("Name of the group. A group of several VMs numbers them: web-01, web-02, ..."),
  count: whole("VMs in the group. Default: 1; with a trace or generator, as many as it brings.", 1, MOST_VMS).optional(),
  size: name("Size from the catalogue (`hypervise show sizes`): vCPUs and memory.").optional(),
  vcpus: whole("vCPUs of each VM. Default: as the size; with a trace or generator, as it says.", 1, 100_000).optional(),
  memory: memory("Memory of each VM. Default: as the size; with a trace or generator, as it says.").optional(),
  os: word("Guest system, for boot times. Default: linux.", "linux", "windows").optional(),
  shares: z
    .union([word("Weight.", "low", "normal", "high"), number("Weight relative to normal = 1.", 1e-6, 1e6)])
    .optional()
    .describe("CPU weight when the host is short: low (0.5), normal (1), high (2) or a number. Default: normal."),
  reservation: quantity("frequency", "CPU each VM is sure to get. Default: 0 MHz.", { max: FASTEST_MHZ * 1000 }).optional(),
  limit: quantityOr("none", "frequency", "CPU each VM never exceeds. Default: none.", { above: 0, max: FASTEST_MHZ * 1000 }).optional(),
  cpus: word(
    "shared: vCPUs run where there is room. dedicated: each vCPU owns a core with all its threads, which leaves the shared ones. Default: shared.",
    "shared",
    "dedicated",
  ).optional(),
  pool: name("Resource pool the VMs are in: one of `pools`. Default: none.").optional(),
  owner: name("Who the VMs belong to, for ledgers by owner. Default: unassigned.").optional(),
  class: name("Service class: one of `classes`, where those are listed; else a mere label. Default: standard.").optional(),
  work: z
    .union([
      word("Kind of work.", "mixed", "cpu-bound", "memory-bound", "database"),
      block({ cpu: share("CPU-bound work."), memory: share("Memory-bound work."), oltp: share("Database work (OLTP).") }),
    ])
    .optional()
    .describe("Kinds of work by share, summing to 100 %, or a word: mixed (80 % cpu, 20 % memory), cpu-bound, memory-bound, database (OLTP). Default: mixed."),
  io: vmIo,
  disks: z.array(disk).min(1).max(256).optional().describe("Virtual disks of each VM (docs/storage.md). Default: none that anybody cares about."),
  progress: word(
    "What becomes of work a starved VM could not do: replay loses it (the clock of a trace runs on), work does it later. Default: work for tasks, else replay.",
    "replay",
    "work",
  ).optional(),
  memoryActivity: block({
    dirty: quantity(
      "memoryRate",
      "Memory written a second while all vCPUs are busy. Default: 40 MiB/s, an estimate (web server 20 at half load; databases 80 and more).",
      { max: 1e6 },
    ).optional(),
    workingSet: quantity("share", "Share of the memory that is written at all. Default: 20 %, an estimate.", { max: 1 }).optional(),
    active: quantity("share", "Share of the memory in active use, where the load does not say. Default: 30 %, an estimate (10 to 60 %).", {
      max: 1,
    }).optional(),
    touched: quantity("share", "Share of the memory the guest has ever touched. Default: 100 %: caches fill what there is.", { max: 1 }).optional(),
    equalWithin: quantity("share", "Share of its pages that equal others of the same VM. Default: 5 %, an estimate (2 to 10 %).", { max: 1 }).optional(),
    equalAcross: quantity(
      "share",
      "Share of its pages that equal those of other VMs of the group. Default: 15 %, an estimate (7 to 33 % reclaimed on three servers of 2002).",
      { max: 1 },
    ).optional(),
  })
    .optional()
    .describe("How the guests use memory: how long a live migration takes, and what being short of memory costs."),
  memoryAllocation: block({
    reservation: quantity("memory", "Memory each VM is sure to keep. Default: 0 MiB.", { max: LARGEST_MEMORY_MIB }).optional(),
    limit: quantityOr("none", "memory", "Memory each VM never holds more of. Default: none.", { above: 0, max: LARGEST_MEMORY_MIB }).optional(),
    shares: z
      .union([word("Weight.", "low", "normal", "high"), number("Weight of a MiB relative to normal = 1.", 1e-6, 1e6)])
      .optional()
      .describe("Weight of the VM's memory when the host is short: low (0.5), normal (1), high (2) or a number. Default: normal."),
    balloon: z.boolean().optional().describe("Whether the guest has the balloon driver. Default: true."),
  })
    .optional()
    .describe("What each VM is sure of when its host holds more memory than it has (docs/memory.md)."),
  arrival: block({
    at: time("When the first VM is asked for. Default: 0 s.").optional(),
    every: time("Time between VMs. Default: 0 s, all at once.").optional(),
  })
    .optional()
    .describe("When the VMs are asked for. Default: at the start; with a trace or generator, as it says."),
  lifetime: quantityOr("none", "time", "How long each VM runs. Default: none, to the end of the run or of its work; with a trace, as it says.", {
    above: 0,
    max: LONGEST_SECONDS,
  }).optional(),
  shift: block({
    within: quantity("time", "How much later than asked for they may begin.", { above: 0, max: LONGEST_SECONDS }),
    for: quantity("time", "How long their work takes, as far as that is known ahead. Default: their lifetime.", { above: 0, max: LONGEST_SECONDS }).optional(),
    by: word("What they wait for: clean or cheap hours. Default: carbon.", "carbon", "price").optional(),
    forecast: word(
      "How it is known what the hours will be: perfect; persistence, as the day before; noisy. Default: perfect.",
      "perfect",
      "persistence",
      "noisy",
    ).optional(),
    error: quantity("share", "Of a noisy forecast: standard deviation, of the mean. Default: 5 %.", { max: 10 }).optional(),
  })
    .optional()
    .describe("Work that may wait for clean or cheap hours (docs/carbon.md). Default: it does not."),
  startup: word(
    "What happens before a VM runs: instant, boot, or clone-and-boot (times of the hypervisor). Default: clone-and-boot for groups whose arrival is set after the start, else instant.",
    "instant",
    "boot",
    "clone-and-boot",
  ).optional(),
  host: name("Host the VMs must start on. Default: any.").optional(),
  onHostDown: word(
    "What becomes of the VMs when their host goes down: lost for good; restart, elsewhere as soon as there is room; wait for their host; restore from the newest copy that `recovery` makes. Default: restart where the scenario has high availability, wait where it has failures, else lost.",
    "lost",
    "restart",
    "wait",
    "restore",
  ).optional(),
  ha: vmAvailability.optional(),
  checkpoint: block({
    every: quantity("time", "Time at work between checkpoints.", { above: 0, max: LONGEST_SECONDS }),
    costs: time("Time each takes, at the VM's highest demand. Default: 0 s.").optional(),
  })
    .optional()
    .describe("Work in sequence (`progress: work`) is saved, and goes on from there after a crash. Default: none, it begins anew."),
  maxFailures: whole("How often its host may go down under it; then it is given up. Default: none, it is always brought back.", 1, 1e9).optional(),
  data: data.optional(),
  scaling: scaling.optional(),
  load,
}).describe("A group of VMs that are alike.");

const placement = z
  .union([
    name("Policy."),
    z
      .object({
        policy: name("Built-in policy.").optional(),
        module: z.string().min(1).max(4096).optional().describe("Your own policy: a module, relative to this file, that exports it."),
      })
      .catchall(z.unknown()),
  ])
  .describe(
    "Who chooses the host of a new VM: a policy's name (`hypervise show policies`), or a block with `policy` or `module` and its options. Default: first-fit.",
  );

const admission = block({
  vcpusPerCore: ratioOrNone("vCPUs a host may hold per physical core (4 or 4:1), or none. Default: 4.", 100_000).optional(),
  memoryRatio: number("Memory of VMs, overhead included, that a host may hold per usable memory. Default: 1, no overcommitment.", 0.01, 1000).optional(),
  whenFull: word("What happens to a VM that fits nowhere. Default: reject.", "reject", "queue").optional(),
  queueOrder: word(
    "Of VMs that have had no place yet; fifo: nobody passes the first in the queue; skip: those who fit go ahead. Default: fifo.",
    "fifo",
    "skip",
  ).optional(),
  maxWait: quantityOr("none", "time", "How long a VM waits before it is rejected. Default: none, as long as it takes.", { max: LONGEST_SECONDS }).optional(),
}).describe("How full hosts may be, and what happens beyond.");

const event = block({
  at: time("When, counted from the start."),
  host: name("Host it happens to, or a group of hosts: all of them.").optional(),
  vm: name("VM it happens to, or a group of VMs: all of them.").optional(),
  link: name("Link it happens to: a card (host-1/card), one card of several (host-1/front.2), an uplink of a switch (tor-a/uplink).").optional(),
  datastore: name("Datastore it happens to; a local one with its host (ssd@host-1).").optional(),
  do: word(
    "Host: off, on, fail, repair, maintenance, end maintenance, speed, pstate. VM: suspend, resume, stop, migrate (as its product does), move (at once and for nothing), vcpus or memory (another size while it runs, where product and guest allow it), snapshot, delete snapshots, move disks (to another datastore, while it runs). Link: down, up. Datastore: resize.",
    "off",
    "on",
    "fail",
    "repair",
    "maintenance",
    "end maintenance",
    "speed",
    "pstate",
    "suspend",
    "resume",
    "stop",
    "migrate",
    "move",
    "snapshot",
    "delete snapshots",
    "move disks",
    "down",
    "up",
    "resize",
    "vcpus",
    "memory",
  ),
  to: z
    .unknown()
    .optional()
    .meta({
      description:
        "speed: share of the nominal speed (50 %). pstate: its number, 0 is the fastest. migrate, move: the host. vcpus: how many. memory: how much (8 GiB). move disks: the host its memory goes to as well; absent = it stays. resize: the capacity.",
      type: ["string", "number"],
      examples: ["50 %", 1, "new-2"],
    }),
  onto: name("move disks: the datastore; a local one with its host (ssd@host-1).").optional(),
}).describe("Something that happens at a set time.");

export const scenarioSchema = block({
  name: name("Name of the scenario, shown with its results. Default: the name of the file.").optional(),
  about: z.string().max(10_000).optional().describe("What the scenario shows, as prose. Default: empty."),
  seed: z
    .union([z.int(), z.string().min(1).max(100)])
    .optional()
    .describe('Seed of all luck: a number or any word. Same seed, same run. Default: "1".'),
  start: z
    .string()
    .max(40)
    .optional()
    .describe("Instant of second 0, ISO 8601 (2026-01-05 or 2026-01-05T08:00:00Z; without a zone it is UTC). Default: 2026-01-05T00:00:00Z, a Monday."),
  duration: quantityOr("until done", "time", "How long to simulate: 7 days; or `until done`, until nothing is left to happen. Required.", {
    above: 0,
    max: LONGEST_SECONDS,
  }),
  observe: quantity("time", "Interval of the timeline. Default: 5 min, as most traces and monitoring systems have it.", {
    above: 0,
    max: LONGEST_SECONDS,
  }).optional(),
  site: site.optional(),
  sites: sites.optional(),
  classes: serviceClasses.optional(),
  accounts: accounts.optional(),
  money: money.optional(),
  equipment: equipment.optional(),
  hosts: z
    .array(hostGroup)
    .min(1)
    .max(MOST_GROUPS)
    .describe("Groups of hosts. Their order has no meaning: hosts are numbered in the natural order of the groups' names (old-2 before old-10)."),
  datastores: z.array(datastore).min(1).max(10_000).optional().describe("Where disks lie (docs/storage.md). Default: none, disks cost CPU alone."),
  networks: z
    .array(network)
    .min(1)
    .max(10_000)
    .optional()
    .describe("Networks apart from each other (docs/network.md). Default: one for each kind of traffic, all on the same cards."),
  switches: z.array(networkSwitch).min(1).max(10_000).optional().describe("Switches with uplinks that could be full. Default: none."),
  vms: z.array(vmGroup).min(1).max(MOST_GROUPS).describe("Groups of VMs. Their order has no meaning, as for hosts."),
  pools: pools.optional(),
  rightSizing: rightSizing.optional(),
  placement: placement.optional(),
  admission: admission.optional(),
  rebalance: rebalance.optional(),
  power: powerManagement.optional(),
  recovery: recovery.optional(),
  maintenance: maintenance.optional(),
  rules: z.array(rule).max(100_000).optional().describe("Rules between VMs and hosts. Their order in the file has no meaning. Default: none."),
  failures: failures.optional(),
  interference: interference.optional(),
  checks: z
    .array(z.string().min(1).max(400))
    .max(200)
    .optional()
    .describe("What the figures of a run must hold, such as `ready.p95 < 5 %`; red gives exit code 99 (docs/checks.md). Changes no run. Default: none."),
  ha: ha.optional(),
  exposure: block({
    every: quantity("time", "Time between counts. Default: 1 h.", { above: 0, max: LONGEST_SECONDS }).optional(),
    disclosed: quantityOr("none", "time", "When a flaw of the hypervisors becomes known: hosts not restarted since are exposed. Default: none.", {
      max: LONGEST_SECONDS,
    }).optional(),
  })
    .optional()
    .describe("Counts who shares hosts with whom (docs/isolation.md). Default: nobody counts."),
  events: z.array(event).max(1_000_000).optional().describe("Things that happen at set times. Their order in the file has no meaning. Default: none."),
});

export type UserScenario = z.output<typeof scenarioSchema>;
export type UserHostGroup = UserScenario["hosts"][number];
export type UserVmGroup = UserScenario["vms"][number];
export type UserEvent = NonNullable<UserScenario["events"]>[number];
export type UserPower = z.output<typeof power>;
