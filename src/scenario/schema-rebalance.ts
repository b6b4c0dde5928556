/**
 * The part of the scenario schema about moving VMs and switching hosts while a run goes on: the rebalancing loop, the power
 * policy, and the rules between VMs and hosts.
 */
import * as z from "zod";
import { parseQuantity } from "../units/parse.ts";
import { block, name, quantity, whole, word } from "./fields.ts";
import { LONGEST_SECONDS, time } from "./limits.ts";

/** A share written as `80 %`, anywhere in a policy's options, becomes 0.8. */
const sharesAsNumbers = (options: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => {
      if (typeof value !== "string" || !value.trim().endsWith("%")) return [key, value];
      const read = parseQuantity(value, "share");
      return [key, read.ok ? read.value : value];
    }),
  );

/** A policy by name, or a block with `policy` and its options. */
const part = (about: string) =>
  z
    .union([
      name("Its name."),
      z
        .object({ policy: name("Its name.") })
        .catchall(z.unknown())
        .transform((given) => sharesAsNumbers(given) as typeof given),
    ])
    .describe(about);

const limit = (about: string) => z.union([whole("Migrations.", 1, 1e9), z.literal("none")]).describe(about);

export const rebalance = block({
  every: quantity("time", "Time between rounds; past load is known as means over such periods. Default: 5 min, the interval of VMware's and CloudSim's.", {
    above: 0,
    max: LONGEST_SECONDS,
  }).optional(),
  policy: word(
    "consolidate: relieve overloaded hosts, empty others. watcher-basic: OpenStack Watcher's basic server consolidation. dpm: VMware's distributed power management. none: only what maintenance asks for. Default: consolidate.",
    "none",
    "consolidate",
    "watcher-basic",
    "dpm",
  ).optional(),
  detector: part(
    "consolidate: when a host is overloaded, by name or a block with `policy` and options (docs/detection.md). Default: local-regression.",
  ).optional(),
  underload: part(
    "consolidate: which hosts are emptied: least-loaded, threshold or none, or a block with `policy`, `threshold` and `attempts`. Default: least-loaded.",
  ).optional(),
  selection: part("consolidate: which VM leaves an overloaded host (docs/selection.md). Default: minimum-migration-time.").optional(),
  placement: part("Which host a VM moves to, as for new VMs. Default: power-aware-best-fit.").optional(),
  window: time("watcher-basic: past over which load is averaged. Default: 2 h.").optional(),
  attempts: whole("watcher-basic, dpm: hosts that may fail in a round; watcher-basic 0 = no limit. Default: 0 and 10.", 0, 1_000_000).optional(),
  target: quantity("share", "dpm: use of a host that is aimed at. Default: 63 %.", { max: 1 }).optional(),
  tolerance: quantity("share", "dpm: how far above or below is fine. Default: 18 %.", { max: 1 }).optional(),
  onWindow: time("dpm: past that decides on switching hosts on. Default: 5 min.").optional(),
  offWindow: time("dpm: past that decides on switching hosts off. Default: 40 min.").optional(),
  standby: word("dpm: how hosts rest. Default: sleep.", "sleep", "off").optional(),
  maxMigrationsPerRound: limit("Migrations that may begin in a round. Default: none.").optional(),
  maxMigrationsAtOnce: limit("Migrations that may be under way at a time. Default: none, only the hypervisors' own limits.").optional(),
  coldMigrations: z.boolean().optional().describe("Whether VMs may be stopped to be moved where they cannot move running. Default: false."),
}).describe("Moves VMs while the run goes on. Default: nobody does.");

export const powerManagement = z
  .union([
    word("Policy.", "always-on", "on-demand", "reserve"),
    block({
      policy: word("always-on, on-demand, or reserve: some empty hosts stay on.", "always-on", "on-demand", "reserve"),
      hosts: whole("reserve: empty hosts that stay on. Default: 1.", 0, 1_000_000).optional(),
      mode: word("How hosts rest. Default: off.", "off", "sleep").optional(),
      after: time("How long a host is empty before it rests. Default: 5 min, about what a boot costs in idle power.").optional(),
      headroom: quantity("share", "CPU up to which a woken host is planned to be filled. Default: 80 %.", { above: 0, max: 1 }).optional(),
    }),
  ])
  .describe("When empty hosts rest, and when they come back. Default: always-on.");

const members = (about: string) => z.union([name("Group or member."), z.array(name("Group or member.")).min(1).max(1_000_000)]).describe(about);

export const rule = block({
  name: name("Name of the rule, for messages. Default: made from what it says.").optional(),
  vms: members("VMs it is about: groups or single VMs.").optional(),
  keep: word("together: on one host. apart: on different hosts.", "together", "apart").optional(),
  perHost: whole("apart: VMs of them that one host may hold. Default: 1.", 1, 1_000_000).optional(),
  run: word("must, should, must not or should not be on the hosts `on`.", "must", "should", "must not", "should not").optional(),
  on: members("Hosts of `run`: groups or single hosts.").optional(),
  reserve: block({
    memory: quantity("share", "Share of each host's memory for VMs. Default: 0 %.", { max: 0.99 }).optional(),
    vcpus: quantity("share", "Share of the vCPUs each host may hold. Default: 0 %.", { max: 0.99 }).optional(),
  })
    .optional()
    .describe("What stays free on each host when VMs are placed or moved."),
  dedicate: members("Hosts that are for VMs of one `owner` alone, whose VMs run nowhere else: groups or single hosts.").optional(),
  owner: name("dedicate: the owner of VMs they are for.").optional(),
}).describe("A rule between VMs and hosts: one of keep, run, reserve and dedicate.");

export type UserRebalance = z.output<typeof rebalance>;
export type UserPowerManagement = z.output<typeof powerManagement>;
export type UserRule = z.output<typeof rule>;
