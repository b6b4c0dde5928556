/**
 * What an overload detector sees and says.
 *
 * A detector answers one question for one host: is it overloaded, so that VMs must leave it? It is a pure function of the
 * host's history of load and its load now. Both objects belong to the caller and are used again for the next host, so
 * that asking thousands of times a second allocates nothing.
 */

/** One host, as a detector sees it. Loads are fractions of the host's CPU: demand / capacity, above 1 when it is short. */
export interface HostLoad {
  /** Past loads, newest first, one each interval; only the first `samples` are meant. */
  history: Float64Array;
  samples: number;
  /** Demand of its VMs now / capacity. */
  load: number;
  /** Intervals until a migration started now would be over, rounded up; forecasts look that far ahead. */
  stepsAhead: number;
  /** Load one interval from now, for the oracle only; NaN where nobody knows it. */
  nextLoad: number;
}

/** The numbers behind an answer, so that a decision can explain itself. Overwritten by each call. */
export interface Finding {
  /** What was compared: the load now, or the forecast times the safety parameter. */
  measured: number;
  /** What it was compared with. */
  limit: number;
  /** The statistic behind the limit or the forecast (the detector's `statistic` says which); NaN where it has none. */
  statistic: number;
  /** The history was too short for the method, so the fallback threshold decided. */
  fallback: boolean;
}

/** Answers whether the host is overloaded and fills in the finding. */
export type Detect = (host: HostLoad, finding: Finding) => boolean;

export interface DetectorPolicy {
  /** As written in scenarios: `iqr`. */
  readonly name: string;
  /** One sentence: when it calls a host overloaded. */
  readonly about: string;
  readonly source: string;
  /** What `finding.statistic` is; empty when the detector has none. */
  readonly statistic: string;
  /** Makes the function for one run. @throws Error that names the option when one is wrong. */
  create(options: Readonly<Record<string, unknown>>): Detect;
}

/** A host without history; fill in and reuse. */
export function newHostLoad(historyLength: number): HostLoad {
  return { history: new Float64Array(historyLength), samples: 0, load: 0, stepsAhead: 1, nextLoad: Number.NaN };
}

export function newFinding(): Finding {
  return { measured: 0, limit: 0, statistic: Number.NaN, fallback: false };
}

/** Threshold that decides while the history is too short; CloudSim's value. */
export const fallbackThreshold = 0.7;

/** Compares the load with a fixed limit and says so in the finding. */
export function aboveLimit(host: HostLoad, finding: Finding, limit: number, statistic: number, fallback: boolean): boolean {
  finding.measured = host.load;
  finding.limit = limit;
  finding.statistic = statistic;
  finding.fallback = fallback;
  return host.load > limit;
}

/** Compares safety x forecast with a full host and says so in the finding. */
export function forecastFull(finding: Finding, forecast: number, safety: number): boolean {
  finding.measured = forecast * safety;
  finding.limit = 1;
  finding.statistic = forecast;
  finding.fallback = false;
  return finding.measured >= 1;
}
