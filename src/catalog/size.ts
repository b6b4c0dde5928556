/** What the catalogue says about VM sizes. */

import type { Confidence } from "./profile.ts";

export interface VmSize {
  /** As written in scenarios: `medium`, `m5.large`. */
  readonly key: string;
  readonly vcpus: number;
  readonly memoryGiB: number;
}

/** Sizes that belong together and come from one source. */
export interface SizeFamily {
  readonly family: string;
  readonly about: string;
  /** Key into `sources`. */
  readonly source: string;
  readonly confidence: Confidence;
  readonly sizes: readonly VmSize[];
}
