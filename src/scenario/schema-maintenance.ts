/** The part of the scenario schema about planned work on hosts: patches, replacements, removals. */
import * as z from "zod";
import { block, name, quantity, quantityOr, whole, word } from "./fields.ts";
import { LONGEST_SECONDS, MOST_HOSTS, time } from "./limits.ts";

const hosts = (about: string) => z.union([name("Group or host."), z.array(name("Group or host.")).min(1).max(MOST_HOSTS)]).describe(about);
const longer = (about: string) => quantity("time", about, { above: 0, max: LONGEST_SECONDS });

export const maintenance = z
  .array(
    block({
      name: name("Name of the work."),
      hosts: hosts("Hosts it is done to: groups or single hosts."),
      do: word(
        "patch: the host comes back. replace: another comes for it, and it goes. remove: it goes. Default: patch.",
        "patch",
        "replace",
        "remove",
      ).optional(),
      by: hosts("replace: the hosts that come, as many as go.").optional(),
      at: time("When it begins, counted from the start."),
      every: longer("Time between repetitions. Default: none, it is done once.").optional(),
      window: block({
        from: time("First time at which hosts may be begun, counted from the start. Default: 22 h.").optional(),
        for: longer("How long. Default: 6 h.").optional(),
        every: longer("Time between windows. Default: 1 day.").optional(),
      })
        .optional()
        .describe("When hosts may be begun; one that is under way is finished. Default: at any time."),
      takes: time("Installing on one host, before its reboot. Default: 20 min.").optional(),
      reboot: z.boolean().optional().describe("Whether a patched host reboots. Default: true."),
      atOnce: whole("Hosts under way at a time. Default: 1.", 1, MOST_HOSTS).optional(),
      vms: word(
        "What becomes of its VMs: migrate (they leave), suspend (they stand still while the host is away), shut down (they boot afterwards). Default: migrate on Type 1 products, suspend on Type 2.",
        "migrate",
        "suspend",
        "shut down",
      ).optional(),
      patience: longer("How long emptying a host may take; then it is put back and passed over. Default: 2 h.").optional(),
      pause: time("Between the return of one host and the beginning of the next. Default: 0 s.").optional(),
      spread: quantityOr("none", "time", "Each host begins by itself at a moment of chance within this time, as desktops do. Default: none.", {
        above: 0,
        max: LONGEST_SECONDS,
      }).optional(),
      defect: block({
        share: quantity("share", "Share of the patched hosts that have it. Default: 100 %.", { max: 1 }).optional(),
        mean: longer("Mean time until such a host crashes, exponential. Default: 4 h.").optional(),
        repair: time("From a crash until the host boots again. Default: 10 min.").optional(),
        haltAfter: z
          .union([whole("Crashes.", 1, 1_000_000), z.literal("never")])
          .optional()
          .describe("Crashes after which the rollout is stopped and patched hosts are taken back. Default: 2."),
      })
        .optional()
        .describe("The patch is a bad one. Default: it is not."),
    }),
  )
  .max(10_000)
  .describe("Planned work on hosts. Its order in the file has no meaning. Default: none.");

export type UserMaintenance = z.output<typeof maintenance>[number];
