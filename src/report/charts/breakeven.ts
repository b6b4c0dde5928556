/**
 * Break-even: at which price does the answer turn? The bill of two options against one price, straight lines that cross where
 * both cost the same; today's price is marked.
 */

import { scaleLinear } from "d3";
import { formatNumber } from "../../units/format.ts";
import { type Drawing, type Figure, HALF_WIDTHS } from "../figure.ts";
import { NBSP, shorten } from "../format.ts";
import { element, label, line } from "../svg.ts";
import { SPARE, textWidth } from "../textwidths.ts";

export interface BreakEvenData {
  /** Finding: "Consolidation pays above 0.09 EUR/kWh". */
  readonly title: string;
  /** What is varied: "price of electricity", with its unit: "EUR/kWh". */
  readonly driver: string;
  readonly driverUnit: string;
  readonly today: number;
  readonly turnsAt: number;
  readonly currency: string;
  /** Bills at a price of zero, and what each unit of the price adds. */
  readonly options: readonly { readonly name: string; readonly fixed: number; readonly perUnit: number }[];
}

export function breakEvenFigure(data: BreakEvenData): Figure {
  const at = (option: BreakEvenData["options"][number], price: number): number => option.fixed + option.perUnit * price;
  const prices = [0, data.turnsAt / 2, data.turnsAt, data.today, 2 * Math.max(data.today, data.turnsAt)].sort((a, b) => a - b);
  return {
    id: "break-even",
    title: data.title,
    subtitle: `The whole bill in ${data.currency} against the ${data.driver}, ${data.driverUnit}, all else as it is`,
    note: "Hollow: where both cost the same. Every other price stays as the scenario has it.",
    description: `${data.title}. Both cost the same at ${formatNumber(data.turnsAt)}${NBSP}${data.driverUnit}; today's price is ${formatNumber(data.today)}${NBSP}${data.driverUnit}.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(data, width),
    numbers: {
      head: [data.driverUnit, ...data.options.map(({ name }) => `${name}, ${data.currency}`)],
      rows: prices.map((price) => [formatNumber(price), ...data.options.map((option) => formatNumber(at(option, price)))]),
      note: "",
    },
    data: () => ({
      columns: ["price", ...data.options.map(({ name }) => name)],
      rows: prices.map((price) => [price, ...data.options.map((option) => at(option, price))]),
      note: "",
    }),
  };
}

function draw({ options, today, turnsAt, driverUnit, currency }: BreakEvenData, width: number): Drawing {
  const most = 1.25 * Math.max(today, turnsAt);
  const bill = (i: number, price: number): number => (options[i]?.fixed ?? 0) + (options[i]?.perUnit ?? 0) * price;
  const ends = options.flatMap((_, i) => [bill(i, 0), bill(i, most)]);
  const y = scaleLinear([Math.min(0, ...ends), Math.max(...ends) * 1.08], [236, 24]).nice(4);
  const yTicks = y.ticks(4);
  const left = Math.max(...yTicks.map((tick) => textWidth(formatNumber(tick), 12))) + 12;
  const right = width < 500 ? 12 : 12 + SPARE * Math.max(...options.map(({ name }) => textWidth(shorten(name, 18), 12.5, 600)));
  const x = scaleLinear([0, most], [left, width - right]);
  let body = label(0, 12, "k", currency);
  for (const tick of yTicks)
    body += line(left, y(tick), width - right, y(tick), tick === 0 ? "ax" : "gr") + label(left - 8, y(tick) + 4, "k e", formatNumber(tick));
  const xTicks = x.ticks(4);
  // From the right, where the unit stands: what meets the one before is left out.
  let floor = width + 10;
  [...xTicks].reverse().forEach((tick, r) => {
    const i = xTicks.length - 1 - r;
    const text = i === xTicks.length - 1 ? `${formatNumber(tick)}${NBSP}${driverUnit}` : formatNumber(tick);
    const half = (textWidth(text, 12) / 2) * SPARE;
    const at = Math.min(width - half, x(tick));
    if (at + half > floor - 8) return;
    floor = at - half;
    body += label(at, 254, "k m", text);
  });
  options.forEach((option, i) => {
    body += element("path", {
      class: i === 0 ? "cutk" : "s-ink ln",
      d: `M${x(0).toFixed(1)} ${y(bill(i, 0)).toFixed(1)}L${x(most).toFixed(1)} ${y(bill(i, most)).toFixed(1)}`,
    });
    if (width >= 500) {
      const other = bill(1 - i, most);
      const above = bill(i, most) >= other;
      const close = Math.abs(y(bill(i, most)) - y(other)) < 16;
      body += label(x(most) + 8, y(bill(i, most)) + 4 + (close ? (above ? -6 : 8) : 0), i === 0 ? "l" : "l b", shorten(option.name, 18));
    }
  });
  const mark = (price: number, text: string, down: number): string => {
    const half = (SPARE * textWidth(text, 12.5)) / 2 + 2;
    return line(x(price), 24, x(price), 236, "gr") + label(Math.max(half, Math.min(width - half, x(price))), down, "l h m", text);
  };
  body += line(x(today), 18, x(today), 236, "lim") + mark(today, `today ${formatNumber(today)}`, 274);
  body += mark(turnsAt, `the same at ${formatNumber(turnsAt)}`, 12);
  body += element("circle", { class: "dot", cx: x(turnsAt), cy: y(bill(0, turnsAt)), r: 4.5 });
  if (width < 500)
    body += label(0, 292, "l", [
      { text: shorten(options[0]?.name ?? "", 13) },
      { text: " dashed, " },
      { text: shorten(options[1]?.name ?? "", 13), bold: true },
      { text: " solid" },
    ]);
  return { height: width < 500 ? 300 : 282, body };
}
