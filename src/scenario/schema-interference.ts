/**
 * The part of the scenario schema about VMs that disturb each other on one host.
 */
import * as z from "zod";
import type { InterferenceSpec } from "../model/spec.ts";
import { block, quantity, word } from "./fields.ts";

/**
 * Estimates, inside what co-location studies report (bubble-up, MICRO 2011, and others since: from nothing to twice the time for
 * memory-bound work, a few percent for work that lives in its own caches).
 */
export const typicalInterference: InterferenceSpec = {
  cpu: { pressure: 0.1, sensitivity: 0.05 },
  memory: { pressure: 1, sensitivity: 0.6 },
  oltp: { pressure: 0.5, sensitivity: 0.35 },
};

const kind = (about: string, { pressure, sensitivity }: InterferenceSpec["cpu"]) =>
  block({
    pressure: quantity("share", `Pressure on caches and memory bandwidth when it keeps all cores busy. Default: ${pressure * 100} %.`, { max: 1 }).optional(),
    sensitivity: quantity("share", `Time it loses at full pressure, per time it takes alone. Default: ${sensitivity * 100} %.`, { max: 100 }).optional(),
  })
    .optional()
    .describe(about);

export const interference = z
  .union([
    word("none, or typical: estimates for each kind of work.", "none", "typical"),
    block({
      cpu: kind("CPU-bound work.", typicalInterference.cpu),
      memory: kind("Memory-bound work.", typicalInterference.memory),
      oltp: kind("Database work (OLTP).", typicalInterference.oltp),
    }),
  ])
  .describe("How much VMs on one host slow each other through caches and memory bandwidth (docs/interference.md). Default: none.");

export type UserInterference = z.output<typeof interference>;
