/**
 * Writing a quantity so that reading it gives the very same number back: for scenario files, not for reports.
 */
import { type Dimension, type DimensionName, dimensions } from "./dimensions.ts";
import { parseQuantity } from "./parse.ts";

/**
 * The text with the fewest digits, in one of the units of the dimension's ladder, that `parseQuantity` reads back as
 * exactly `value`; among equally short ones the larger unit: 65536 MiB is "64 GiB", 90 s is "90 s", 0.3 is "30 %".
 */
export function exactQuantity(value: number, name: DimensionName): string {
  if (!Number.isFinite(value)) throw new Error(`${value} has no exact text as ${dimensions[name].phrase}`);
  const dimension: Dimension = dimensions[name];
  if (value === 0) return `0 ${dimension.common[0]}`;
  let best: string | undefined;
  let bestDigits = Number.POSITIVE_INFINITY;
  for (const unit of dimension.ladder) {
    const factor = dimension.units[unit] ?? 1;
    const amount = name === "share" ? Number((value * 100).toPrecision(15)) : Number((value / factor).toPrecision(15));
    for (const digits of [amount, name === "share" ? value * 100 : value / factor]) {
      const text = `${String(digits)} ${digits === 1 && unit === "days" ? "day" : unit}`;
      const back = parseQuantity(text, name);
      if (back.ok && back.value === value && String(digits).length <= bestDigits) {
        best = text;
        bestDigits = String(digits).length;
      }
    }
  }
  // Some doubles are no decimal multiple of any larger unit; the base unit always gives them back.
  return best ?? `${String(value)} ${dimension.base}`;
}
