/**
 * Power of a host as a function of its CPU load.
 *
 *   spec          eleven measured points at 0, 10, ... 100 % load (SPECpower_ssj2008), straight lines between
 *   linear        idle + (full - idle) u
 *   square        idle + (full - idle) u^2          cubic: u^3          square-root: u^(1/2)
 *   constant      the same at any load
 *   idle-epsilon  idle at u = 0, else epsilon + u (full - epsilon)      (SimGrid's energy plugin)
 *
 * u = CPU in use / CPU of all cores, 0..1; watts at the wall (power supply included in SPEC's points).
 * Proved by test/cases/power.test.ts.
 */
import type { PowerSpec } from "./spec.ts";

const MODELS = ["spec", "linear", "square", "cubic", "square-root", "constant", "idle-epsilon"] as const;
const SPEC = 0;
const LINEAR = 1;
const SQUARE = 2;
const CUBIC = 3;
const ROOT = 4;
const CONSTANT = 5;
const POINTS = 11;
/** Row of a curve: 11 points (spec), or idle, epsilon, full in the first three. */
const ROW = 12;

/** Power curves in columns, addressed by number so that a host's curve is one integer. */
export class PowerCurves {
  readonly #model: number[] = [];
  #values = new Float64Array(0);
  readonly #off: number[] = [];

  /** Adds a curve and returns its number. Throws a RangeError when a wattage is negative or not a number. */
  add(spec: PowerSpec): number {
    const number = this.#model.length;
    const row = new Float64Array(ROW);
    switch (spec.model) {
      case "spec":
        if (spec.watts.length !== POINTS) throw new RangeError(`a spec power curve needs 11 points, got ${spec.watts.length}`);
        row.set(spec.watts);
        break;
      case "constant":
        row.set([spec.watts, spec.watts, spec.watts]);
        break;
      case "idle-epsilon":
        row.set([spec.idleWatts, spec.epsilonWatts, spec.fullWatts]);
        break;
      default:
        row.set([spec.idleWatts, spec.idleWatts, spec.fullWatts]);
    }
    if (!row.every((watts) => watts >= 0) || !(spec.offWatts >= 0))
      throw new RangeError(`power curve with a negative or missing wattage: ${JSON.stringify(spec)}`);
    const values = new Float64Array((number + 1) * ROW);
    values.set(this.#values);
    values.set(row, number * ROW);
    this.#values = values;
    this.#model.push(MODELS.indexOf(spec.model));
    this.#off.push(spec.offWatts);
    return number;
  }

  /** Watts of curve `curve` at load `u` (0..1; a rounding error beyond is taken as the end). */
  watts(curve: number, u: number): number {
    const v = this.#values;
    const at = curve * ROW;
    const model = this.#model[curve];
    if (model === SPEC) {
      const x = u * 10;
      if (x >= 10) return v[at + 10];
      const k = x | 0;
      const low = v[at + k];
      return low + (v[at + k + 1] - low) * (x - k);
    }
    const idle = v[at];
    const full = v[at + 2];
    switch (model) {
      case LINEAR:
        return idle + (full - idle) * u;
      case SQUARE:
        return idle + (full - idle) * u * u;
      case CUBIC:
        return idle + (full - idle) * u * u * u;
      case ROOT:
        return idle + (full - idle) * Math.sqrt(u);
      case CONSTANT:
        return full;
      default: {
        const epsilon = v[at + 1];
        return u === 0 ? idle : epsilon + (full - epsilon) * u;
      }
    }
  }

  offWatts(curve: number): number {
    return this.#off[curve];
  }
}
