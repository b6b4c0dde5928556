/**
 * Laws fitted to measured times by maximum likelihood.
 *
 *   exponential   mean
 *   log-normal    mean and deviation of the logarithms
 *   Weibull       shape k: sum x^k ln x / sum x^k - 1/k = mean ln x, by Newton; scale = (mean x^k)^(1/k)
 *   gamma         shape k: ln k - digamma(k) = ln mean - mean ln (Minka 2002, by Newton); scale = mean / k
 *
 * Proof: test/kernel/laws.test.ts draws samples and finds their parameters again.
 */
import type { Law } from "./laws.ts";

export type Fitted = "exponential" | "weibull" | "log-normal" | "gamma";

const STEPS = 100;

/** The law of that family that makes the times likeliest. Throws a RangeError for fewer than two times, equal ones, or one not above 0. */
export function fitLaw(family: Fitted, times: readonly number[]): Law {
  if (times.length < 2) throw new RangeError(`a law cannot be fitted to ${times.length} times: at least 2`);
  if (times.some((x) => !(x > 0 && x < Infinity))) throw new RangeError("a law can be fitted to times above 0 only");
  const mean = average(times);
  if (family === "exponential") return { law: "exponential", mean };
  const logs = times.map(Math.log);
  const mu = average(logs);
  const sigma = Math.sqrt(average(logs.map((x) => (x - mu) ** 2)));
  if (!(sigma > 0)) throw new RangeError("a law cannot be fitted to times that are all equal");
  if (family === "log-normal") return { law: "log-normal", mu, sigma };
  if (family === "gamma") {
    const shape = gammaShape(Math.log(mean) - mu);
    return { law: "gamma", shape, scale: mean / shape };
  }
  // Relative to the geometric mean, so that powers stay in range; the logarithms have this deviation for that shape.
  const shape = weibullShape(
    logs.map((x) => x - mu),
    Math.PI / (sigma * Math.sqrt(6)),
  );
  const scale = Math.exp(mu + Math.log(average(logs.map((x) => Math.exp(shape * (x - mu))))) / shape);
  return { law: "weibull", shape, scale };
}

const average = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** `logs` have mean 0, so the right side of the equation is 0. */
function weibullShape(logs: readonly number[], first: number): number {
  let k = first;
  for (let step = 0; step < STEPS; step++) {
    let zero = 0;
    let one = 0;
    let two = 0;
    for (const x of logs) {
      const power = Math.exp(k * x);
      zero += power;
      one += power * x;
      two += power * x * x;
    }
    const f = one / zero - 1 / k;
    const slope = two / zero - (one / zero) ** 2 + 1 / k ** 2;
    // f rises with k, so a step below 0 means that k was far too large.
    const next = Math.max(k / 2, k - f / slope);
    if (Math.abs(next - k) <= 1e-14 * k) return next;
    k = next;
  }
  return k;
}

function gammaShape(s: number): number {
  let k = (3 - s + Math.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s);
  for (let step = 0; step < STEPS; step++) {
    const next = 1 / (1 / k + (-s + Math.log(k) - digamma(k)) / (k - k * k * trigamma(k)));
    if (Math.abs(next - k) <= 1e-14 * k) return next;
    k = next;
  }
  return k;
}

/** Raised to 10 by recurrence, then the asymptotic series. */
function digamma(x: number): number {
  let sum = 0;
  for (; x < 10; x++) sum -= 1 / x;
  const f = 1 / (x * x);
  return sum + Math.log(x) - 0.5 / x - f * (1 / 12 - f * (1 / 120 - f * (1 / 252 - f * (1 / 240 - f / 132))));
}

function trigamma(x: number): number {
  let sum = 0;
  for (; x < 10; x++) sum += 1 / (x * x);
  const f = 1 / (x * x);
  return sum + 1 / x + f / 2 + (f / x) * (1 / 6 - f * (1 / 30 - f * (1 / 42 - f / 30)));
}
