/** The answer of a comparison in words: one sentence, what comes with it, a verdict, and the option it is about. */
import { formatCount, formatNumber } from "../units/format.ts";
import type { ComparedDifference, ComparedMetric, CompareReport } from "./compare-data.ts";
import { NBSP, shorten } from "./format.ts";
import { differenceText, plusMinus } from "./interval.ts";
import { bestGain, howMuch, type Move, movesOf } from "./trade.ts";
import type { Answer } from "./words.ts";

/** Above this p95 of ready time guests tend to notice: the same rule of thumb as in the report of a run. */
const READY_GUIDE_PERCENT = 5;
const READY = "ready_pct_p95";
const MOST_CHARACTERS = 100;
/** Figures of which more is better; of all others less is. */
const MORE_IS_BETTER = new Set([
  "availability_pct",
  "availability_nines",
  "delivered_pct",
  "delivered_core_h",
  "service_done_pct",
  "vms_placed",
  "vms_completed",
]);

/** Whether an option is better than the baseline in the figure, as far as that can be told. */
function isBetter({ metric }: ComparedMetric, { verdict, mean }: ComparedDifference): boolean {
  const more = MORE_IS_BETTER.has(metric);
  return verdict === (more ? "more" : "less") || (verdict === "one run" && (more ? mean > 0 : mean < 0));
}

type Compared = Pick<CompareReport, "shown" | "metrics" | "options" | "named">;

/**
 * The option that the report is about. Where figures were named, the one with the best of the first; else the one with the
 * largest gain in any figure that matters. Differences that may be luck do not count; the first option where none is better.
 */
export function chosenOf({ shown: [first], metrics, options, named }: Compared): number {
  const gain = named ? null : bestGain(metrics, options.length);
  if (gain) return gain.option;
  let best = -1;
  first?.values.forEach(({ mean, difference }, i) => {
    if (difference === null || !isBetter(first, difference)) return;
    const known = first.values[best]?.mean ?? Number.NaN;
    if (best < 0 || (MORE_IS_BETTER.has(first.metric) ? mean > known : mean < known)) best = i;
  });
  return best < 0 ? Math.min(1, options.length - 1) : best;
}

export function percentOf({ mean, low, high, base }: ComparedDifference): string {
  const scale = 100 / Math.abs(base);
  const percent = mean * scale;
  // Of what cannot be negative no more than all can go, whatever the interval says; and what is not all is not written as all.
  const all = base > 0 && percent >= -100;
  const text = differenceText(percent, all ? Math.max(-100, low * scale) : low * scale, high * scale, "%");
  return all && percent > -100 && text.startsWith("\u2212100")
    ? text.replace(/^\S+?(?=\u00A0)/, `\u2212${formatNumber(Math.floor(-percent * 10) / 10)}`)
    : text;
}

/** A difference in percent of the baseline, or in its unit where that is zero. */
export function percentOrUnit(difference: ComparedDifference, unit: string): string {
  return difference.base === 0 ? differenceText(difference.mean, difference.low, difference.high, unit) : percentOf(difference);
}

