/**
 * The part of the scenario schema about places and promises: sites, and service classes with their targets.
 */
import * as z from "zod";
import { creditTermsNames } from "../catalog/data/credits.ts";
import { block, moneyFor, name, number, price, quantity, quantityOr, word } from "./fields.ts";
import { time } from "./limits.ts";

const share = (about: string) => quantity("share", about, { max: 1 });

/** A series in a CSV file. */
const series = {
  file: z.string().min(1).max(4096).describe("CSV file, relative to this one: Electricity Maps, ENTSO-E or plain (docs/energy.md)."),
  column: z.string().min(1).max(200).optional().describe("Part of the name of the column to read. Default: the one that fits."),
  from: z.string().max(40).optional().describe("Instant of the series that second 0 of the run takes. Default: the run's start."),
  after: word(
    "A run that outlasts the series stops with an error, begins it again, or keeps its last value. Default: error.",
    "error",
    "wrap",
    "hold",
  ).optional(),
};

const celsius = (about: string) => number(about, -90, 70);
const factor = number("Facility energy / IT energy.", 1, 10);
const pue = z
  .union([
    factor,
    block({
      byLoad: z
        .array(block({ it: quantity("power", "IT power.", { max: 1e12 }), pue: factor }))
        .min(1)
        .max(1000)
        .describe("PUE at points of IT power, straight lines between."),
    }),
    block({
      byTemperature: z
        .array(block({ celsius: celsius("Outside temperature, °C."), pue: factor }))
        .min(1)
        .max(1000)
        .describe("PUE at points of outside temperature, straight lines between."),
      temperature: z
        .union([celsius("°C, all the time."), z.array(celsius("°C.")).length(12).describe("Means of the twelve months, °C."), block(series)])
        .describe("Outside temperature."),
    }),
  ])
  .describe(
    "Power usage effectiveness, facility energy / IT energy: a number, by load or by temperature. Default: 1, IT energy alone (surveys of data centres find about 1.5).",
  );

const clock = (about: string) =>
  z
    .string()
    .regex(/^(?:[01]?\d|2[0-3]):[0-5]\d$|^24:00$/, { error: "is not a time of day such as 07:30" })
    .describe(about);
export const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const electricity = z
  .union([
    price("One price."),
    block({
      price: price("Price outside the windows of timeOfUse. Required unless `file` gives it.").optional(),
      ...series,
      file: series.file.optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .optional()
        .describe("Currency of the file's prices. Default: EUR."),
      timeOfUse: z
        .array(
          block({
            days: z
              .union([
                word("Days.", "weekdays", "weekend", "all"),
                z
                  .array(word("Day.", ...DAYS))
                  .min(1)
                  .max(7),
              ])
              .optional()
              .describe("Days it holds on. Default: all."),
            from: clock("Local time it begins."),
            to: clock("Local time it ends; before `from`: on the next day."),
            price: price("Price then."),
          }),
        )
        .max(100)
        .optional()
        .describe("Windows with a price of their own; where several hold the first counts. Default: none."),
      utcOffset: z
        .string()
        .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/)
        .optional()
        .describe("Distance of the windows' local time from UTC, such as +01:00, the whole run long. Default: +00:00."),
      demand: moneyFor("kW/month", "Charge for the highest mean power of a month over a metering interval, such as 12 EUR/kW/month. Default: none.").optional(),
      feedIn: price("What is paid for energy fed into the grid. Default: none.").optional(),
    }),
  ])
  .describe("Price of electricity, such as 0.15 EUR/kWh, a tariff, or none. Default: none, no money is reckoned.");

const grams = (about: string) => quantity("carbon", about, { max: 1e6 });
const carbon = z
  .union([quantityOr("none", "carbon", "One intensity.", { max: 1e6 }), block(series)])
  .describe("Carbon intensity of electricity, such as 380 g/kWh, a series in a file, or none. Default: none, no carbon is reckoned.");
const market = block({
  covered: share("Part of the energy that contracts or certificates cover. Default: 0 %.").optional(),
  intensity: grams("Intensity of what is covered. Default: 0 g/kWh.").optional(),
  residual: grams("Intensity of the residual mix, for the rest."),
}).describe("Market-based carbon beside the location-based. Default: not reckoned.");

const battery = block({
  capacity: quantity("energy", "Energy it holds.", { above: 0, max: 1e18 }),
  charge: quantity("power", "Power it charges with.", { above: 0, max: 1e12 }),
  discharge: quantityOr("none", "power", "Most power it gives. Default: none, as much as is asked for.", { above: 0, max: 1e12 }).optional(),
  efficiency: quantity("share", "Energy that comes out / energy put in. Default: 100 %.", { above: 0, max: 1 }).optional(),
  initial: share("Energy in it at the start. Default: 0 %.").optional(),
  below: z
    .union([quantityOr("surplus", "carbon", "Intensity.", { max: 1e6 }), price("Price.")])
    .optional()
    .describe(
      "It charges from the grid while intensity or price is below this, and discharges otherwise; surplus: only from own generation. Default: surplus.",
    ),
}).describe("A battery between the site and the grid. Default: none.");

const generation = block({
  power: quantity("power", "Power generated all the time. One of power and file.", { max: 1e12 }).optional(),
  ...series,
  file: series.file.optional(),
  carbon: grams("Intensity of what it generates. Default: 0 g/kWh.").optional(),
}).describe("Generation on the site: a power, or a series in W (kW where the column says so). Default: none.");

/** What a site says besides its name. */
const place = {
  region: name("Region of the power grid, as a label in results. Default: none.").optional(),
  pue: pue.optional(),
  electricity: electricity.optional(),
  carbon: carbon.optional(),
  market: market.optional(),
  battery: battery.optional(),
  generation: generation.optional(),
};

export const accounts = block({
  meter: time("Metering interval. Default: 15 min, that of most grids.").optional(),
  share: word(
    "What a VM's share follows, of what its host draws without a VM's doing (idling, the hypervisor's own work) and costs: its vCPUs, its memory, or one for each VM. Default: vcpus.",
    "vcpus",
    "memory",
    "vms",
  ).optional(),
  within: word("Shares are taken among the VMs of the host, or of the whole site. Default: host.", "host", "site").optional(),
}).describe("Meters energy, carbon and money of each site and shares them out to VMs. Default: only where a site, or `money`, needs it.");

export const MOST_SITES = 1000;

export const site = block(place).describe("Where the hosts stand, when that is one place.");
export const sites = z
  .array(block({ name: name("Name of the site; host groups refer to it by `site`."), ...place }))
  .min(1)
  .max(MOST_SITES)
  .describe("Places where hosts stand. Their order in the file has no meaning. Default: one, as `site` says.");

export const serviceClass = block({
  name: name("Name of the class; VM groups refer to it by `class`."),
  price: moneyFor("VM/month", "What a VM is charged, such as 30 EUR/VM/month: credits are shares of it. Default: what it costs.").optional(),
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

export type UserAccounts = z.output<typeof accounts>;
export type UserSite = z.output<typeof sites>[number];
export type UserServiceClass = z.output<typeof serviceClass>;
