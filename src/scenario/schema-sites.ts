/**
 * The part of the scenario schema about places and promises: sites, and service classes with their targets.
 */
import * as z from "zod";
import { creditTermsNames } from "../catalog/data/credits.ts";
import { block, name, number, price, quantity, quantityOr, word } from "./fields.ts";
import { time } from "./limits.ts";

/** What a site says besides its name. */
const place = {
  region: name("Region of the power grid, as a label in results. Default: none.").optional(),
  pue: number(
    "Power usage effectiveness: facility energy / IT energy. Default: 1, IT energy alone (surveys of data centres find about 1.5).",
    1,
    10,
  ).optional(),
  electricity: price("Price of electricity, such as 0.15 EUR/kWh, or none. Default: none, no money is reckoned.").optional(),
  carbon: quantityOr("none", "carbon", "Carbon intensity of electricity, such as 380 g/kWh, or none. Default: none, no carbon is reckoned.", {
    max: 1e6,
  }).optional(),
};

export const MOST_SITES = 1000;

export const site = block(place).describe("Where the hosts stand, when that is one place.");
export const sites = z
  .array(block({ name: name("Name of the site; host groups refer to it by `site`."), ...place }))
  .min(1)
  .max(MOST_SITES)
  .describe("Places where hosts stand. Their order in the file has no meaning. Default: one, as `site` says.");

const share = (about: string) => quantity("share", about, { max: 1 });

export const serviceClass = block({
  name: name("Name of the class; VM groups refer to it by `class`."),
  availability: share("Time up / time it should have been up, of each VM in each window. Default: no target.").optional(),
  ready: share("CPU ready: the most of its vCPUs' running time a VM may wait for CPU, over a window. Default: no target.").optional(),
  slowdown: share("The most of the work it asked for that a VM may miss, over a window. Default: no target.").optional(),
  restart: time("The longest a VM may be down at one time. Default: no target.").optional(),
  rpo: time("Recovery point: the most work, by its age, that may be lost in a disaster. Default: no target.").optional(),
  rto: time("Recovery time: the longest until a VM runs again after a disaster. Default: no target.").optional(),
  window: word(
    "Over what availability, ready time and slowdown are measured: calendar months, weeks (from Monday) or days in UTC, or the run as a whole. Default: month.",
    "month",
    "week",
    "day",
    "run",
  ).optional(),
  credits: z
    .union([
      z.literal("none"),
      word("Terms of a public cloud.", ...(creditTermsNames as [string, ...string[]])),
      z
        .array(
          block({
            below: quantity("share", "Availability in the window below this ...", { above: 0, max: 1 }),
            credit: quantity("share", "... gives back this share of the charge.", { above: 0, max: 1 }),
          }),
        )
        .min(1)
        .max(100),
    ])
    .optional()
    .describe("What is given back when a VM was up less than promised: tiers, or the terms of a public cloud by name. Default: none."),
}).describe("A class of service: what VMs of that class are promised.");

export const serviceClasses = z
  .array(serviceClass)
  .max(1000)
  .describe("Classes of service. Their order in the file has no meaning. Default: none, classes are mere labels.");

export type UserSite = z.output<typeof sites>[number];
export type UserServiceClass = z.output<typeof serviceClass>;
