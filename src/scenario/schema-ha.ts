/** The part of the scenario schema about high availability. */
import * as z from "zod";
import { block, name, quantity, whole, word } from "./fields.ts";
import { frequency, memory, time } from "./limits.ts";

const share = (about: string) => quantity("share", about, { max: 1 });

/** What it does for the VMs of a group. */
export const vmAvailability = block({
  priority: word("Order of restarts; disabled: not restarted. Default: medium.", "highest", "high", "medium", "low", "lowest", "disabled").optional(),
  after: z
    .union([name("Group."), z.array(name("Group.")).max(1000)])
    .optional()
    .describe("Groups of VMs that must run before these are restarted. Default: none."),
  faultTolerant: z.boolean().optional().describe("A standby copy on another host takes over at once. Default: false."),
}).describe("What high availability does for these VMs.");

export const ha = block({
  detection: time("From a host's last heartbeat to its being declared dead. Default: as its product (hypervise show failures).").optional(),
  heartbeat: time("Time between heartbeats. Default: 1 s.").optional(),
  election: time("Time to elect another watcher when it is that host which failed. Default: 15 s.").optional(),
  isolation: block({
    response: word("What a host that is cut off does with its VMs. Default: leave.", "leave", "shutdown", "power-off").optional(),
    after: time("When it does so. Default: 30 s.").optional(),
    shutdown: time("How long a shutdown takes. Default: 5 min, the longest that is waited for.").optional(),
    fencing: z.boolean().optional().describe("Whether a VM cannot be started while its first copy runs. Default: true; false: split brain."),
  })
    .optional()
    .describe("Hosts that are cut off from the network."),
  restartsAtOnce: whole("VMs that boot on a host at a time. Default: 32.", 1, 1_000_000).optional(),
  startFailure: share("Chance that a restart fails and is tried again. Default: 0 %.").optional(),
  retries: z
    .array(time("A wait."))
    .max(100)
    .optional()
    .describe("Waits before further attempts; after the last the VM is given up. Default: [2 min, 4 min, 8 min, 16 min], five attempts in all."),
  takeOverFailure: share("Chance that a standby copy does not take over: imperfect switching. Default: 0 %.").optional(),
  next: word("When the next priority begins: once the one before is placed, or runs. Default: placed.", "placed", "running").optional(),
  wait: time("How long VMs wait for others (`next`, `after`). Default: 10 min.").optional(),
  admission: z
    .union([
      word("none, or slots for one host.", "none", "slots", "percentage"),
      block({
        policy: word("How room for restarts is kept.", "none", "slots", "percentage", "dedicated"),
        hosts: z
          .union([whole("slots: hosts that may fail.", 1, 1_000_000), name("A host or group."), z.array(name("A host or group.")).min(1).max(1_000_000)])
          .optional()
          .describe("slots: how many hosts may fail, default 1. dedicated: hosts that take nothing else."),
        slotCpu: frequency("slots: largest CPU of a slot. Default: none.").optional(),
        slotMemory: memory("slots: largest memory of a slot. Default: none.").optional(),
        cpu: share("percentage: CPU set aside. Default: 25 %.").optional(),
        memory: share("percentage: memory set aside. Default: 25 %.").optional(),
      }),
    ])
    .optional()
    .describe("Keeps room for restarts by refusing VMs. Default: none."),
  monitoring: z
    .union([
      word("Sensitivity: high 30 s and an hour, medium 60 s and a day, low 120 s and a week; off.", "off", "low", "medium", "high"),
      block({
        silence: time("Silence of a guest before it is reset."),
        resets: whole("Resets within the window. Default: 3.", 0, 1_000_000).optional(),
        window: time("Default: 1 h.").optional(),
      }),
    ])
    .optional()
    .describe("Guests that crash are reset. Default: off."),
}).describe("High availability, by the products that have it. Default: none.");

export type UserHa = z.output<typeof ha>;
export type UserVmAvailability = z.output<typeof vmAvailability>;
