/**
 * The power curves as flat tables, and a lower bound of what a VM adds to a host's power.
 *
 * Both speed up one thing, the search for the host whose power rises least. The bound needs no exactness: it only has to be
 * below the true value, and the search evaluates what it cannot rule out in CloudSim's own order of operations (see machines.ts).
 */
import { hostKinds, vmKinds, watts } from "./machines.ts";

/** Points a curve: 0, 10, ..., 100 %, and one step width behind the end so that reading past it is harmless. */
export const curveStride = 12;
/** Watts: `curve[kind * curveStride + tenth]`. */
export const curve = new Float64Array(hostKinds.length * curveStride);
/** (P[k + 1] - P[k]) / 10, the slope as CloudSim computes it. */
export const curveStep = new Float64Array(hostKinds.length * curveStride);
/** k / 10. */
export const tenths = Float64Array.from({ length: curveStride }, (_, k) => k / 10);

hostKinds.forEach((kind, k) => {
  kind.watts.forEach((value, i) => {
    curve[k * curveStride + i] = value;
    if (i < 10) curveStep[k * curveStride + i] = (kind.watts[i + 1] - value) / 10;
  });
});

/** Watts at load 0..1 of a host kind; the arithmetic of `watts` in machines.ts on the flat tables. */
export function wattsAt(kind: number, load: number): number {
  const tenth = load * 10;
  const below = tenth | 0;
  const at = kind * curveStride + below;
  const low = curve[at];
  return tenth === below ? low : low + curveStep[at] * (load - tenths[below]) * 100;
}

/** Load classes of a host kind: steps of 2.5 %, so that a class lies within one segment of the curve. */
export const loadClasses = 40;
const classWidth = 1 / loadClasses;
/** Requests are taken in bands of this many MIPS. */
export const bandMips = 50;
const bands = Math.floor(Math.max(...vmKinds.map((kind) => kind.mips)) / bandMips) + 1;
/** Entries a band: the load classes of each kind. */
export const bandStride = hostKinds.length * loadClasses;

/** Least watts a MIPS of request, by band of request and load class; 0 until the band is filled. */
export const leastSlope = new Float64Array(bands * bandStride);
const filled = new Uint8Array(bands);

/** Class of a host by kind and load fraction. */
export function loadClass(kind: number, load: number): number {
  const step = (load * loadClasses) | 0;
  return kind * loadClasses + (step < loadClasses ? step : loadClasses - 1);
}

/**
 * Row of `leastSlope` for requests of this size, filled at its first use:
 * (P(x + r) - P(x)) / r is at least leastSlope[row + class] for every load x of the class and request r of the band.
 */
export function slopeRow(requestMips: number): number {
  const band = (requestMips / bandMips) | 0;
  if (filled[band] === 0) fillBand(band);
  return band * bandStride;
}

function fillBand(band: number): void {
  filled[band] = 1;
  hostKinds.forEach((kind, k) => {
    // A request of 0 adds nothing whatever the slope; the slope at a point is the limit of small requests.
    const least = Math.max(band * bandMips, 1e-3) / kind.totalMips;
    const most = ((band + 1) * bandMips) / kind.totalMips;
    for (let c = 0; c < loadClasses; c++) {
      leastSlope[band * bandStride + k * loadClasses + c] = leastMeanSlope(kind.watts, c * classWidth, (c + 1) * classWidth, least, most) / kind.totalMips;
    }
  });
}

/**
 * Least (P(x + d) - P(x)) / d over x in [from, to] (one segment of the curve) and d in [least, most].
 *
 * Where x + d stays in one segment too this is a ratio of linear functions, so its extremes lie in corners: those of the rectangle
 * and the points where x + d crosses a segment border on an edge of it.
 */
function leastMeanSlope(table: readonly number[], from: number, to: number, least: number, most: number): number {
  const slope = (x: number, d: number): number => (watts(table, Math.min(1, x + d)) - watts(table, Math.min(1, x))) / d;
  let lowest = Math.min(slope(from, least), slope(from, most), slope(to, least), slope(to, most));
  for (let border = 1; border <= 10; border++) {
    const end = border / 10;
    for (const x of [from, to]) if (end - x > least && end - x < most) lowest = Math.min(lowest, slope(x, end - x));
    for (const d of [least, most]) if (end - d > from && end - d < to) lowest = Math.min(lowest, slope(end - d, d));
  }
  return lowest;
}
