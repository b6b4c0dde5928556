/** The part of the scenario schema about services (loads that a group carries together) and autoscaling. */
import * as z from "zod";
import { block, number, quantity, quantityOr, whole, word } from "./fields.ts";
import { FASTEST_MHZ, LONGEST_SECONDS, time } from "./limits.ts";

const MOST_MHZ = FASTEST_MHZ * 1_000_000;
const work = (about: string) => quantity("frequency", about, { max: MOST_MHZ });
const period = (about: string) => quantity("time", about, { above: 0, max: LONGEST_SECONDS });
const share = (about: string, above = 0) => quantity("share", about, { above, max: 1 });

export const service = block({
  wave: block({
    low: work("CPU work at the quietest time of day, all members together."),
    high: work("CPU work at the busiest time of day."),
    peak: quantity("time", "Time of day of the busiest moment. Default: 14 h.", { max: 86400 }).optional(),
    noise: quantity("share", "Standard deviation of a random factor of each step (log-normal, mean 1). Default: 0 %.", { max: 2 }).optional(),
    step: period("How long a level holds. Default: 5 min.").optional(),
  })
    .optional()
    .describe("A day's wave: low + (high - low) (1 + cos(2 pi (time of day - peak) / 24 h)) / 2."),
  pieces: z
    .array(block({ for: period("How long."), cpu: work("CPU work, all members together.") }))
    .min(1)
    .max(1_000_000)
    .optional()
    .describe("Levels one after the other."),
  repeat: z
    .union([whole("Times.", 1, 1e9), z.literal("forever")])
    .optional()
    .describe("pieces: how often they are gone through; then nothing is asked for. Default: forever."),
  warmUp: time("How long a new member runs before it gets its part. Default: 0 s.").optional(),
}).describe("A load of the group as a whole, divided equally among its members in service: exactly one of wave and pieces.");

export const scaling = block({
  policy: word(
    "target-tracking: keep use at a target. threshold: steps at two thresholds. schedule: sizes by time of day. predictive: target tracking that looks ahead.",
    "target-tracking",
    "threshold",
    "schedule",
    "predictive",
  ),
  direction: word("horizontal: the number of VMs of a service. vertical: the vCPUs of each VM. Default: horizontal.", "horizontal", "vertical").optional(),
  min: whole("Fewest VMs or vCPUs. Default: 1.", 1, 1_000_000).optional(),
  max: whole("Most VMs or vCPUs. Default: horizontal: the group's count. Required for vertical.", 1, 1_000_000).optional(),
  start: whole("horizontal: VMs at the start. Default: min.", 1, 1_000_000).optional(),
  every: period("Time between decisions, and length of the periods use is averaged over. Default: 1 min.").optional(),
  target: share("target-tracking, predictive: use that is aimed at. Default: 60 %.").optional(),
  tolerance: quantity("share", "target-tracking, predictive: how far use may be off before anything is done. Default: 10 %, as Kubernetes.", {
    max: 1,
  }).optional(),
  stabilise: time("target-tracking, predictive: it shrinks to the most wanted within this time. Default: 5 min, as Kubernetes.").optional(),
  high: share("threshold: above this it grows. Default: 75 %.").optional(),
  low: quantity("share", "threshold: below this it shrinks. Default: 30 %.", { max: 1 }).optional(),
  periods: whole("threshold: periods in a row that must be so. Default: 3.", 1, 1000).optional(),
  step: whole("threshold: VMs or vCPUs at a time. Default: 1.", 1, 100_000).optional(),
  plan: z
    .array(block({ at: quantity("time", "Time of day.", { max: 86400 }), size: whole("VMs or vCPUs from then on.", 1, 1_000_000) }))
    .min(1)
    .max(1440)
    .optional()
    .describe("schedule: sizes by time of day. Required there."),
  lead: period("predictive: how far it looks ahead. Default: 10 min.").optional(),
  growCooldown: time("After growing, nothing grows for this long. Default: 1 min.").optional(),
  shrinkCooldown: time("After any change, nothing shrinks for this long. Default: 5 min.").optional(),
  restart: z.boolean().optional().describe("vertical: whether a VM is restarted where its product or guest cannot change it while it runs. Default: false."),
  memoryPerVcpu: quantityOr("none", "memory", "vertical: memory that comes and goes with each vCPU, or none. Default: none.", {
    above: 0,
    max: 2 ** 30,
  }).optional(),
}).describe("How the group follows its load. Default: it does not.");

export const rightSizing = block({
  percentile: number("Percentile of use that a VM's size is made for. Default: 95.", 50, 100).optional(),
  headroom: quantity("share", "Kept free above it. Default: 20 %.", { max: 10 }).optional(),
  every: period("Length of the means that are counted. Default: as observe.").optional(),
}).describe("Recommends a size for every VM from what it used (rightsizing.csv). Default: not reckoned.");

export type UserService = z.output<typeof service>;
export type UserScaling = z.output<typeof scaling>;
export type UserRightSizing = z.output<typeof rightSizing>;
