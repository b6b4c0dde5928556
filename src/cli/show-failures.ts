/** `hypervise show failures`: laws fitted to public traces, rates of components and products, and how products notice. */
import { componentRates, detectionSeconds, type Fits, failureFits, softwareRepairHours } from "../catalog/data/failures.ts";
import { type Confidence, type Figure, hypervisors } from "../catalog/index.ts";
import { formatNumber } from "../units/format.ts";
import { nearest } from "../units/spelling.ts";
import type { ShowStyle } from "./show.ts";
import { wrap } from "./style.ts";

const WIDTH = 80;
const MARKS: Readonly<Record<Confidence, string>> = { verified: "", remembered: "*", estimate: "~" };

/** With names: only those traces. Throws an Error that offers the nearest for one that is unknown. */
export function showFailures(names: readonly string[], style: ShowStyle): string {
  const known = failureFits.map(({ key }) => key);
  for (const name of names) {
    if (known.includes(name.toLowerCase())) continue;
    const near = nearest(name, known);
    throw new Error(`there is no trace "${name}"${near === undefined ? ` (there are ${known.join(", ")})` : `; did you mean ${near}?`}`);
  }
  const chosen = failureFits.filter(({ key }) => names.length === 0 || names.some((name) => name.toLowerCase() === key));
  const fits = chosen.flatMap(({ key, name, about, up, down, source }) => [
    wrap(`${key}  ${name}: ${about}`, WIDTH - 2, "  ").replace(key, style.bold(key)),
    ...lines("up", up),
    ...lines("down", down),
    style.dim(`  source ${source}`),
    "",
  ]);
  if (names.length > 0) return `${fits.join("\n").trimEnd()}\n`;
  const rate = (what: string, figure: Figure): string =>
    `  ${what.padEnd(22)}${`${MARKS[figure.confidence]}${formatNumber(figure.value)} ${figure.unit}`.padEnd(24)}${style.dim(figure.source)}`;
  const software = hypervisors.filter(({ figures }) => figures.crashesPerHostYear.value > 0);
  return `${[
    style.bold("Laws fitted to traces (hours)"),
    "",
    ...fits,
    style.bold("Components, where a model says nothing"),
    ...Object.entries(componentRates).flatMap(([kind, { perYear, repairHours }]) => [rate(kind, perYear), rate(`${kind}, repair`, repairHours)]),
    ...software.map(({ key, figures }) => rate(`${key}, crashes`, figures.crashesPerHostYear)),
    rate("software, repair", softwareRepairHours),
    "",
    style.bold("High availability: a silent host is dead after"),
    ...Object.entries(detectionSeconds).map(([product, figure]) => rate(product, figure)),
    "  others                have none",
    "",
    style.dim("~ estimate of this project   * remembered, not read again   no mark: read"),
  ].join("\n")}\n`;
}

function lines(side: "up" | "down", fits: Fits): string[] {
  const lognormal = fits["log-normal"];
  return [
    `  ${side.padEnd(5)} exponential mean ${fits.exponential.mean}; Weibull shape ${fits.weibull.shape}, scale ${fits.weibull.scale}`,
    `        gamma shape ${fits.gamma.shape}, scale ${fits.gamma.scale}${lognormal === undefined ? "" : `; log-normal mu ${lognormal.mu}, sigma ${lognormal.sigma}`}`,
  ];
}
