/** What would change the conclusion of a comparison: a chart of what each input moves, and a table of where it turns. */
import { formatNumber } from "../units/format.ts";
import { type TornadoBar, tornadoFigure } from "./charts/tornado.ts";
import { type Block, type Cell, figure, type TableBlock, tableOf } from "./document.ts";
import { counted, NBSP, shorten } from "./format.ts";
import { differenceText } from "./interval.ts";

/** What would change the conclusion, of one measure. */
export interface WhatWouldChange {
  /** As people say it: "cost over 3 years", "carbon". */
  readonly measure: string;
  /** As in sensitivity.csv. */
  readonly name: string;
  readonly unit: string;
  /** The option with the least, and the one that comes next. */
  readonly winner: string;
  readonly next: string;
  /** What the winner saves against the best other option. */
  readonly lead: number;
  /** Ends of the paired 95 % interval against the next one; NaN for one run. */
  readonly leadLow: number;
  readonly leadHigh: number;
  readonly inputs: readonly (TornadoBar & {
    readonly range: string;
    /** Who wins at the ends of the range. */
    readonly winnerAtLow: string;
    readonly winnerAtHigh: string;
    readonly turn: { readonly value: number; readonly winner: string; readonly above: boolean } | null;
  })[];
}

/** Turned within its range: the answer rests on it. */
export const turnsWithin = ({ winnerAtLow, winnerAtHigh }: WhatWouldChange["inputs"][number], winner: string): boolean =>
  winnerAtLow !== winner || winnerAtHigh !== winner;

/** Whether luck alone could make the winner so. */
export const inDoubt = ({ leadLow, leadHigh }: WhatWouldChange): boolean => leadLow <= 0 && leadHigh >= 0 && leadHigh > leadLow;

const MOST_INPUTS = 14;

export function wouldChangeBlocks(one: WhatWouldChange): Block[] {
  const { measure, name, unit, winner, next, lead, inputs } = one;
  const turned = inputs.filter((input) => turnsWithin(input, winner)).length;
  const who = shorten(winner, 18);
  const saves = `${who} saves ${formatNumber(lead)}${NBSP}${unit}`;
  const luck = inDoubt(one)
    ? ` The saving itself may be luck: its interval is${differenceText(lead, one.leadLow, one.leadHigh, unit).replace(/^[^[]*/, " ")}.`
    : "";
  const verdict =
    turned === 0 ? "no input turns that within its range" : `${counted(turned, "input")} of ${inputs.length} ${turned === 1 ? "turns" : "turn"} that`;
  const chart = tornadoFigure({
    id: `tornado-${name.replaceAll("_", "-")}`,
    title: shorten(`${saves}; ${verdict}`, 90),
    subtitle: `${`${measure.charAt(0).toUpperCase()}${measure.slice(1)}`} that ${who} saves against the best other option, ${unit}, with each input at both ends of its range`,
    note: "Orange: it saves less, blue: more. Left of the dashed line another option wins.",
    unit,
    now: lead,
    zero: `the same as ${shorten(next, 18)}`,
    bars: inputs.filter(({ atLow, atHigh }) => atLow !== lead || atHigh !== lead),
  });
  const table: TableBlock = {
    title: "What would change the conclusion",
    subtitle: `${`${measure.charAt(0).toUpperCase()}${measure.slice(1)}`}: each input by itself, all others as they are; nothing is simulated again`,
    head: ["Input", "Turns", "Now", "Range", "Range is"],
    numeric: [2],
    quiet: [4],
    rows: [...inputs]
      .sort((a, b) => Number(turnsWithin(b, winner)) - Number(turnsWithin(a, winner)))
      .slice(0, MOST_INPUTS)
      .map((input): Cell[] => {
        const { turn } = input;
        const turns = turn === null ? "never" : `${turn.above ? "above" : "below"} ${formatNumber(turn.value)}: ${shorten(turn.winner, 18)}`;
        return [
          input.unit === "" ? input.name : `${input.name}, ${input.unit}`,
          turnsWithin(input, winner) ? { text: `! ${turns}`, tone: "mark" } : turns,
          formatNumber(input.today),
          `${formatNumber(input.low)} to ${formatNumber(input.high)}`,
          input.range,
        ];
      }),
    note: `! turns within its range.${luck} All inputs, and every option at both ends, are in sensitivity.csv.${inputs.length > MOST_INPUTS ? ` ${inputs.length - MOST_INPUTS} more are there only.` : ""}`,
  };
  // The table says where each range comes from, and needs the whole width for it.
  return [figure(chart), tableOf(table)];
}
