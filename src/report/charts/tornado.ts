/**
 * Tornado: what would change the answer? Each input by itself from the low to the high end of its range, the widest bar
 * first; where a bar crosses the line at zero, another option wins.
 */

import { scaleLinear } from "d3";
import { formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, FULL_WIDTHS } from "../figure.ts";
import { brief, NBSP } from "../format.ts";
import { label, line, rect } from "../svg.ts";
import { fitText, SPARE, textWidth } from "../textwidths.ts";

export interface TornadoBar {
  readonly name: string;
  readonly unit: string;
  /** The input's range and its value now. */
  readonly low: number;
  readonly today: number;
  readonly high: number;
  /** The answer at both ends. */
  readonly atLow: number;
  readonly atHigh: number;
}

export interface TornadoData {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly note: string;
  /** Of the answer. */
  readonly unit: string;
  /** The answer as it is. */
  readonly now: number;
  /** What stands at zero: "the same as xen"; null where zero means nothing and the axis need not show it. */
  readonly zero: string | null;
  readonly bars: readonly TornadoBar[];
}

const MOST_BARS = 10;

export function tornadoFigure(data: TornadoData): Figure {
  const bars = data.bars.slice(0, MOST_BARS);
  const left = data.bars.length - bars.length;
  const from = ({ low, high, unit }: TornadoBar): string => `${formatNumber(low)} to ${formatNumber(high)}${unit === "" ? "" : NBSP + unit}`;
  return {
    id: data.id,
    title: data.title,
    subtitle: data.subtitle,
    note: data.note + (left > 0 ? ` ${left} that move it less are in sensitivity.csv.` : ""),
    description: `${data.title}. ${bars.map((bar) => `${bar.name} from ${from(bar)}: ${brief(bar.atLow)} to ${brief(bar.atHigh)}`).join("; ")}.`,
    widths: FULL_WIDTHS,
    draw: (width) => draw(data, bars, width),
    numbers: {
      head: ["input", "low", "now", "high", `at low, ${data.unit}`, `at high, ${data.unit}`],
      rows: data.bars.map(({ name, unit, low, today, high, atLow, atHigh }) => [
        unit === "" ? name : `${name}, ${unit}`,
        ...[low, today, high, atLow, atHigh].map(formatNumber),
      ]),
      note: "",
    },
    data: () => ({
      columns: ["input", "unit", "low", "now", "high", "at_low", "as_it_is", "at_high"],
      rows: data.bars.map(({ name, unit, low, today, high, atLow, atHigh }) => [name, unit, low, today, high, atLow, data.now, atHigh]),
      note: "",
    }),
  };
}

const PITCH = 42;
const BAR = 14;
const TOP = 26;

/** The name stands above its bar, so that the bar has the whole width; the ends of the range stand beside it. */
function draw({ now, zero, unit, bars: all }: TornadoData, bars: readonly TornadoBar[], width: number): Drawing {
  const ends = all.flatMap(({ atLow, atHigh }) => [atLow, atHigh]);
  const values = [now, ...ends, ...(zero === null ? [] : [0])];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(...bars.flatMap(({ low, high }) => [low, high].map((end) => SPARE * textWidth(brief(end), 12.5)))) + 10;
  const x = scaleLinear([least, most === least ? least + 1 : most], [room, width - room]);
  const bottom = TOP + bars.length * PITCH;
  let body = "";
  const ticks = x.ticks(width < 500 ? 3 : 4);
  for (const tick of ticks) body += line(x(tick), TOP - 6, x(tick), bottom, "gr");
  // From the right, where the unit stands; those that meet the one before are left out.
  let floor = width + 10;
  ticks.toReversed().forEach((tick, i) => {
    const text = `${formatNumber(tick)}${i === 0 ? NBSP + unit : ""}`;
    const half = (SPARE * textWidth(text, 12)) / 2;
    const at = Math.max(half, Math.min(width - half, x(tick)));
    if (at + half > floor - 8) return;
    floor = at - half;
    body += label(at, 11, "k m", text);
  });
  body += line(x(now), TOP - 6, x(now), bottom, "ax");
  bars.forEach((bar, i) => {
    const y = TOP + i * PITCH;
    body += label(0, y + 12, "l h", fitText(bar.unit === "" ? bar.name : `${bar.name}, ${bar.unit}`, width / SPARE, 12.5));
    const top = y + 18;
    for (const end of [bar.atLow, bar.atHigh]) {
      const [a, b] = [x(Math.min(now, end)), x(Math.max(now, end))];
      if (b > a) body += rect(a, top, Math.max(1.5, b - a), BAR, worse(end, now, zero) ? "f-worse" : "f-better");
    }
    const [first, second] = bar.atLow <= bar.atHigh ? [bar.low, bar.high] : [bar.high, bar.low];
    const [from, to] = [x(Math.min(now, bar.atLow, bar.atHigh)), x(Math.max(now, bar.atLow, bar.atHigh))];
    // Where both ends lie on one side of now, the nearer one is told by the table.
    if (Math.min(bar.atLow, bar.atHigh) < now) body += label(from - 6, top + 11, "l h e", brief(first));
    if (Math.max(bar.atLow, bar.atHigh) > now) body += label(to + 6, top + 11, "l h", brief(second));
  });
  if (zero !== null) body += line(x(0), TOP - 6, x(0), bottom, "lim");
  const marks: [number, string, string][] = [[now, "now", "l b"], ...(zero === null ? [] : ([[0, zero, "l"]] as [number, string, string][]))];
  let free = Number.NEGATIVE_INFINITY;
  for (const [value, words, kind] of marks.toSorted(([a], [b]) => a - b)) {
    const text = fitText(words, width / 2 / SPARE, 12.5, 600);
    const half = (SPARE * textWidth(text, 12.5, 600)) / 2 + 2;
    const at = Math.max(half, Math.min(width - half, x(value)), free + half + 6);
    free = at + half;
    body += label(at, bottom + 16, `${kind} m`, text);
  }
  return { height: bottom + 22, body };
}

/** Less of a saving is worse; of a cost alone more is. */
const worse = (end: number, now: number, zero: string | null): boolean => (zero === null ? end > now : end < now);
