/**
 * The part of the scenario schema about money: what hosts cost, and what everything else does.
 */
import * as z from "zod";
import { equipmentKinds } from "../catalog/data/prices.ts";
import { block, moneyFor, name, number, quantity, whole, word } from "./fields.ts";
import { LONGEST_SECONDS } from "./limits.ts";

const share = (about: string) => quantity("share", about, { max: 1 });
const life = quantity("time", "Years until it is replaced; purchase and embodied carbon are spread over them. Default: 4 years (3 to 6), an estimate.", {
  above: 0,
  max: LONGEST_SECONDS,
});
const licence = name("Licence of the catalogue (docs/money.md).");

export const hostCosts = block({
  price: moneyFor("", "Purchase of one host, such as 14000 USD. Default: by its kind and size, an estimate.").optional(),
  life: life.optional(),
  residual: share("What it is worth at the end of its life, of its price. Default: 0 %.").optional(),
  support: share("Support a year, of its price. Default: 10 % (5 to 18 %), an estimate.").optional(),
  sockets: whole("CPUs of one host: what many licences count. Default: as the server, else 2, with a hosted hypervisor 1.", 1, 1024).optional(),
  rackUnits: number("Height in the rack, U. Default: 2; with a hosted hypervisor 0.", 0, 100).optional(),
  users: whole("People who use a desktop product on it. Default: 1.", 0, 1_000_000).optional(),
  licences: z
    .union([licence, z.literal("none"), z.array(licence).max(20)])
    .optional()
    .describe("Licences it needs. Default: the usual one of its hypervisor."),
  embodied: quantity("mass", "Carbon of making it. Default: 1215 kg, the median of 48 manufacturers' sheets.", { max: 1e9 }).optional(),
}).describe("What one host costs, where `money` is reckoned, and the carbon of making it. Default: as the catalogue says.");

export const equipment = z
  .array(
    block({
      name: name("Name of the entry, as it stands in the bill."),
      kind: word("What it is, for its default price (docs/money.md). Default: something else, whose price is given.", ...equipmentKinds).optional(),
      count: whole("Devices. Default: 1.", 1, 1_000_000).optional(),
      site: name("Site it stands at. Default: the only one.").optional(),
      capacity: quantity("memory", "Usable capacity of one array: its default price is for each TiB.", { above: 0, max: 1e15 }).optional(),
      power: quantity("power", "What one device draws all the time: IT energy like that of hosts. Default: 0 W, not counted.", { max: 1e9 }).optional(),
      price: moneyFor("", "Purchase of one device, such as 40000 USD. Default: by its kind, an estimate.").optional(),
      life: quantity("time", "Years until it is replaced. Default: 5 years, an estimate.", { above: 0, max: LONGEST_SECONDS }).optional(),
      residual: share("What it is worth at the end of its life, of its price. Default: 0 %.").optional(),
      support: share("Support a year, of its price. Default: 10 %, an estimate.").optional(),
      rackUnits: number("Height in the rack, U. Default: 2 for an array, 1 for a switch, else 0.", 0, 1000).optional(),
      embodied: quantity("mass", "Carbon of making one device. Default: 0 kg, not counted.", { max: 1e9 }).optional(),
    }),
  )
  .min(1)
  .max(10_000)
  .describe("Storage arrays, switches and the like that are paid for and draw power. Their order has no meaning. Default: nobody counts them.");

export const money = block({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .describe("Currency of all accounts. Default: that of the sites' electricity, else EUR."),
  exchange: z
    .record(z.string().regex(/^[A-Z]{3}$/), z.number().positive())
    .optional()
    .describe("Accounts' currency for one unit of another: {USD: 0.92}. Default: EUR and USD at their mean of 2024."),
  years: whole("Years of the net present value. Default: 3.", 1, 10).optional(),
  discount: share("Rate at which later money counts less, a year. Default: 5 %, an assumption.").optional(),
  rise: share("Rise of running costs a year. Default: 0 %.").optional(),
  windowsGuests: z
    .union([z.literal("none"), licence, z.array(licence).max(10)])
    .optional()
    .describe("Licences for Windows guests on hosts whose own do not cover them: the cheapest for each host. Default: Windows Server Standard or Datacenter."),
  prices: z
    .record(name("Key of a price in the catalogue (docs/money.md)."), z.string().max(200))
    .optional()
    .describe("Prices of your own in place of the catalogue's: {vmware-vvf: 150 USD/core/year}. Default: none."),
}).describe("Reckons what everything costs: hardware, energy, licences, support, staff, space. Default: only energy, where it has a price.");

export type UserHostCosts = z.output<typeof hostCosts>;
export type UserEquipment = z.output<typeof equipment>[number];
export type UserMoney = z.output<typeof money>;
