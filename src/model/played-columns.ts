/**
 * The I/O that comes with a grid of samples, as hosts that play it read it: for each kind what all VMs ask for all the time,
 * and a column of samples on top. Where the trace says nothing of a kind its column is one row of zeros for all steps, so that
 * whoever adds up reads every kind in the same way.
 */
import type { GridDemand } from "./demand.ts";
import { type IoSpec, SMALL_IO_MIB } from "./storage-spec.ts";

export interface PlayedColumn {
  /** What each VM asks for beside its sample. */
  readonly always: number;
  /** In the layout of the grid's `mhz`, or one row for all steps. */
  readonly samples: Float32Array;
  readonly isSampled: boolean;
}

/** I/Os a second and MiB/s of disk, Gbit/s of network. */
export interface PlayedColumns {
  readonly iops: PlayedColumn;
  readonly mib: PlayedColumn;
  readonly gbit: PlayedColumn;
}

/** Who is told what the VMs of a host that plays ask for together. */
export interface PlayedSums {
  /** I/Os a second, MiB/s and Gbit/s that are asked for, and from when on, s: numbers of a call that would cost more as its arguments. */
  readonly asked: Float64Array;
  /** The VMs of host `h` ask for `asked` together from then on. False, and nothing changes, when a link of its own does not carry that. */
  carries(h: number): boolean;
}

/** The grid with gaps in its columns of disk and network filled by what the class says, so that all who read it read the same. */
export function withoutIoGaps(demand: GridDemand, io: IoSpec): GridDemand {
  const filled = (column: Float32Array, otherwise: (k: number) => number): Float32Array =>
    column.some((value) => Number.isNaN(value)) ? column.map((value, k) => (Number.isNaN(value) ? otherwise(k) : value)) : column;
  const { iops, diskMiBPerSecond, gbitPerSecond } = demand;
  const ios = iops && filled(iops, () => io.iops);
  return {
    ...demand,
    ...(ios ? { iops: ios } : {}),
    ...(diskMiBPerSecond ? { diskMiBPerSecond: filled(diskMiBPerSecond, (k) => io.diskMiBPerSecond ?? (ios ? ios[k] : io.iops) * SMALL_IO_MIB) } : {}),
    ...(gbitPerSecond ? { gbitPerSecond: filled(gbitPerSecond, () => io.gbitPerSecond) } : {}),
  };
}

/** I/O of the `vms` VMs of a grid without gaps; null when there is none. */
export function playedColumns({ iops, diskMiBPerSecond, gbitPerSecond }: GridDemand, io: IoSpec, vms: number): PlayedColumns | null {
  if (!iops && !diskMiBPerSecond && !gbitPerSecond && io.iops === 0 && io.gbitPerSecond === 0 && (io.diskMiBPerSecond ?? 0) === 0) return null;
  const zeros = new Float32Array(vms);
  const column = (samples: Float32Array | undefined, otherwise: number): PlayedColumn =>
    samples ? { always: 0, samples, isSampled: true } : { always: otherwise, samples: zeros, isSampled: false };
  // 4 KiB is a power of two MiB: as exact in 32 bits as the I/Os.
  const small = io.diskMiBPerSecond == null ? iops?.map((rate) => rate * SMALL_IO_MIB) : undefined;
  return {
    iops: column(iops, io.iops),
    mib: column(diskMiBPerSecond ?? small, io.diskMiBPerSecond ?? io.iops * SMALL_IO_MIB),
    gbit: column(gbitPerSecond, io.gbitPerSecond),
  };
}
