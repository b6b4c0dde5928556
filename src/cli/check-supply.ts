/**
 * A site's energy supply as `hypervise check --resolved` prints it.
 */
import type { Point, PueSpec, SeriesFile, SiteSpec, TariffSpec, Varying } from "../model/accounts-spec.ts";
import { DAYS } from "../scenario/schema-sites.ts";
import { exactQuantity } from "../units/exact.ts";
import { type Sheet, text } from "./sheet.ts";

/** The entries of a series within a block. */
function seriesText({ file, column, from, after }: SeriesFile): string {
  const parts = [
    `file: ${JSON.stringify(file)}`,
    ...(column === null ? [] : [`column: ${JSON.stringify(column)}`]),
    ...(from === null ? [] : [`from: ${from}`]),
    `after: ${after}`,
  ];
  return parts.join(", ");
}

const varying = (value: Varying, constant: (value: number) => string): string => (typeof value === "number" ? constant(value) : `{${seriesText(value)}}`);
const list = (points: readonly Point[], entry: (point: Point) => string): string => `[${points.map((point) => `{${entry(point)}}`).join(", ")}]`;

function pueText(pue: PueSpec): string {
  if (typeof pue === "number") return String(pue);
  if (pue.by === "load") return `{byLoad: ${list(pue.points, ({ x, y }) => `it: ${exactQuantity(x, "power")}, pue: ${y}`)}}`;
  const { temperature } = pue;
  const outside = typeof temperature === "object" && "monthly" in temperature ? `[${temperature.monthly.join(", ")}]` : varying(temperature, String);
  return `{byTemperature: ${list(pue.points, ({ x, y }) => `celsius: ${x}, pue: ${y}`)}, temperature: ${outside}}`;
}

const clock = (seconds: number): string => `"${String(Math.floor(seconds / 3600)).padStart(2, "0")}:${String((seconds % 3600) / 60).padStart(2, "0")}"`;

function tariffText({ currency, perKwh, windows, utcOffsetSeconds = 0, demandPerKwMonth, feedInPerKwh }: TariffSpec): string {
  const price = (value: number): string => `${value} ${currency}/kWh`;
  const plain = windows === undefined && demandPerKwMonth === undefined && feedInPerKwh === undefined;
  if (plain && typeof perKwh === "number") return price(perKwh);
  const parts = [typeof perKwh === "number" ? `price: ${price(perKwh)}` : `${seriesText(perKwh)}, currency: ${currency}`];
  if (windows !== undefined) {
    const each = windows.map(
      ({ days, fromSeconds, toSeconds, perKwh: then }) =>
        `{days: [${days.map((day) => DAYS[day]).join(", ")}], from: ${clock(fromSeconds)}, to: ${clock(toSeconds)}, price: ${price(then)}}`,
    );
    const sign = utcOffsetSeconds < 0 ? "-" : "+";
    parts.push(`timeOfUse: [${each.join(", ")}]`, `utcOffset: "${sign}${clock(Math.abs(utcOffsetSeconds)).slice(1)}`);
  }
  if (demandPerKwMonth !== undefined) parts.push(`demand: ${demandPerKwMonth} ${currency}/kW/month`);
  if (feedInPerKwh !== undefined) parts.push(`feedIn: ${price(feedInPerKwh)}`);
  return `{${parts.join(", ")}}`;
}

export function supplyLines(site: SiteSpec, indent: string, path: string, sheet: Sheet): void {
  const grams = (value: number): string => exactQuantity(value, "carbon");
  const { market, battery, generation } = site;
  if (site.region !== null) sheet.entry(indent, "region", text(site.region), `${path}.region`);
  sheet.entry(indent, "pue", pueText(site.pue), `${path}.pue`);
  sheet.entry(indent, "electricity", site.electricity === null ? "none" : tariffText(site.electricity), `${path}.electricity`);
  sheet.entry(indent, "carbon", site.carbonGramsPerKwh === null ? "none" : varying(site.carbonGramsPerKwh, grams), `${path}.carbonGramsPerKwh`);
  if (market)
    sheet.head(
      `${indent}market: {covered: ${exactQuantity(market.coveredShare, "share")}, intensity: ${grams(market.coveredGramsPerKwh)}, residual: ${grams(market.residualGramsPerKwh)}}`,
    );
  if (battery) {
    const below =
      battery.follows === "surplus"
        ? "surplus"
        : battery.follows === "carbon"
          ? grams(battery.threshold)
          : `${battery.threshold} ${site.electricity?.currency ?? "EUR"}/kWh`;
    const discharge = battery.dischargeWatts === Number.MAX_VALUE ? "none" : exactQuantity(battery.dischargeWatts, "power");
    sheet.head(
      `${indent}battery: {capacity: ${exactQuantity(battery.capacityJoules, "energy")}, charge: ${exactQuantity(battery.chargeWatts, "power")}, discharge: ${discharge}, efficiency: ${exactQuantity(battery.efficiency, "share")}, initial: ${exactQuantity(battery.initialShare, "share")}, below: ${below}}`,
    );
  }
  if (generation) {
    const power = typeof generation.watts === "number" ? `power: ${exactQuantity(generation.watts, "power")}` : seriesText(generation.watts);
    sheet.head(`${indent}generation: {${power}, carbon: ${grams(generation.gramsPerKwh)}}`);
  }
}
