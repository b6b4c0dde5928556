/**
 * Ready time distribution: who waits for CPU, and how bad is the tail? One histogram for each service class on the same
 * scale. Calm hours are usually nearly all of them; they are given as a number, so that the tail can be seen.
 */

import { scaleLinear } from "d3";
import type { ReadyHistogram, Results } from "../../results/results.ts";
import { formatNumber } from "../../units/format.ts";
import { classRank } from "../classes.ts";
import { type Drawing, type Figure, HALF_WIDTHS } from "../figure.ts";
import { brief, counted, NBSP, share, shorten } from "../format.ts";
import { numbersIn } from "../read.ts";
import { element, label, line } from "../svg.ts";
import { fitText, textWidth } from "../textwidths.ts";

/** A rule of thumb in common use, not a value of the scenario: above it, guests tend to notice. */
export const READY_GUIDE_PERCENT = 5;

interface Row {
  readonly name: string;
  /** Share of the class's VM-hours in each bar, percent, without those that are calm. */
  readonly bars: readonly number[];
  /** Share of VM-hours below `calmBelow`. */
  readonly calmPercent: number;
  readonly p95: number;
  readonly worst: string;
  readonly total: number;
}

interface Data {
  readonly rows: readonly Row[];
  /** Below this ready time, percent, VM-hours are given as a number. */
  readonly calmBelow: number;
  readonly barPercent: number;
  readonly max: number;
}

export function readyFigure(results: Results): Figure {
  const data = read(results.ready);
  const title = finding(results, data);
  const calm = `${formatNumber(data.calmBelow)}${NBSP}%`;
  return {
    id: "ready",
    title,
    subtitle: `VM-hours by CPU ready time, share of each class. Same scale; those below ${calm} are the number at the left`,
    note: `Ready time is time a VM wanted CPU and had none. ${READY_GUIDE_PERCENT}${NBSP}% is a rule of thumb, not a limit of this scenario. Ticks mark p95 of VM-hours; the worst VM is by its whole time.`,
    description: `${title}. ${data.rows.map((row) => `${row.name}: ${share(row.calmPercent)} of VM-hours below ${calm}, p95 ${share(row.p95)}${row.worst === "" ? "" : `, ${row.worst}`}`).join("; ")}.`,
    widths: HALF_WIDTHS,
    draw: (width) => draw(data, width),
    numbers: {
      head: ["class", "VM-hours", `below ${calm}`, "p95", "worst VM"],
      rows: data.rows.map((row) => [row.name, formatNumber(row.total), share(row.calmPercent), share(row.p95), row.worst.replace("worst VM ", "")]),
      note: results.ready.length > data.rows.length ? `${results.ready.length - data.rows.length} more classes are in vms.csv.` : "",
    },
    data: () => ({
      columns: ["class", "ready_from_pct", "ready_to_pct", "vm_hours"],
      rows: results.ready
        .slice(0, MOST_CLASSES)
        .flatMap(({ serviceClass, binPercent, vmHours }) =>
          Array.from(vmHours, (hours, bin) => [serviceClass, bin * binPercent, (bin + 1) * binPercent, hours] as const).filter((row) => row[3] > 0),
        ),
      note: "",
    }),
  };
}

const MOST_CLASSES = 8;
/** Below this a VM-hour is calm: its number is written, not drawn. */
const CALM_PERCENT = 0.25;
const BAR_PERCENTS = [0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5];
const MOST_BARS = 48;

/** Best class first where the names say which that is; others keep their order, after these. */
const rank = ({ serviceClass }: ReadyHistogram): number => classRank(serviceClass);

function read(histograms: readonly ReadyHistogram[]): Data {
  const shown = histograms
    .filter((histogram) => histogram.vmHours.some((hours) => hours > 0))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST_CLASSES);
  const binPercent = shown[0]?.binPercent ?? CALM_PERCENT;
  let lastBin = 0;
  for (const { vmHours } of shown) for (let i = 0; i < vmHours.length; i++) if ((vmHours[i] as number) > 0) lastBin = Math.max(lastBin, i);
  const tailPercent = Math.max(1, (lastBin + 1) * binPercent);
  const wanted = BAR_PERCENTS.find((percent) => percent >= tailPercent / MOST_BARS) ?? 5;
  const merge = Math.max(1, Math.round(wanted / binPercent));
  const barPercent = merge * binPercent;
  const calmBins = Math.max(merge, Math.round(CALM_PERCENT / binPercent));
  const max = scaleLinear([0, tailPercent], [0, 1]).nice(5).domain()[1] as number;
  const rows = shown.map((histogram): Row => {
    const total = histogram.vmHours.reduce((sum, hours) => sum + hours, 0);
    const bars = new Array<number>(Math.ceil((lastBin + 1) / merge)).fill(0);
    for (let i = calmBins; i <= lastBin; i++)
      bars[Math.floor(i / merge)] = (bars[Math.floor(i / merge)] as number) + (100 * (histogram.vmHours[i] as number)) / total;
    const worst = histogram.worstVm;
    return {
      name: histogram.serviceClass || "all VMs",
      bars,
      calmPercent: (100 * histogram.vmHours.subarray(0, calmBins).reduce((sum, hours) => sum + hours, 0)) / total,
      p95: histogram.p95,
      worst: worst ? `worst VM ${share(worst.readyPercent)}` : "",
      total,
    };
  });
  return { rows, calmBelow: calmBins * binPercent, barPercent, max };
}

