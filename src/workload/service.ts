/**
 * The demand of a service over time, as levels: pieces as written, or a day's wave
 *
 *   D(t) = (low + (high - low) (1 + cos(2 pi (time of day - peak) / 24 h)) / 2) x factor
 *
 * taken at the middle of each step; the factor is log-normal with mean 1 and the given deviation, 1 without noise.
 */
import { logNormal } from "../kernel/distributions.ts";
import type { Stream } from "../kernel/streams.ts";
import type { ResolvedWorkload } from "../scenario/resolved.ts";

const DAY_S = 86400;

export function serviceLevels(
  workload: Extract<ResolvedWorkload, { kind: "service" }>,
  durationSeconds: number,
  startSeconds: number,
  luck: () => Stream,
): { seconds: Float64Array; mhz: Float64Array; warmUpSeconds: number } {
  const { warmUpSeconds, wave, pieces = [], repeat = 1 } = workload;
  if (wave === undefined) {
    const all = Array.from({ length: repeat }, () => pieces).flat();
    // After the last piece nothing is asked for.
    return {
      seconds: Float64Array.from([...all.map((p) => p.seconds), Number.POSITIVE_INFINITY]),
      mhz: Float64Array.from([...all.map((p) => p.mhz), 0]),
      warmUpSeconds,
    };
  }
  const { lowMHz, highMHz, peakSeconds, noise, stepSeconds } = wave;
  const steps = Math.ceil(durationSeconds / stepSeconds);
  const stream = noise > 0 ? luck() : null;
  const sigma = Math.sqrt(Math.log(1 + noise * noise));
  const mhz = Float64Array.from({ length: steps }, (_, k) => {
    const angle = (2 * Math.PI * (startSeconds + (k + 0.5) * stepSeconds - peakSeconds)) / DAY_S;
    return (lowMHz + ((highMHz - lowMHz) * (1 + Math.cos(angle))) / 2) * (stream === null ? 1 : logNormal(stream, (-sigma * sigma) / 2, sigma));
  });
  return { seconds: new Float64Array(steps).fill(stepSeconds), mhz, warmUpSeconds };
}
