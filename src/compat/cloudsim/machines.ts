/**
 * The hosts and VMs of CloudSim's PlanetLab experiment: two server models of 2009/2010 taken in turn, four sizes of VM.
 *
 * Power of the servers: SPECpower_ssj2008, HP ProLiant ML110 G4 (Xeon 3040) and G5 (Xeon 3075), watts at 0, 10, ..., 100 %
 * of load, as CloudSim 3.0.3 holds them.
 */

export interface HostKind {
  readonly name: string;
  readonly cores: number;
  readonly coreMips: number;
  readonly totalMips: number;
  readonly ramMb: number;
  readonly bandwidthKbps: number;
  /** Watts at 0, 10, ..., 100 % of load. */
  readonly watts: readonly number[];
}

export interface VmKind {
  readonly mips: number;
  readonly ramMb: number;
  readonly bandwidthKbps: number;
}

/** Host i is of kind `i mod 2`. */
export const hostKinds: readonly HostKind[] = [
  {
    name: "HP ProLiant ML110 G4",
    cores: 2,
    coreMips: 1860,
    totalMips: 3720,
    ramMb: 4096,
    bandwidthKbps: 1e6,
    watts: [86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117],
  },
  {
    name: "HP ProLiant ML110 G5",
    cores: 2,
    coreMips: 2660,
    totalMips: 5320,
    ramMb: 4096,
    bandwidthKbps: 1e6,
    watts: [93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135],
  },
];

/** VM i of n is of kind `floor(i / ceil(n / 4))`. */
export const vmKinds: readonly VmKind[] = [
  { mips: 2500, ramMb: 870, bandwidthKbps: 1e5 },
  { mips: 2000, ramMb: 1740, bandwidthKbps: 1e5 },
  { mips: 1000, ramMb: 1740, bandwidthKbps: 1e5 },
  { mips: 500, ramMb: 613, bandwidthKbps: 1e5 },
];

/** Hosts of the published experiment. */
export const publishedHosts = 800;
export const dayEndSeconds = 86400;
/** Time between consolidation rounds, and between the samples of the trace. */
export const intervalSeconds = 300;
/** CloudSim's least time between events: work starts this long after t = 0 and every tick is this late. */
export const startSeconds = 0.1;
/** Half of the host's link carries migrations: 1,000,000 kbit/s / (2 x 8000) = 62.5 MB/s. */
export const migrationMbPerSecond = 1e6 / (2 * 8000);

/**
 * Watts at a load fraction of 0..1: linear between the points of the table.
 *
 * The order of operations is CloudSim's. Hosts on one segment of a curve differ by rounding errors only, and those
 * errors choose the target of a migration, so a formula that is merely equal gives another day.
 */
export function watts(table: ArrayLike<number>, load: number): number {
  const tenths = load * 10;
  const below = Math.floor(tenths);
  const low = table[below];
  if (tenths === below) return low;
  return low + ((table[below + 1] - low) / 10) * (load - below / 10) * 100;
}

/** The kind of VM i of n: quarters of the trace, the first quarter the largest. */
export function vmKindOf(vm: number, count: number): number {
  return Math.floor(vm / Math.ceil(count / vmKinds.length));
}