function finding(results: Results, { rows }: Data): string {
  const ready = numbersIn(results.vms, "ready_pct");
  let above = 0;
  let worst = 0;
  for (let i = 0; i < ready.length; i++) {
    if ((ready[i] as number) > READY_GUIDE_PERCENT) above++;
    if ((ready[i] as number) > worst) worst = ready[i] as number;
  }
  if (rows.length === 0) return "No VM ran in this run";
  if (above > 0)
    return `${counted(above, "VM")} of ${formatNumber(ready.length)} ${above === 1 ? "waits" : "wait"} for CPU more than ${READY_GUIDE_PERCENT}${NBSP}% of the time`;
  if (worst === 0) return "No VM ever waits for CPU";
  const [worstClass] = [...rows].sort((a, b) => b.p95 - a.p95);
  return rows.length > 1 && worstClass && worstClass.p95 > 0
    ? `No VM waits over ${READY_GUIDE_PERCENT}${NBSP}% of its whole time; ${shorten(worstClass.name, 16)} most, ${share(worstClass.p95)} at p95 of VM-hours`
    : `No VM waits over ${READY_GUIDE_PERCENT}${NBSP}% of its whole time; the worst waits ${share(worst)}`;
}

const ROW = 78;

function draw(data: Data, width: number): Drawing {
  if (data.rows.length === 0) return { height: 24, body: label(0, 16, "k", "no VM ran") };
  const narrow = width < 500;
  const calmTexts = data.rows.map((row) => `${share(row.calmPercent)} below`);
  const left = Math.min(
    narrow ? 96 : 120,
    Math.max(56, ...data.rows.map((row) => textWidth(row.name, 12.5, 600)), ...calmTexts.map((text) => textWidth(text, 12))) + 20,
  );
  const rightTexts = data.rows.flatMap((row) => [`p95 ${share(row.p95)}`, row.worst]);
  const right = Math.max(...rightTexts.map((text) => textWidth(text, 12.5, 600))) + 12;
  const plot = width - left - right;
  const x = (percent: number): number => left + (percent / data.max) * plot;
  const top = 24;
  const bottom = top + data.rows.length * ROW;
  const tallest = Math.max(...data.rows.flatMap((row) => row.bars), 1e-9);
  const ticks = scaleLinear([0, data.max], [0, 1]).ticks(narrow ? 3 : 5);
  let body = ticks
    .map(
      (tick, i) =>
        line(x(tick), top, x(tick), bottom, "gr") +
        label(x(tick), bottom + 17, "k m", i === ticks.length - 1 ? `${formatNumber(tick)}${NBSP}%` : formatNumber(tick)),
    )
    .join("");
  data.rows.forEach((row, r) => {
    const base = top + (r + 1) * ROW - 14;
    const height = ROW - 26;
    for (const within of [true, false]) {
      let d = "";
      row.bars.forEach((value, i) => {
        const from = x(i * data.barPercent);
        if (value <= 0 || from < guideAt(x) !== within) return;
        d += `M${from.toFixed(1)} ${base}v${(-Math.max(0.8, (value / tallest) * height)).toFixed(1)}h${Math.max(1, x((i + 1) * data.barPercent) - from - 1).toFixed(1)}V${base}z`;
      });
      // Beyond the guide in full colour: there it starts to hurt.
      if (d) body += element("path", { class: within ? "f-sched half" : "f-sched", d });
    }
    body += line(left, base, left + plot, base, "ax");
    if (Number.isFinite(row.p95) && row.p95 <= data.max) body += line(x(row.p95), base - 16, x(row.p95), base + 4, "md");
    body += label(left - 12, base - 14, "l b e", fitText(row.name, left - 12, 12.5, 600)) + label(left - 12, base, "k e", calmTexts[r] as string);
    body += label(left + plot + 10, base - 14, "l b", `p95 ${share(row.p95)}`) + label(left + plot + 10, base, "l", row.worst);
  });
  if (READY_GUIDE_PERCENT < data.max) {
    const at = x(READY_GUIDE_PERCENT);
    const text = `guide ${brief(READY_GUIDE_PERCENT)}${NBSP}%`;
    body += line(at, top - 6, at, bottom, "lim") + label(Math.min(at, width - textWidth(text, 12.5) / 2), 12, "l m", text);
  }
  body += label(left, bottom + 34, "k", "CPU ready time, % of wall time");
  return { height: bottom + 40, body };
}

/** Pixel at which the guide stands. */
function guideAt(x: (percent: number) => number): number {
  return x(READY_GUIDE_PERCENT) - 0.01;
}
