/** What the catalogue says about a physical server. */

import type { Confidence } from "./profile.ts";

/** Watts at the wall at 0, 10, ... 100 % load, with where they come from. */
export interface PowerCurve {
  /** As written in scenarios: `dell-r740-8280`. */
  readonly key: string;
  readonly vendor: string;
  readonly model: string;
  readonly watts: readonly number[];
  /** Key into `sources`. */
  readonly source: string;
  readonly confidence: Confidence;
  /** Page of the published result, or null where it was not kept. */
  readonly url: string | null;
}

export interface ServerProfile extends PowerCurve {
  readonly cpu: string;
  /** Day of the test, ISO 8601. */
  readonly tested: string;
  readonly chips: number;
  /** Cores and hardware threads of the whole machine. */
  readonly cores: number;
  readonly threads: number;
  /** Nominal clock, MHz. */
  readonly coreMHz: number;
  /** Memory as tested, GiB. */
  readonly memoryGiB: number;
  /** Overall SPECpower_ssj2008 result, operations per second and watt. */
  readonly opsPerWatt: number;
  /** Whether two independent copies of the SPEC results agree. */
  readonly twoCopies: boolean;
}
