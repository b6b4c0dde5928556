/**
 * What a VM selection sees and says.
 *
 * A selection answers: which VM leaves this overloaded host next? It is asked again until the host is no longer overloaded.
 * Candidates come in columns that belong to the caller and are filled anew for each host, so asking allocates nothing.
 */

/** VMs of one host that may leave it (none in migration), in the host's order. */
export interface Candidates {
  count: number;
  /** Memory that a migration would have to copy. */
  memoryMiB: Float64Array;
  /** CPU size of the VM: the most it can ask for. */
  sizeMHz: Float64Array;
  /** CPU it asks for now. */
  demandMHz: Float64Array;
  /** Past CPU loads, fractions of the VM's own size, newest first: `history[i * stride + age]`. */
  history: Float64Array;
  stride: number;
  /** Samples that all candidates have. */
  samples: number;
}

/**
 * Chooses a candidate: its index, or -1 when there is none. Ties go to the first.
 * Fills `scores` with what each candidate scored (the selection's `score` says what it is; NaN where it has none).
 */
export type Select = (vms: Candidates, scores: Float64Array) => number;

export interface SelectionPolicy {
  /** As written in scenarios: `minimum-migration-time`. */
  readonly name: string;
  /** One sentence: which VM it takes. */
  readonly about: string;
  readonly source: string;
  /** What `scores` hold; empty when it keeps none. */
  readonly score: string;
  /** Makes the function for one run. `luck` draws uniform [0, 1). */
  create(luck: () => number): Select;
}

/** Columns for up to `capacity` candidates with `stride` samples of history each. */
export function newCandidates(capacity: number, stride: number): Candidates {
  return {
    count: 0,
    memoryMiB: new Float64Array(capacity),
    sizeMHz: new Float64Array(capacity),
    demandMHz: new Float64Array(capacity),
    history: new Float64Array(capacity * stride),
    stride,
    samples: 0,
  };
}

/** Index of the least of the first `count` numbers, the first on ties; -1 when there is none. */
export function firstLeast(values: Float64Array, count: number): number {
  let best = count > 0 ? 0 : -1;
  for (let i = 1; i < count; i++) if (values[i] < values[best]) best = i;
  return best;
}
