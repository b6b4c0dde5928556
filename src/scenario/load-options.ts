/**
 * Options of traces and generators as they are written in the file, and the names and units the readers take them in.
 */
import * as z from "zod";
import type { DimensionName } from "../units/dimensions.ts";
import { exactQuantity } from "../units/exact.ts";
import { type Bounds, block, number, quantity, whole, word } from "./fields.ts";

export interface OptionField {
  /** Key in the file. */
  readonly key: string;
  /** Name of the option for the reader; ends in its unit. */
  readonly option: string;
  /** Quantity with a unit, a plain or whole number, true or false, or one of some words. */
  readonly kind: DimensionName | "number" | "whole" | "boolean" | readonly [string, ...string[]];
  readonly bounds?: Bounds;
  readonly about: string;
}

const mhz: Bounds = { above: 0, max: 1e6 };
const seconds: Bounds = { max: 1e11 };

export const traceFields: readonly OptionField[] = [
  {
    key: "assign",
    option: "assign",
    kind: ["blocks", "cycle"],
    about: "How several `sizes` are handed out: in equal blocks of VMs, or in turn. Default: blocks.",
  },
  { key: "speed", option: "speedMHz", kind: "frequency", bounds: mhz, about: "Speed of a core where the trace counts in cores or shares. Default: 2.5 GHz." },
  { key: "machineCores", option: "machineCores", kind: "number", about: "Cores of the machine that counts as 1 (Google). Default: 32." },
  {
    key: "machineMemory",
    option: "machineMemoryMiB",
    kind: "memory",
    about: "Memory of the machine that counts as 1 or 100 % (Google, Alibaba). Default: 128 GiB.",
  },
  { key: "memoryPerVcpu", option: "memoryPerVcpuMiB", kind: "memory", about: "Memory per vCPU where the trace has none (SWF). Default: 2 GiB." },
  { key: "memoryUnit", option: "memoryUnit", kind: ["auto", "MB", "kB"], about: "OpenDC: unit of mem_capacity. Default: auto." },
  { key: "step", option: "stepSeconds", kind: "time", bounds: { above: 0, max: 1e9 }, about: "Step of the grid that samples are put on. Default: 5 min." },
  { key: "hold", option: "holdSteps", kind: "whole", about: "Sampling gaps of up to this many steps keep the last value. Default: 3." },
  { key: "sequence", option: "sequence", kind: "boolean", about: "Plain format: tasks of a VM run one after the other." },
  { key: "entity", option: "entity", kind: ["machines", "containers"], about: "Alibaba: which table the VMs are." },
  {
    key: "resources",
    option: "resources",
    kind: ["cpu", "all"],
    about: "Bitbrains: CPU alone, or also active memory, disk and network throughput. Default: cpu.",
  },
  { key: "scale", option: "scale", kind: "number", about: "Factor on all CPU demand. Default: 1." },
  { key: "from", option: "fromSeconds", kind: "time", bounds: seconds, about: "Start of the window of the trace's own time; it becomes second 0." },
  { key: "to", option: "toSeconds", kind: "time", bounds: seconds, about: "End of the window of the trace's own time." },
  { key: "limit", option: "limit", kind: "whole", about: "Only the first so many VMs." },
];

export const generatorFields: readonly OptionField[] = [
  { key: "step", option: "stepSeconds", kind: "time", bounds: { above: 0, max: 1e9 }, about: "Time between changes of demand. Default: 5 min." },
  { key: "speed", option: "speedMHz", kind: "frequency", bounds: mhz, about: "Speed of one vCPU: what 100 % of it means. Default: 2.5 GHz." },
  { key: "scale", option: "scale", kind: "number", about: "Factor on all CPU demand. Default: 1." },
  {
    key: "arrivalsPerHour",
    option: "arrivalsPerHour",
    kind: "number",
    about: "cloud: VMs that arrive in an hour, on average. Default: as many as `count` needs.",
  },
];

const fieldSchema = ({ kind, about, bounds = {} }: OptionField): z.ZodType => {
  if (kind === "number") return number(about, 0, 1e9);
  if (kind === "whole") return whole(about, 0, 1e9);
  if (kind === "boolean") return z.boolean().describe(about);
  if (typeof kind === "string") return quantity(kind, about, bounds);
  return word(about, ...kind);
};

/** The schema's entries for a table of options. */
export const optionShape = (fields: readonly OptionField[]): Record<string, z.ZodOptional<z.ZodType>> =>
  Object.fromEntries(fields.map((field) => [field.key, fieldSchema(field).optional()]));

const sizeBlock = block({
  vcpus: whole("vCPUs.", 1, 100_000),
  speed: quantity("frequency", "Speed of one vCPU: what 100 % of it means.", mhz),
  memory: quantity("memory", "Memory.", { above: 0, max: 2 ** 34 }),
});
export const traceSizes = z.array(sizeBlock).min(1).max(1000).describe("Sizes for formats that have none (PlanetLab). Default: one vCPU of 2.5 GHz, 1 GiB.");

/** Values from the file under the reader's names. */
export const toOptions = (fields: readonly OptionField[], given: Readonly<Record<string, unknown>>): Record<string, number | string | boolean> =>
  Object.fromEntries(fields.flatMap(({ key, option }) => (given[key] === undefined ? [] : [[option, given[key] as number | string | boolean]])));

/** `1 x 2500 x 870, 2 x 2000 x 1740`: vCPUs x MHz x MiB, the form in which the readers take sizes. */
export const sizesText = (sizes: readonly z.output<typeof sizeBlock>[]): string =>
  sizes.map(({ vcpus, speed, memory }) => `${vcpus} x ${speed} x ${memory}`).join(", ");

/** The entry of the file for an option, for printing: its key and its text. Undefined for an option no table has. */
export function optionEntry(fields: readonly OptionField[], option: string, value: unknown): [string, string] | undefined {
  if (option === "sizes") {
    const sizes = String(value)
      .split(",")
      .map((size) => size.split("x").map(Number))
      .map(([vcpus, speed, memory]) => `{vcpus: ${vcpus}, speed: ${exactQuantity(speed ?? 0, "frequency")}, memory: ${exactQuantity(memory ?? 0, "memory")}}`);
    return ["sizes", `[${sizes.join(", ")}]`];
  }
  const field = fields.find((f) => f.option === option);
  if (!field) return undefined;
  const isQuantity = typeof field.kind === "string" && !["number", "whole", "boolean"].includes(field.kind);
  return [field.key, isQuantity ? exactQuantity(Number(value), field.kind as DimensionName) : String(value)];
}
