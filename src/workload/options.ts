/**
 * What a user may say about a trace: sizes for formats that have none, a time window, a scale, how many VMs.
 */
import { nearest } from "../units/spelling.ts";

/** Size of a VM where the trace does not say. */
export interface VmSize {
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** Speed of one vCPU, MHz: what 100 % of it means. */
  readonly speedMHz: number;
}

export interface TraceOptions {
  /** Sizes for formats without them (PlanetLab). Several are handed out as `assign` says. Default: 1 vCPU of 2,500 MHz, 1,024 MiB. */
  readonly sizes?: readonly VmSize[];
  /** `blocks`: VMs in order, cut into equal blocks, one size a block (as CloudSim's examples do); `cycle`: in turn. Default blocks. */
  readonly assign?: "blocks" | "cycle";
  /** Speed of a core where a trace counts in cores or in shares of a machine, MHz. Default 2,500. */
  readonly speedMHz?: number;
  /** Cores of the machine that counts as 1.0 where a trace is normalised (Google). Default 32. */
  readonly machineCores?: number;
  /** Memory of the machine that counts as 1.0 or 100 % where a trace is normalised (Google, Alibaba), MiB. Default 131,072. */
  readonly machineMemoryMiB?: number;
  /** Memory of a VM, per vCPU, where a trace has none (SWF), MiB. Default 2,048. */
  readonly memoryPerVcpuMiB?: number;
  /** OpenDC: unit of `mem_capacity`. Default auto: kB when the median is above 64 GiB a core, else MB. */
  readonly memoryUnit?: "auto" | "MB" | "kB";
  /** Step of the grid that samples are put on, seconds. Default 300. */
  readonly stepSeconds?: number;
  /** Sampling gaps of up to this many steps keep the last value; longer ones ask for nothing. Default 3. */
  readonly holdSteps?: number;
  /** Plain format: tasks of a VM run one after the other. Default: when the file has no `start_s` column. */
  readonly sequence?: boolean;
  /** Alibaba: which table the VMs are. Default: containers when the folder has both container tables, else machines. */
  readonly entity?: "machines" | "containers";
  /** Bitbrains: what is read: CPU alone, or also active memory, disk and network throughput. Default cpu. */
  readonly resources?: "cpu" | "all";
  /** Factor on all CPU demand. Default 1. */
  readonly scale?: number;
  /** Only the VMs and demand of this window of the trace's own time; its start becomes second 0. */
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
  /** Only the first so many VMs, in the trace's order. */
  readonly limit?: number;
}

export const defaultSize: VmSize = { vcpus: 1, memoryMiB: 1024, speedMHz: 2500 };

type Check = (value: unknown) => string | undefined;

const above =
  (least: number, inclusive: boolean, whole = false): Check =>
  (value) => {
    const fine = typeof value === "number" && Number.isFinite(value) && (inclusive ? value >= least : value > least) && (!whole || Number.isInteger(value));
    return fine ? undefined : `a ${whole ? "whole " : ""}number ${inclusive ? "of at least" : "above"} ${least}`;
  };
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value as string) ? undefined : words.map((w) => `"${w}"`).join(" or ");

const checks: Record<Exclude<keyof TraceOptions, "sizes">, Check> = {
  assign: oneOf("blocks", "cycle"),
  speedMHz: above(0, false),
  machineCores: above(0, false),
  machineMemoryMiB: above(0, false),
  memoryPerVcpuMiB: above(0, true),
  memoryUnit: oneOf("auto", "MB", "kB"),
  stepSeconds: above(0, false),
  holdSteps: above(0, true, true),
  sequence: (value) => (typeof value === "boolean" ? undefined : "true or false"),
  entity: oneOf("machines", "containers"),
  resources: oneOf("cpu", "all"),
  scale: above(0, true),
  fromSeconds: above(0, true),
  toSeconds: above(0, false),
  limit: above(1, true, true),
};

/** Names of the options a scenario or a command line may give. */
export const traceOptionNames: readonly string[] = ["sizes", ...Object.keys(checks)];

/**
 * Options out of plain values (a scenario's `options`, a command line). `sizes` is text:
 * `vCPUs x MHz x MiB`, several separated by commas, as in `1 x 2500 x 870, 1 x 2000 x 1740`.
 * Throws an Error that lists everything wrong at once.
 */
export function traceOptions(given: Readonly<Record<string, unknown>>): TraceOptions {
  const faults: string[] = [];
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (name === "sizes") {
      options.sizes = sizesOf(value, faults);
    } else if (Object.hasOwn(checks, name)) {
      const expected = checks[name as keyof typeof checks](value);
      if (expected !== undefined) faults.push(`${name}: found ${JSON.stringify(value)}, expected ${expected}`);
      options[name] = value;
    } else {
      const near = nearest(name, traceOptionNames);
      faults.push(`${name}: there is no such trace option${near === undefined ? "" : `; did you mean ${near}?`} (there are ${traceOptionNames.join(", ")})`);
    }
  }
  const { fromSeconds, toSeconds } = options as TraceOptions;
  if (fromSeconds !== undefined && toSeconds !== undefined && !(toSeconds > fromSeconds)) {
    faults.push(`toSeconds: found ${toSeconds}, expected more than fromSeconds (${fromSeconds})`);
  }
  if (faults.length > 0) throw new Error(`Trace options: ${faults.join("; ")}`);
  return options;
}

function sizesOf(value: unknown, faults: string[]): VmSize[] {
  const parts = Array.isArray(value) ? value : String(value).split(",");
  return parts.map((part: unknown, i): VmSize => {
    const size = typeof part === "string" ? sizeOf(part) : (part as VmSize);
    const fine = size !== null && typeof size === "object" && Number.isInteger(size.vcpus) && size.vcpus >= 1 && size.speedMHz > 0 && size.memoryMiB > 0;
    if (!fine) faults.push(`sizes: block ${i + 1} is ${JSON.stringify(part)}, expected "vCPUs x MHz x MiB" such as "2 x 2500 x 4096"`);
    return fine ? size : defaultSize;
  });
}

function sizeOf(text: string): VmSize | null {
  const match = /^\s*(\d+)\s*x\s*([\d.]+)\s*(?:MHz)?\s*x\s*([\d.]+)\s*(?:MiB)?\s*$/i.exec(text);
  return match === null ? null : { vcpus: Number(match[1]), speedMHz: Number(match[2]), memoryMiB: Number(match[3]) };
}

/** Size of VM `vm` of `count`. */
export function sizeOfVm(options: TraceOptions, vm: number, count: number): VmSize {
  const sizes = options.sizes ?? [{ ...defaultSize, speedMHz: options.speedMHz ?? defaultSize.speedMHz }];
  const n = sizes.length;
  const at = options.assign === "cycle" ? vm % n : Math.floor(vm / Math.ceil(count / n));
  return sizes[at] ?? defaultSize;
}