/** The value of an option with its interval and unit. */
export function written({ values, unit }: ComparedMetric, i: number): string {
  const { mean = Number.NaN, half = Number.NaN } = values[i] ?? {};
  return `${plusMinus(mean, half)}${unit === "" ? "" : NBSP + unit}`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const verdict = (level: Answer["verdict"]["level"], sign: string, word: string, detail: string): Answer["verdict"] => ({ level, sign, word, detail });

export function answerOf(report: Compared, chosen: number): Answer {
  const { shown, metrics, options, named } = report;
  const { gains, losses } = named ? { gains: [], losses: [] } : movesOf(metrics, chosen);
  const [gain] = gains;
  // Energy has its own sentence, with the waiting that it costs.
  if (gain && !(gain.metric === shown[0] && losses.every(({ metric }) => metric.metric === READY))) return tradeAnswer(report, chosen, gain, gains, losses);
  return firstAnswer({ shown, options }, chosen, gains);
}

/** The largest gain and the largest loss; without a loss the next gain. */
function tradeAnswer({ shown, options }: Compared, chosen: number, gain: Move, gains: readonly Move[], losses: readonly Move[]): Answer {
  const [loss] = losses;
  const ready = shown.find(({ metric }) => metric === READY);
  const told = [...gains, ...losses].map(({ metric, value }) => value.difference && `${metric.name} ${percentOrUnit(value.difference, metric.unit)}`);
  const base = shorten(options[0]?.name ?? "", 24);
  const still = ready && ready.values[chosen]?.difference?.verdict === "same" ? ` ${beforeAfter(ready, chosen, "")}` : "";
  const lead = `${capital(told.join(", "))} against ${base}.${still}`;
  const second = loss ? `, ${loss.words}` : gains[1] ? ` and ${gains[1].words}` : "";
  const one = gain.value.difference?.verdict === "one run";
  const sentence = fitting((length) => `${shorten(options[chosen]?.name ?? "", length)} ${gain.words} than ${shorten(options[0]?.name ?? "", length)}`, second);
  if (!loss) return { sentence, lead, verdict: verdict("fits", "✓", one ? "Better in this run" : "Better", "Nothing that matters is worse.") };
  const worse = `${capital(loss.metric.name)} ${written(loss.metric, 0)} before, ${written(loss.metric, chosen)} now.`;
  return { sentence, lead, verdict: verdict("doubt", "!", "Better, at a price", worse) };
}

/** With names as long as the sentence has room for; without its second half where that is too much. */
function fitting(first: (length: number) => string, second: string): string {
  for (const length of [24, 18, 12]) if ((first(length) + second).length <= MOST_CHARACTERS) return first(length) + second;
  return first(24);
}

/** About the first figure shown. */
function firstAnswer({ shown, options }: Pick<Compared, "shown" | "options">, chosen: number, gains: readonly Move[]): Answer {
  const [first, second] = shown;
  const name = shorten(options[chosen]?.name ?? "", 24);
  const base = shorten(options[0]?.name ?? "", 24);
  const value = first?.values[chosen];
  const difference = value?.difference;
  const ready = shown.find(({ metric }) => metric === READY)?.values[chosen];
  const lead = [
    difference && difference.base !== 0 && difference.verdict !== "same" ? `${capital(first?.name ?? "")} ${percentOf(difference)} against ${base}.` : "",
    second?.values[chosen] ? beforeAfter(second, chosen, name) : "",
  ]
    .filter(Boolean)
    .join(" ");
  if (!first || !difference || !value)
    return { sentence: "There is nothing to compare", lead, verdict: verdict("doubt", "?", "Cannot tell", "No figure has values for two options.") };
  const better = isBetter(first, difference);
  const has = MORE_IS_BETTER.has(first.metric) ? "has" : "takes";
  if (!better && options.length > 2) return noneBetter(first, base, lead);
  if (difference.verdict === "same")
    return {
      sentence: `No option differs from ${base} in ${first.name}`,
      lead,
      verdict: verdict("doubt", "=", "The same", `${capital(first.name)} is equal in every replication.`),
    };
  if (difference.verdict === "cannot tell" || difference.verdict === "not measured")
    return {
      sentence: `Nobody can tell whether ${name} differs from ${base} in ${first.name}`,
      lead,
      verdict: verdict("doubt", "?", "Cannot tell", "The interval of the difference holds zero. More replications may tell."),
    };
  if (!better)
    return {
      sentence: `No option beats ${base} in ${first.name}; ${name} ${has} ${howMuch(difference, first.unit)}`,
      lead,
      verdict: verdict("fails", "✗", "Not better", `${capital(first.name)} ${percentOrUnit(difference, first.unit)}.`),
    };
  const waits = ready && ready.mean > READY_GUIDE_PERCENT && (ready.difference?.mean ?? 0) > 0;
  const worse = ready?.difference?.verdict === "more";
  const next = gains.find(({ metric }) => metric !== first);
  const waiting = first.metric.startsWith("energy") && ready && ready.mean > 0 ? `, at a ready time of ${formatNumber(ready.mean)}${NBSP}%` : "";
  const rest = waiting || (next ? ` and ${next.words}` : "");
  const sentence = fitting(
    (length) =>
      `${shorten(options[chosen]?.name ?? "", length)} ${has} ${howMuch(difference, first.unit)} ${first.name} than ${shorten(options[0]?.name ?? "", length)}`,
    rest,
  );
  if (waits)
    return {
      sentence,
      lead,
      verdict: verdict(
        "doubt",
        "!",
        "Better, at a price",
        `Ready time at p95 is ${formatNumber(ready.mean)}${NBSP}%, above the rule of thumb of ${READY_GUIDE_PERCENT}${NBSP}%.`,
      ),
    };
  return {
    sentence,
    lead,
    verdict: verdict(
      "fits",
      "✓",
      difference.verdict === "one run" ? "Better in this run" : "Better",
      worse ? `Guests wait more, and stay below ${READY_GUIDE_PERCENT}${NBSP}% at p95.` : "Guests wait no more than before.",
    ),
  };
}

/** Of several options none is better in the first figure: how many are worse, and of how many nobody can tell. */
function noneBetter(first: ComparedMetric, base: string, lead: string): Answer {
  const others = first.values.filter(({ difference }) => difference !== null);
  const count = (...verdicts: string[]): number => others.filter(({ difference }) => verdicts.includes(difference?.verdict ?? "")).length;
  const moreIsBetter = MORE_IS_BETTER.has(first.metric);
  const [worse, same] = [count(moreIsBetter ? "less" : "more", "one run"), count("same")];
  const unclear = others.length - worse - same;
  const what = moreIsBetter ? { one: "one has", many: "have", way: "less" } : { one: "one takes", many: "take", way: "more" };
  const parts = [
    worse > 0 ? `${worse === 1 ? what.one : `${formatCount(worse)} ${what.many}`} ${what.way}` : "",
    same > 0 ? `${same === 1 ? "one is" : `${formatCount(same)} are`} the same` : "",
    unclear > 0 ? `of ${unclear === 1 ? "one" : formatCount(unclear)} nobody can tell` : "",
  ].filter(Boolean);
  const sentence = same === others.length ? `No option differs from ${base} in ${first.name}` : `No option beats ${base} in ${first.name}; ${parts.join(", ")}`;
  const told =
    same === others.length
      ? verdict("doubt", "=", "The same", `${capital(first.name)} is equal in every replication.`)
      : worse > 0
        ? verdict("fails", "✗", "Not better", `${capital(first.name)} is ${moreIsBetter ? "highest" : "least"} with ${base}, or not to be told from that.`)
        : verdict("doubt", "?", "Cannot tell", "The intervals of the differences hold zero. More replications may tell.");
  return { sentence, lead, verdict: told };
}

function beforeAfter(metric: ComparedMetric, chosen: number, name: string): string {
  const same = metric.values[chosen]?.difference?.verdict === "same";
  return same
    ? `${capital(metric.name)} stays at ${written(metric, 0)}.`
    : `${capital(metric.name)} ${written(metric, 0)} before, ${written(metric, chosen)} with ${name}.`;
}
