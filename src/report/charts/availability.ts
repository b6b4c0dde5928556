/**
 * Availability of options side by side: what does one more spare host buy? Nines on the left, the VM-hours behind them on the right.
 *
 * Nines are -log10(1 - availability) of the mean availability over the runs, and the ends of their interval those of the mean's
 * 95 % interval: the mean of the nines of single runs would be infinite where one run had no outage. The interval is not
 * symmetric, and open upwards where that of the mean holds 100 %. Proved by test/report/availability.test.ts.
 */
import { formatNumber } from "../../units/format.ts";
import type { Figure } from "../figure.ts";
import { NBSP, shorten } from "../format.ts";
import { type OptionValue, optionsFigure } from "./options.ts";

export interface AvailabilityOption {
  readonly name: string;
  /** In percent, with the half-width of its interval; NaN half-width for one run. */
  readonly availability: { readonly mean: number; readonly half: number };
  readonly downVmHours: { readonly mean: number; readonly half: number };
  /** Whether its availability differs from the baseline's; "" for the baseline and for one run. */
  readonly sign: OptionValue["sign"];
  /** Beyond doubt more available than the baseline, or in one run. */
  readonly better: boolean;
}

/** Nines of an availability in percent; infinite for 100 %. */
export const ninesOf = (percent: number): number => -Math.log10(Math.max(0, 1 - percent / 100));

/** Nines with their interval. */
export function ninesWithEnds({ mean, half }: AvailabilityOption["availability"]): { readonly nines: number; readonly low: number; readonly high: number } {
  const wide = Number.isFinite(half) ? half : 0;
  return { nines: ninesOf(mean), low: ninesOf(mean - wide), high: ninesOf(Math.min(100, mean + wide)) };
}

export function availabilityFigure(options: readonly AvailabilityOption[], runs: number): Figure {
  const best = options.reduce(
    (found, option, i) => (option.better && (found < 0 || option.availability.mean > (options[found]?.availability.mean ?? 0)) ? i : found),
    -1,
  );
  const figure = optionsFigure({
    title: titleOf(options, best),
    names: options.map(({ name }) => name),
    chosen: best,
    panels: [
      { name: "availability", unit: "nines", values: options.map(ninesValue) },
      { name: "out of service", unit: "VM-hours", values: options.map(downValue) },
    ],
    runs,
  });
  return {
    ...figure,
    id: "availability",
    note: `Three nines are 99.9${NBSP}%. ${runs > 1 ? `Nines are those of the mean over the runs; their interval has no upper end where that of the mean holds 100${NBSP}%. ` : ""}${figure.note}`,
    data: () => ({
      columns: ["option", "availability_pct", "availability_half_width_pct", "nines", "nines_low", "nines_high", "down_vm_h", "down_half_width_vm_h"],
      rows: options.map(({ name, availability, downVmHours }) => {
        const { nines, low, high } = ninesWithEnds(availability);
        return [name, availability.mean, availability.half, nines, low, high, downVmHours.mean, downVmHours.half].map((cell) =>
          cell === Number.POSITIVE_INFINITY ? Number.NaN : cell,
        );
      }),
      note: "",
    }),
  };
}

function ninesValue({ availability, sign }: AvailabilityOption): OptionValue {
  const { nines, low, high } = ninesWithEnds(availability);
  const half = Number.NaN;
  if (Number.isNaN(nines)) return { mean: nines, half, sign };
  if (nines === Number.POSITIVE_INFINITY) return { mean: Number.NaN, half, text: "no outage", sign };
  const one = low === high;
  return {
    mean: nines,
    half,
    ends: [low, high],
    text: one ? digits(nines) : `${digits(nines)} [${digits(low)}, ${high === Number.POSITIVE_INFINITY ? "…" : digits(high)}]`,
    sign,
  };
}

/** Nobody is out of service for less than no time, whatever a t interval says. */
const downValue = ({ downVmHours: { mean, half }, sign }: AvailabilityOption): OptionValue =>
  Number.isFinite(half) ? { mean, half, ends: [Math.max(0, mean - half), mean + half], sign } : { mean, half, sign };

/** Two decimals tell 1 % of a nine apart, and no run of a simulation tells more. */
const digits = (nines: number): string => nines.toFixed(2);

function titleOf(options: readonly AvailabilityOption[], best: number): string {
  const base = options[0];
  if (base === undefined) return "There is nothing to compare";
  const found = options[best];
  if (found === undefined) return `No option is more available than ${shorten(base.name, 32)} beyond doubt`;
  const told = ({ downVmHours: { mean } }: AvailabilityOption): string => `${formatNumber(Number(mean.toPrecision(2)))}${NBSP}VM-hours`;
  return `${shorten(found.name, 24)} is out of service for ${told(found)}, ${shorten(base.name, 20)} for ${told(base)}`;
}
