/** The part of the scenario schema about failures: laws of times, models of components, recorded failures. */
import * as z from "zod";
import { FAILING } from "../model/failures/spec.ts";
import { parseQuantity } from "../units/parse.ts";
import { block, name, number, quantity, whole, word } from "./fields.ts";
import { LONGEST_SECONDS, time } from "./limits.ts";

const positive = (about: string) => quantity("time", about, { above: 0, max: LONGEST_SECONDS });
const share = (about: string) => quantity("share", about, { max: 1 });
const hazard = block({
  shape: number("Below 1: early faults; 1: chance; above: wear.", 0.01, 100),
  scale: positive("Age at which its part of the hazard has summed to 1."),
});

const lawBlock = block({
  law: word("Family.", "exponential", "weibull", "log-normal", "gamma", "exactly", "empirical", "bathtub").optional(),
  like: name("A trace whose fitted law is taken (`hypervise show failures`).").optional(),
  fit: word("like: which of the fitted laws. Default: weibull.", "exponential", "weibull", "log-normal", "gamma").optional(),
  mean: positive("Mean; for a law that has a scale of its own, the law is stretched to it.").optional(),
  median: positive("log-normal: median.").optional(),
  shape: number("weibull, gamma: shape.", 0.01, 100).optional(),
  scale: positive("weibull, gamma: scale.").optional(),
  mu: number("log-normal: mean of the logarithm of the seconds, instead of a median.", -1000, 1000).optional(),
  sigma: number("log-normal: deviation of the logarithm.", 0, 20).optional(),
  value: time("exactly: the time.").optional(),
  times: z.array(positive("A measured time.")).min(1).max(1_000_000).optional().describe("empirical: measured times, each as likely as the others."),
  hazards: z.array(hazard).min(1).max(16).optional().describe("bathtub: parts whose hazards add up."),
});

/** A time (the mean of an exponential law), the name of a trace, or a block. */
const law = (about: string) =>
  z
    .union([
      z
        .string()
        .min(1)
        .max(100)
        .transform((raw, ctx): z.output<typeof lawBlock> => {
          if (!/^\s*[-+.\d]/.test(raw)) return { like: raw.trim() };
          const read = positive("").safeParse(raw);
          if (read.success) return { law: "exponential", mean: read.data };
          const parsed = parseQuantity(raw, "time");
          for (const issue of read.error.issues)
            ctx.addIssue({ code: "custom", message: issue.message, params: parsed.ok || parsed.write === undefined ? {} : { write: parsed.write } });
          return z.NEVER;
        }),
      lawBlock,
    ])
    .describe(`${about} A time alone is the mean of an exponential law; a name is that of a trace (\`hypervise show failures\`); or a block.`);

const members = (about: string) => z.union([name("A name."), z.array(name("A name.")).min(1).max(1_000_000)]).describe(about);

const failureModel = block({
  name: name("Name in results, and of its luck. Default: `of` and `which`.").optional(),
  of: word("What fails (docs/failures.md).", ...FAILING),
  which: members("Groups or members of hosts or VMs, or names of racks, feeds, ... Default: all there are.").optional(),
  between: law(
    "Time from being whole to the next failure. Default: as the catalogue says for host, hypervisor, host-os, disk, rack, feed and cooling.",
  ).optional(),
  at: z
    .union([time("A time."), z.array(time("A time.")).min(1).max(100_000)])
    .optional()
    .describe("Set times at which all of them fail. Default: none."),
  repair: law("Time to repair, once somebody begins. Default: as the catalogue says.").optional(),
  for: time("How long it is down, exactly: short for repair: {law: exactly, value: ...}.").optional(),
  start: word("stationary: the run begins in the middle of things. new: all begin new. Default: stationary.", "stationary", "new").optional(),
  renewal: word(
    "What a repair makes of it: as good as new, or as bad as old (its age goes on; exponential, weibull and bathtub only). Default: as-good-as-new; with `age`, as-bad-as-old.",
    "as-good-as-new",
    "as-bad-as-old",
  ).optional(),
  age: time("Age at the start, where it stays as bad as old. Default: 0 s.").optional(),
  boots: z
    .boolean()
    .optional()
    .describe("Whether hosts boot when they are back. Default: false for host, hypervisor and host-os, whose repair includes it; else true."),
  commonCause: block({
    share: share("Share of the failures that come from a cause shared by all (beta factor)."),
    within: word("Who shares it. Default: all.", "all", "group", "site", "room", "rack", "feed").optional(),
  })
    .optional()
    .describe("Failures that take several at once. Default: none."),
  spares: block({ count: whole("Spare units.", 0, 1_000_000), swap: time("Time to put one in. Default: 0 s.").optional() })
    .optional()
    .describe("Units that stand in for a failed one. Default: none, each is repaired itself."),
  perHost: whole("disk, nic: how many each host has. Default: 2.", 1, 1000).optional(),
  tolerates: whole("disk, nic: how many may be down without harm. Default: 1 disk; of cards all but one.", 0, 1000).optional(),
  grace: time("cooling: how long hosts go on without. Default: 5 min.").optional(),
  share: share("operator: share of the hosts that is hit. Default: 100 %.").optional(),
  every: time("operator: time between one host and the next. Default: 0 s.").optional(),
}).describe("What fails by chance or at set times.");

const pulse = block({
  after: time("Time since the end of the failure before, or since the start."),
  for: time("How long hosts are down."),
  share: share("Share of the hosts that goes down. Default: 100 %.").optional(),
});

const failureTrace = block({
  name: name("Name in results, and of its luck. Default: its path.").optional(),
  format: word("opendc: shares of hosts over time (Parquet or CSV). fta: event table of the Failure Trace Archive.", "opendc", "fta").optional(),
  path: z.string().min(1).max(4096).optional().describe("File, relative to this one."),
  failures: z.array(pulse).min(1).max(1_000_000).optional().describe("The record itself, instead of a file."),
  which: members("Hosts it is about. Default: all.").optional(),
  repeat: z.boolean().optional().describe("Whether it begins anew at its end (opendc and `failures`). Default: false."),
  boots: z.boolean().optional().describe("Whether hosts boot when they are back. Default: false."),
}).describe("Recorded failures, played again.");

export const failures = block({
  crews: z
    .union([whole("Crews.", 1, 1_000_000), z.literal("none")])
    .optional()
    .describe("How many repairs can go on at a time; none = as many as needed. Default: none."),
  models: z.array(failureModel).max(10_000).optional().describe("Failure models. Their order has no meaning. Default: none."),
  traces: z.array(failureTrace).max(1000).optional().describe("Recorded failures. Default: none."),
}).describe("What fails, and who repairs it. Default: nothing fails.");

export type UserFailures = z.output<typeof failures>;
export type UserLaw = z.output<typeof lawBlock>;
export type UserFailureTrace = z.output<typeof failureTrace>;
export type UserFailureModel = z.output<typeof failureModel>;
