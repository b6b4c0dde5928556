/**
 * The kinds of quantity people write in scenarios and on the command line, with their units.
 *
 * Inside the program every quantity is a plain number in the base unit named here; units exist only at the border.
 * Spelling is exact (GB is 10^9 bytes, GiB is 2^30 bytes, Gb is neither), because a guess could be wrong by a factor
 * of eight. Sources: SI brochure, 9th edition (prefixes, W, J, Hz); IEC 80000-13 (binary prefixes).
 */

export interface Dimension {
  /** What it is, as in "2.4 GHz is a frequency, not a time". */
  readonly name: string;
  /** With its article: "a frequency". */
  readonly phrase: string;
  /** Unit of the plain number inside the program. */
  readonly base: string;
  /** Base units in one of each unit. */
  readonly units: Readonly<Record<string, number>>;
  /** Units to offer when one is missing; the first is the one people most likely meant. */
  readonly common: readonly string[];
  /** Units used to write an exact value, rising. */
  readonly ladder: readonly string[];
}

const BYTE = 1 / 1048576;
const MEMORY_UNITS = {
  B: BYTE,
  kB: 1e3 * BYTE,
  MB: 1e6 * BYTE,
  GB: 1e9 * BYTE,
  TB: 1e12 * BYTE,
  PB: 1e15 * BYTE,
  KiB: 1 / 1024,
  MiB: 1,
  GiB: 1024,
  TiB: 1024 ** 2,
  PiB: 1024 ** 3,
};

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const WEEK = 7 * DAY;
/** 365 days: the year of a planner's bill, not of the calendar. */
const YEAR = 365 * DAY;

export const dimensions = {
  memory: {
    name: "memory",
    phrase: "an amount of memory",
    base: "MiB",
    units: MEMORY_UNITS,
    common: ["GiB", "GB", "MiB", "TiB"],
    ladder: ["KiB", "MiB", "GiB", "TiB"],
  },
  frequency: {
    name: "frequency",
    phrase: "a frequency",
    base: "MHz",
    units: { Hz: 1e-6, kHz: 1e-3, MHz: 1, GHz: 1e3, THz: 1e6 },
    common: ["GHz", "MHz"],
    ladder: ["Hz", "kHz", "MHz", "GHz"],
  },
  time: {
    name: "time",
    phrase: "a time",
    base: "s",
    units: {
      ns: 1e-9,
      us: 1e-6,
      µs: 1e-6,
      μs: 1e-6,
      ms: 1e-3,
      s: 1,
      sec: 1,
      second: 1,
      seconds: 1,
      min: MINUTE,
      minute: MINUTE,
      minutes: MINUTE,
      h: HOUR,
      hour: HOUR,
      hours: HOUR,
      d: DAY,
      day: DAY,
      days: DAY,
      week: WEEK,
      weeks: WEEK,
      year: YEAR,
      years: YEAR,
    },
    common: ["s", "min", "h", "days"],
    ladder: ["us", "ms", "s", "min", "h", "days"],
  },
  power: {
    name: "power",
    phrase: "a power",
    base: "W",
    units: { mW: 1e-3, W: 1, kW: 1e3, MW: 1e6, GW: 1e9 },
    common: ["W", "kW"],
    ladder: ["mW", "W", "kW", "MW"],
  },
  energy: {
    name: "energy",
    phrase: "an energy",
    base: "J",
    units: { J: 1, kJ: 1e3, MJ: 1e6, GJ: 1e9, TJ: 1e12, Wh: 3600, kWh: 3.6e6, MWh: 3.6e9, GWh: 3.6e12 },
    common: ["kWh", "Wh", "J"],
    ladder: ["J", "Wh", "kWh", "MWh"],
  },
  share: {
    name: "share",
    phrase: "a share",
    base: "of one",
    units: { "%": 0.01, percent: 0.01, "of one": 1 },
    common: ["%"],
    ladder: ["%"],
  },
  bandwidth: {
    name: "data rate",
    phrase: "a data rate",
    base: "Gbit/s",
    units: {
      "bit/s": 1e-9,
      "kbit/s": 1e-6,
      "Mbit/s": 1e-3,
      "Gbit/s": 1,
      "Tbit/s": 1e3,
      Kbps: 1e-6,
      kbps: 1e-6,
      Mbps: 1e-3,
      Gbps: 1,
      Tbps: 1e3,
      "B/s": 8e-9,
      "kB/s": 8e-6,
      "MB/s": 8e-3,
      "GB/s": 8,
      "KiB/s": (8 * 1024) / 1e9,
      "MiB/s": (8 * 1024 ** 2) / 1e9,
      "GiB/s": (8 * 1024 ** 3) / 1e9,
    },
    common: ["Gbit/s", "Mbit/s", "MB/s"],
    ladder: ["kbit/s", "Mbit/s", "Gbit/s"],
  },
  memoryRate: {
    name: "memory rate",
    phrase: "a memory rate",
    base: "MiB/s",
    units: {
      "KiB/s": 1 / 1024,
      "MiB/s": 1,
      "GiB/s": 1024,
      "kB/s": 1e3 * BYTE,
      "MB/s": 1e6 * BYTE,
      "GB/s": 1e9 * BYTE,
      "MiB/h": 1 / HOUR,
      "GiB/h": 1024 / HOUR,
      "GiB/day": 1024 / DAY,
      "GB/day": (1e9 * BYTE) / DAY,
    },
    common: ["MiB/s", "GiB/s"],
    ladder: ["KiB/s", "MiB/s", "GiB/s"],
  },
  ioRate: {
    name: "I/O rate",
    phrase: "an I/O rate",
    base: "IOPS",
    units: { IOPS: 1, iops: 1, "IO/s": 1, "1/s": 1, kIOPS: 1e3 },
    common: ["IOPS"],
    ladder: ["IOPS"],
  },
  work: {
    name: "CPU work",
    phrase: "an amount of CPU work",
    base: "MHz s",
    units: {
      "MHz s": 1,
      "MHz min": MINUTE,
      "MHz h": HOUR,
      "GHz s": 1e3,
      "GHz min": 1e3 * MINUTE,
      "GHz h": 1e3 * HOUR,
      Mcycles: 1,
      Gcycles: 1e3,
      Tcycles: 1e6,
    },
    common: ["GHz s", "GHz h", "MHz s"],
    ladder: ["MHz s", "GHz s", "GHz h"],
  },
  carbon: {
    name: "carbon intensity",
    phrase: "a carbon intensity",
    base: "g/kWh",
    units: { "g/kWh": 1, "kg/kWh": 1e3, "g/MWh": 1e-3, "kg/MWh": 1, "t/MWh": 1e3, "t/GWh": 1 },
    common: ["g/kWh"],
    ladder: ["g/kWh"],
  },
  mass: {
    name: "mass",
    phrase: "a mass",
    base: "kg",
    units: { g: 1e-3, kg: 1, t: 1e3 },
    common: ["kg", "t", "g"],
    ladder: ["g", "kg", "t"],
  },
  cores: {
    name: "number of cores",
    phrase: "a number of cores",
    base: "cores",
    units: { core: 1, cores: 1 },
    common: ["cores"],
    ladder: ["cores"],
  },
} as const satisfies Record<string, Dimension>;

export type DimensionName = keyof typeof dimensions;
