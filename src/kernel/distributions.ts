/**
 * Random numbers of the usual distributions, drawn from a stream.
 *
 * Each function draws one number and keeps nothing: all state is in the stream, so saving the stream saves everything.
 * The samplers are d3-random's, bound to the stream. Those of normal, log-normal, gamma and Poisson numbers reject, so
 * they take a varying number of uniform draws: give each purpose a stream of its own.
 * Every function throws a RangeError that names the parameter when one is out of range.
 * Source: d3-random; moments and shape are checked by test/kernel/distributions.test.ts.
 */
import { randomExponential, randomGamma, randomLogNormal, randomNormal, randomPareto, randomPoisson, randomWeibull } from "d3-random";
import type { Stream } from "./streams.ts";

/** Uniform on [low, high). */
export function uniform(stream: Stream, low: number, high: number): number {
  if (!(low <= high && high - low < Infinity)) throw new RangeError(`uniform: the bounds ${low} and ${high} must be finite and in order`);
  return low + (high - low) * stream.uniform();
}

/** Exponential with that mean; its rate is 1 / mean. */
export function exponential(stream: Stream, mean: number): number {
  return randomExponential.source(stream.uniform)(1 / positive("exponential: mean", mean))();
}

/** Normal with that mean and standard deviation (0 or more). */
export function normal(stream: Stream, mean: number, deviation: number): number {
  return randomNormal.source(stream.uniform)(finite("normal: mean", mean), notNegative("normal: standard deviation", deviation))();
}

/** exp of a normal number with mean `mu` and standard deviation `sigma`; median exp(mu), mean exp(mu + sigma^2 / 2). */
export function logNormal(stream: Stream, mu: number, sigma: number): number {
  return randomLogNormal.source(stream.uniform)(finite("log-normal: mu", mu), notNegative("log-normal: sigma", sigma))();
}

/** Weibull: P(X > x) = exp(-(x / scale)^shape). Shape below 1: failures get rarer with age; 1: exponential. */
export function weibull(stream: Stream, shape: number, scale: number): number {
  return randomWeibull.source(stream.uniform)(positive("Weibull: shape", shape), 0, positive("Weibull: scale", scale))();
}

/** Gamma with mean shape x scale and variance shape x scale^2. */
export function gamma(stream: Stream, shape: number, scale: number): number {
  return randomGamma.source(stream.uniform)(positive("gamma: shape", shape), positive("gamma: scale", scale))();
}

/** Number of events of a Poisson process in the time in which `mean` are expected. */
export function poisson(stream: Stream, mean: number): number {
  return randomPoisson.source(stream.uniform)(notNegative("Poisson: mean", mean))();
}

/** Pareto: P(X > x) = (minimum / x)^shape for x >= minimum; the mean is infinite for shape <= 1. */
export function pareto(stream: Stream, minimum: number, shape: number): number {
  return positive("Pareto: minimum", minimum) * randomPareto.source(stream.uniform)(positive("Pareto: shape", shape))();
}

/** One of the measured values, each with the same chance (a draw from the empirical distribution). */
export function empirical(stream: Stream, values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError("empirical: there must be at least one value");
  return values[stream.int(values.length)];
}

function positive(what: string, value: number): number {
  if (value > 0 && value < Infinity) return value;
  throw new RangeError(`${what} is ${value}; it must be above 0 and finite`);
}

function notNegative(what: string, value: number): number {
  if (value >= 0 && value < Infinity) return value;
  throw new RangeError(`${what} is ${value}; it must be 0 or more and finite`);
}

function finite(what: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(`${what} is ${value}; it must be finite`);
}
