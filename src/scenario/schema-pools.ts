/** The part of the scenario schema about resource pools. */
import * as z from "zod";
import { block, name, number, quantity, quantityOr, word } from "./fields.ts";

const MOST_MHZ = 1e12;

/** Shares of a pool in words: those of four vCPUs, as vSphere has it (8000, 4000, 2000 against 1000 a vCPU). */
export const poolShareWords = { low: 2, normal: 4, high: 8 } as const;

const pool = block({
  name: name("Name of the pool."),
  parent: name("Pool it is in. Default: none, it stands beside the VMs that are in no pool.").optional(),
  shares: z
    .union([word("Weight.", "low", "normal", "high"), number("Weight; a VM has 1 for each vCPU at normal shares.", 1e-6, 1e9)])
    .optional()
    .describe("Weight against its siblings when CPU is short: low (2), normal (4, as a VM of four vCPUs), high (8) or a number. Default: normal."),
  reservation: quantity("frequency", "CPU the pool's VMs are sure of together. Default: 0 MHz.", { max: MOST_MHZ }).optional(),
  limit: quantityOr("none", "frequency", "CPU they never exceed together. Default: none.", { above: 0, max: MOST_MHZ }).optional(),
  expandable: z.boolean().optional().describe("Whether reservations of its VMs may go beyond its own, at the cost of its parent. Default: true."),
}).describe("A resource pool: VMs that share CPU as one.");

export const pools = z.array(pool).max(1000).describe("Resource pools (docs/cpu.md). Their order in the file has no meaning. Default: none.");

export type UserPool = z.output<typeof pool>;
