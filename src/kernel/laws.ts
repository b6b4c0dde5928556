/**
 * Laws of times as plain data: how long something lasts, which a stream then draws.
 *
 *   mean        exponential m; Weibull scale G(1 + 1/shape); log-normal exp(mu + sigma^2/2); gamma shape x scale
 *   residual    what is left of a time in which a long-running process is met: a length-biased draw x uniform
 *   aged        what is left of a time that has lasted `age`: H(age + x) - H(age) = E, E exponential of mean 1
 *
 * `bathtub` is the sum of hazards of Weibull form: early faults (shape below 1), chance (1), wear (above 1).
 * Sources: renewal theory (Cox 1962) for residual times; inversion of the cumulative hazard for aged ones.
 * Proof: test/kernel/laws.test.ts.
 */
import * as draw from "./distributions.ts";
import type { Stream } from "./streams.ts";

export interface Hazard {
  readonly shape: number;
  readonly scale: number;
}

export type Law =
  | { readonly law: "exponential"; readonly mean: number }
  | { readonly law: "weibull"; readonly shape: number; readonly scale: number }
  | { readonly law: "log-normal"; readonly mu: number; readonly sigma: number }
  | { readonly law: "gamma"; readonly shape: number; readonly scale: number }
  | { readonly law: "exactly"; readonly value: number }
  | { readonly law: "empirical"; readonly values: readonly number[] }
  | { readonly law: "bathtub"; readonly hazards: readonly Hazard[] };

/** Whether `drawAged` can be asked of the law. */
export const canAge = (law: Law): boolean => law.law === "exponential" || law.law === "weibull" || law.law === "bathtub";

/** Expected value; Infinity where the law has none. */
export function meanOf(law: Law): number {
  switch (law.law) {
    case "exponential":
      return law.mean;
    case "weibull":
      return law.scale * gammaFunction(1 + 1 / law.shape);
    case "log-normal":
      return Math.exp(law.mu + law.sigma ** 2 / 2);
    case "gamma":
      return law.shape * law.scale;
    case "exactly":
      return law.value;
    case "empirical":
      return law.values.reduce((sum, value) => sum + value, 0) / law.values.length;
    case "bathtub":
      return meanOfHazards(law.hazards);
  }
}

/** The same law with all times `factor` as long. */
export function stretched(law: Law, factor: number): Law {
  switch (law.law) {
    case "exponential":
      return { ...law, mean: law.mean * factor };
    case "weibull":
    case "gamma":
      return { ...law, scale: law.scale * factor };
    case "log-normal":
      return { ...law, mu: law.mu + Math.log(factor) };
    case "exactly":
      return { ...law, value: law.value * factor };
    case "empirical":
      return { ...law, values: law.values.map((value) => value * factor) };
    case "bathtub":
      return { ...law, hazards: law.hazards.map(({ shape, scale }) => ({ shape, scale: scale * factor })) };
  }
}

/** A time from beginning to end. */
export function drawTime(stream: Stream, law: Law): number {
  switch (law.law) {
    case "exponential":
      return draw.exponential(stream, law.mean);
    case "weibull":
      return draw.weibull(stream, law.shape, law.scale);
    case "log-normal":
      return draw.logNormal(stream, law.mu, law.sigma);
    case "gamma":
      return draw.gamma(stream, law.shape, law.scale);
    case "exactly":
      return law.value;
    case "empirical":
      return draw.empirical(stream, law.values);
    case "bathtub":
      return drawAged(stream, law, 0);
  }
}

/** What is left of a time that began long ago, nobody knows when. A bathtub, which never settles, begins new. */
export function drawResidual(stream: Stream, law: Law): number {
  switch (law.law) {
    case "exponential":
      return draw.exponential(stream, law.mean);
    case "weibull": {
      // The length-biased (x / scale)^shape is gamma of shape 1 + 1 / shape.
      const whole = law.scale * draw.gamma(stream, 1 + 1 / law.shape, 1) ** (1 / law.shape);
      return stream.uniform() * whole;
    }
    case "log-normal": {
      const whole = draw.logNormal(stream, law.mu + law.sigma ** 2, law.sigma);
      return stream.uniform() * whole;
    }
    case "gamma": {
      const whole = draw.gamma(stream, law.shape + 1, law.scale);
      return stream.uniform() * whole;
    }
    case "exactly":
      return stream.uniform() * law.value;
    case "empirical": {
      let at = stream.uniform() * law.values.reduce((sum, value) => sum + value, 0);
      for (const value of law.values) {
        if (at < value) return at;
        at -= value;
      }
      return 0;
    }
    case "bathtub":
      return drawAged(stream, law, 0);
  }
}

/** What is left of a time that has lasted `age` so far. Throws a RangeError for a law that cannot age (`canAge`). */
export function drawAged(stream: Stream, law: Law, age: number): number {
  switch (law.law) {
    case "exponential":
      return draw.exponential(stream, law.mean);
    case "weibull":
      return agedBy([law], age, draw.exponential(stream, 1));
    case "bathtub":
      return agedBy(law.hazards, age, draw.exponential(stream, 1));
    default:
      throw new RangeError(`the law ${law.law} cannot age`);
  }
}

/** Cumulative hazard of a sum of Weibull hazards at `age`. */
export const cumulativeHazard = (hazards: readonly Hazard[], age: number): number => hazards.reduce((sum, { shape, scale }) => sum + (age / scale) ** shape, 0);

/** The x at which H(age + x) - H(age) = `more`. */
function agedBy(hazards: readonly Hazard[], age: number, more: number): number {
  const [only] = hazards;
  if (hazards.length === 1 && only) return only.scale * ((age / only.scale) ** only.shape + more) ** (1 / only.shape) - age;
  const goal = cumulativeHazard(hazards, age) + more;
  let high = Math.max(age, Math.min(...hazards.map(({ scale }) => scale)));
  while (cumulativeHazard(hazards, high) < goal) high *= 2;
  let low = age;
  // Halving to the last bit: about 60 steps for any times a scenario may hold.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (cumulativeHazard(hazards, middle) < goal) low = middle;
    else high = middle;
  }
  return Math.max(0, high - age);
}

/** Integral of exp(-H(x)), over u = H(x): the sum of x'(u) exp(-u) du, taken in slices of equal probability. */
function meanOfHazards(hazards: readonly Hazard[]): number {
  const slices = 20_000;
  let sum = 0;
  for (let i = 0; i < slices; i++) sum += agedBy(hazards, 0, -Math.log(1 - (i + 0.5) / slices));
  return sum / slices;
}

/** Gamma function for x > 0 (Lanczos, g = 7, nine terms; relative error below 1e-13). */
export function gammaFunction(x: number): number {
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gammaFunction(1 - x));
  let sum = 0.99999999999980993;
  for (let i = 0; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (x + i);
  const t = x + 6.5;
  return Math.sqrt(2 * Math.PI) * t ** (x - 0.5) * Math.exp(-t) * sum;
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;
