/**
 * The CPU series of one synthetic VM: a quiet load that wanders, and bursts.
 *
 * quiet(k) = b exp(s z(k) - s^2 / 2) w(k)^q    z: AR(1), z(k) = phi z(k-1) + sqrt(1 - phi^2) e(k), e standard normal
 * burst(k): two-state Markov chain, on with probability pi(k) = pi w(k), whose lag-1 correlation is phi too:
 *           off to on (1 - phi) pi(k), on to off (1 - phi) (1 - pi(k)); a burst's level is drawn when it begins
 * load(k) = quiet(k) or, during a burst, its level; w is the wave of the whole fleet, mean 1.
 *
 * b, s, pi and the burst levels follow from the VM's mean m, 95th percentile P and peak M (all relative to capacity):
 * - P < r m (r from the profile): a wandering load. Bursts are rare (pi <= 0.01) and reach from P to M; s solves
 *   exp(1.645 s - s^2 / 2) = P / b, the ratio of a lognormal's 95th percentile to its mean.
 * - else: an on-off load, as batch machines have: bursts near P make up 85 % of the mean or more; pi is at least 0.06,
 *   so that the 95th percentile lies inside them.
 * One uniform draw a step feeds both: its leading 10 bits choose e from a table of 1,024 normal quantiles (scaled to
 * variance 1), the rest decides the chain. Test: test/workload/generate.test.ts (marginals), load-shape there.
 */
import type { Stream } from "../kernel/streams.ts";
import type { CpuProfile } from "./profiles.ts";
import { normalQuantile } from "./quantiles.ts";

/** What the generator needs of one of the kernel's named streams. */
export type RandomStream = Pick<Stream, "uniform">;

export interface LoadTargets {
  /** All relative to the VM's capacity. */
  readonly mean: number;
  readonly p95: number;
  readonly peak: number;
  /** Correlation of neighbouring steps. */
  readonly lag1: number;
}

export interface LoadShape {
  readonly quietMean: number;
  readonly sigma: number;
  readonly burstShare: number;
  /** Burst levels: most in [low, high], one in `rare` up to `peak`. */
  readonly low: number;
  readonly high: number;
  readonly peak: number;
  readonly phi: number;
}

const CELLS = 1024;
const NORMALS = normalTable();

function normalTable(): Float64Array {
  const table = Float64Array.from({ length: CELLS }, (_, i) => normalQuantile((i + 0.5) / CELLS));
  const scale = Math.sqrt(CELLS / table.reduce((sum, z) => sum + z * z, 0));
  return table.map((z) => z * scale);
}

const Z95 = 1.6448536269514722;
const LEAST_BURST_SHARE = 0.06;
/** Share of bursts that go to the VM's peak. */
const RARE = 0.05;

/** The parameters that give a VM these targets; below `steadyRatio` (p95 / mean) it wanders, else it bursts. */
export function shapeOf({ mean, p95, peak, lag1 }: LoadTargets, steadyRatio: number): LoadShape {
  const top = Math.max(peak, p95);
  const phi = Math.min(0.995, Math.max(0, lag1));
  if (p95 < steadyRatio * mean) {
    const level = (p95 + top) / 2;
    const burstShare = Math.min(0.01, (0.2 * mean) / level);
    const quietMean = (mean - burstShare * level) / (1 - burstShare);
    return { quietMean, sigma: lognormalSigma(p95 / quietMean), burstShare, low: p95, high: top, peak: top, phi };
  }
  const low = 0.92 * p95;
  const high = Math.min(top, 1.05 * p95);
  const level = (1 - RARE) * ((low + high) / 2) + RARE * top;
  // Bursts carry as much of the mean as they must for the 95th percentile to lie inside them, at least 85 %.
  const quietMean = Math.max(0, Math.min(0.15 * mean, (mean - LEAST_BURST_SHARE * level) / (1 - LEAST_BURST_SHARE)));
  const burstShare = Math.min(0.95, (mean - quietMean) / (level - quietMean));
  return { quietMean, sigma: 0.4, burstShare, low, high, peak: top, phi };
}

/** s with exp(1.645 s - s^2 / 2) = ratio; the ratio of a lognormal can reach 3.87 at most. */
function lognormalSigma(ratio: number): number {
  if (ratio <= 1) return 0.02;
  const root = Z95 * Z95 - 2 * Math.log(ratio);
  return root <= 0 ? Z95 : Z95 - Math.sqrt(root);
}

/**
 * Fills `out[0 .. steps)` with the load of a VM in MHz. `wave` and `quietWave` hold the fleet's factor from the same
 * step on; `capacity` is 100 %, and the load never passes `ceiling` times that.
 */
export function fillLoad(
  out: Float32Array,
  steps: number,
  shape: LoadShape,
  capacity: number,
  ceiling: number,
  wave: Float64Array,
  quietWave: Float64Array,
  first: number,
  stream: RandomStream,
): void {
  const { quietMean, sigma, burstShare, low, high, peak, phi } = shape;
  const innovation = Math.sqrt(1 - phi * phi);
  const base = quietMean * capacity * Math.exp((-sigma * sigma) / 2);
  const most = ceiling * capacity;
  let z = NORMALS[Math.floor(stream.uniform() * CELLS)]!;
  let on = stream.uniform() < burstShare * wave[first]!;
  let level = on ? burstLevel(low, high, peak, stream) * capacity : 0;
  for (let k = 0; k < steps; k++) {
    const draw = stream.uniform() * CELLS;
    const cell = draw | 0;
    const rest = draw - cell;
    const share = burstShare * wave[first + k]!;
    const target = Math.min(share, 0.98);
    if (on) {
      if (rest < (1 - phi) * (1 - target)) on = false;
    } else if (rest < (1 - phi) * target) {
      on = true;
      level = burstLevel(low, high, peak, stream) * capacity;
    }
    z = phi * z + innovation * NORMALS[cell]!;
    const load = on ? level : base * Math.exp(sigma * z) * quietWave[first + k]!;
    out[k] = Math.min(load, most);
  }
}

function burstLevel(low: number, high: number, peak: number, stream: RandomStream): number {
  const u = stream.uniform();
  return u < RARE ? peak : low + ((high - low) * (u - RARE)) / (1 - RARE);
}

/**
 * The wave of the fleet: day, week and a slow lognormal noise, scaled to mean 1 over the steps.
 * @param startSeconds time of step 0 since a Monday, 00:00
 */
export function fleetWave(cpu: CpuProfile, steps: number, stepSeconds: number, startSeconds: number, stream: RandomStream): Float64Array {
  const { day, week, noise } = cpu;
  const phi = Math.exp(-stepSeconds / (noise.hours * 3600));
  const innovation = Math.sqrt(1 - phi * phi);
  let z = NORMALS[Math.floor(stream.uniform() * CELLS)]!;
  const wave = new Float64Array(steps);
  let sum = 0;
  for (let k = 0; k < steps; k++) {
    const t = startSeconds + k * stepSeconds;
    const hour = (t / 3600) % 24;
    const weekday = Math.floor(t / 86_400) % 7;
    z = phi * z + innovation * NORMALS[Math.floor(stream.uniform() * CELLS)]!;
    wave[k] = (1 + day.amplitude * Math.cos((2 * Math.PI * (hour - day.peakHour)) / 24)) * week[weekday]! * Math.exp(noise.sigma * z - noise.sigma ** 2 / 2);
    sum += wave[k]!;
  }
  return wave.map((w) => (w * steps) / sum);
}
