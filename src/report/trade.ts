/**
 * What an option gives for what it takes. A comparison that was asked for no figure in particular is about those in which its
 * options really differ: the largest gain is the finding, the largest loss is its price.
 */
import { formatNumber } from "../units/format.ts";
import type { ComparedDifference, ComparedMetric, ComparedValue } from "./compare-data.ts";
import { NBSP } from "./format.ts";
import { decimalsFor } from "./interval.ts";

/** A figure of which less is better, and how to say so. The amount is "28 % less" or "3 fewer". */
interface Stake {
  readonly metric: string;
  /** After the option's name. */
  readonly gain: (amount: string) => string;
  /** After a gain. */
  readonly price: (amount: string) => string;
  /** Counted things have "fewer", others "less". */
  readonly counted?: boolean;
  /** Below this in all options nobody cares. */
  readonly from?: number;
}

const rejects: Omit<Stake, "metric"> = { gain: (a) => `rejects ${a} VMs`, price: (a) => `and rejects ${a} VMs`, counted: true };
const loses: Omit<Stake, "metric"> = { gain: (a) => `loses ${a} VMs`, price: (a) => `and loses ${a} VMs`, counted: true };

/** In the order in which equal gains are told. */
const STAKES: readonly Stake[] = [
  { metric: "energy_facility_kwh", gain: (a) => `takes ${a} energy`, price: (a) => `for ${a} energy` },
  { metric: "cost_total", gain: (a) => `costs ${a}`, price: (a) => `for ${a} money` },
  { metric: "down_vm_h", gain: (a) => `is out of service ${a}`, price: (a) => `and is out of service ${a}` },
  { metric: "vms_rejected", ...rejects },
  { metric: "vms_lost", ...loses },
  // Waiting below 1 % of the time is not felt.
  { metric: "ready_pct_p95", gain: (a) => `waits ${a} for CPU`, price: (a) => `and waits ${a} for CPU`, from: 1 },
];

/** A figure in which an option differs from the baseline beyond doubt. */
export interface Move {
  readonly metric: ComparedMetric;
  readonly value: ComparedValue;
  /** Natural logarithm of its ratio to the baseline, the smaller the better; at most 3 either way, which is twenty times. */
  readonly size: number;
  /** "takes 28 % less energy", or "for 12 % more energy". */
  readonly words: string;
}

const MOST = 3;

/** Gains and losses of an option, the largest first. */
export function movesOf(metrics: readonly ComparedMetric[], option: number): { readonly gains: readonly Move[]; readonly losses: readonly Move[] } {
  const moves = STAKES.flatMap((stake): Move[] => {
    const metric = metrics.find((one) => one.metric === stake.metric);
    const value = metric?.values[option];
    const difference = value?.difference;
    if (!metric || !difference || !Number.isFinite(value.mean)) return [];
    const real = difference.verdict === "more" || difference.verdict === "less" || (difference.verdict === "one run" && difference.mean !== 0);
    if (!real || Math.max(value.mean, difference.base) < (stake.from ?? 0)) return [];
    const ratio = Math.log(value.mean / difference.base);
    const size = Math.max(-MOST, Math.min(MOST, Number.isFinite(ratio) ? ratio : MOST * Math.sign(difference.mean)));
    return [{ metric, value, size, words: (difference.mean < 0 ? stake.gain : stake.price)(amount(difference, metric.unit, stake.counted)) }];
  });
  return {
    gains: moves.filter(({ size }) => size < 0).sort((a, b) => a.size - b.size),
    losses: moves.filter(({ size }) => size > 0).sort((a, b) => b.size - a.size),
  };
}

/** The option with the largest gain, and the figure it lies in; null where none gains anything. */
export function bestGain(metrics: readonly ComparedMetric[], options: number): { readonly option: number; readonly move: Move } | null {
  let best: { option: number; move: Move } | null = null;
  for (let option = 1; option < options; option++) {
    const [move] = movesOf(metrics, option).gains;
    if (!move) continue;
    const same = best?.move.metric === move.metric;
    // Within one figure by its value: what is beyond twenty times less can still be better.
    if (best === null || (same ? move.value.mean < best.move.value.mean : move.size < best.move.size)) best = { option, move };
  }
  return best;
}

function amount(difference: ComparedDifference, unit: string, counts = false): string {
  if (!counts) return howMuch(difference, unit);
  return `${formatNumber(Math.abs(difference.mean))} ${difference.mean < 0 ? "fewer" : "more"}`;
}

/** "28 % less", "12 kWh more": how much, and which way. What is not all is never rounded to 100 % less. */
export function howMuch({ mean, low, high, base }: ComparedDifference, unit: string): string {
  const way = mean < 0 ? "less" : "more";
  if (base === 0) return `${formatNumber(Math.abs(mean))}${unit === "" ? "" : NBSP + unit} ${way}`;
  const percent = Math.abs((100 * mean) / base);
  if (percent > 900) return `${formatNumber(1 + percent / 100)} times as much`;
  const digits = percent < 10 ? 1 : percent >= 98.5 && percent < 100 && mean < 0 ? 3 : 2;
  const shown = digits === 3 ? Math.floor(percent * 10) / 10 : Number(percent.toPrecision(digits));
  // No more digits than the interval supports, as where it stands beside it.
  const half = (50 * (high - low)) / Math.abs(base);
  const step = half > 0 && Number.isFinite(half) ? 10 ** -decimalsFor(half) : 0;
  const supported = step > 0 ? Math.round(shown / step) * step : shown;
  return `${formatNumber(supported > 0 && supported < 100 ? Number(supported.toPrecision(3)) : shown)}${NBSP}% ${way}`;
}
