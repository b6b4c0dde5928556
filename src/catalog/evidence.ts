/**
 * What the published measurements say about each hypervisor and kind of work.
 *
 * Two medians: over rows, and over sources (the median of each source's own median), because one source may bring twenty
 * rows; the second is the better guide. Only rows whose native run is comparable count; each other row says why not.
 * Proved by test/catalog/evidence.test.ts against the medians computed by hand and by an independent program.
 *
 * Import this module only where evidence is shown: its data is larger than the rest of the catalogue together.
 */

import { citations } from "./data/citations.ts";
import { measurements } from "./data/evidence.ts";
import type { Measurement, WorkKind } from "./measurement.ts";

export type { Measurement, WorkKind } from "./measurement.ts";
export { citations, measurements };

/** Kinds of work with a speed to compare, in the order in which they are shown. */
export const speedKinds = ["cpu", "memory", "mixed-oltp", "disk-seq", "disk-random", "network", "other"] as const satisfies readonly WorkKind[];

/** Products with evidence, in the order of the catalogue. */
export const measuredProducts = ["esxi", "hyperv", "xen", "kvm", "virtualbox", "workstation", "parallels"] as const;

/** How much a median rests on: "good" four sources or more, "fair" two or three, "thin" one. */
export type Grade = "good" | "fair" | "thin";

export interface Summary {
  /** Ratios to native: middle, and lowest and highest. */
  readonly medianOfRows: number;
  readonly medianOfSources: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly sources: number;
  readonly grade: Grade;
}

/** Measurements of a product and kind that count: comparable, and with a native figure. */
export const counted = (product: string, kind: string): readonly Measurement[] =>
  measurements.filter((row) => row.product === product && row.kind === kind && row.unused === null);

/** The middle value; the mean of the two middle ones when there is an even number. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Medians, range and grade of measurements, or null when none of them has a ratio. */
export function summarise(rows: readonly Measurement[]): Summary | null {
  const bySource = new Map<string, number[]>();
  for (const { cite, ratio } of rows) if (ratio !== null) bySource.set(cite, [...(bySource.get(cite) ?? []), ratio]);
  const ratios = [...bySource.values()].flat();
  if (ratios.length === 0) return null;
  const sources = bySource.size;
  return {
    medianOfRows: median(ratios),
    medianOfSources: median([...bySource.values()].map(median)),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    rows: ratios.length,
    sources,
    grade: sources >= 4 ? "good" : sources >= 2 ? "fair" : "thin",
  };
}

/** One product and kind of work: what was measured, with room for what the model gives. */
export interface EvidenceRow extends Summary {
  readonly product: string;
  readonly kind: (typeof speedKinds)[number];
  /** Ratio to native that a run of the model delivers; null until somebody fills it in. */
  readonly model: number | null;
}

/** Every product and kind with counted measurements, products in the order of the catalogue. */
export function evidenceRows(): EvidenceRow[] {
  return measuredProducts.flatMap((product) =>
    speedKinds.flatMap((kind) => {
      const summary = summarise(counted(product, kind));
      return summary ? [{ product, kind, model: null, ...summary }] : [];
    }),
  );
}
