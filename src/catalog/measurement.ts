/** A published measurement of what virtualization costs. */

export type WorkKind = "cpu" | "memory" | "disk-seq" | "disk-random" | "network" | "mixed-oltp" | "other" | "boot" | "migration" | "power";

export interface Measurement {
  readonly id: string;
  /** Catalogue key of the hypervisor; "other-hosted" and "other" for related products and unnamed ones. */
  readonly product: string;
  readonly version: string;
  /** Year of the measurement or its publication, or null where the source does not show it. */
  readonly year: number | null;
  readonly hardware: string;
  readonly kind: WorkKind;
  readonly benchmark: string;
  readonly metric: string;
  /** The figure on the bare machine, in `unit`, or null where the source gives none. */
  readonly native: number | null;
  readonly virtual: number;
  readonly unit: string;
  /** Speed in the VM / speed on the bare machine; VM / native for consumption; null without a native figure. */
  readonly ratio: number | null;
  /** Why the row does not count in medians, or null when it does. */
  readonly unused: string | null;
  /** How far the row can be trusted by itself. */
  readonly quality: "high" | "medium" | "low";
  /** Key into `citations`. */
  readonly cite: string;
}
