/**
 * How text looks on the terminal: bold for what one came for, dim for notes, colour only for concepts, failures and
 * warnings. Pipes, logs, `NO_COLOR` and dumb terminals get none, and everything reads the same without.
 */

import type { Concept } from "../report/accounts.ts";
import { palettes } from "../report/tokens.ts";
import { forTerminal } from "../units/format.ts";

export interface Style {
  /** Only characters of ASCII may be printed. */
  readonly ascii: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** Guest work, and the word "better". */
  readonly blue: (text: string) => string;
  /** Failures. */
  readonly red: (text: string) => string;
  /** Warnings, and the word "worse". */
  readonly yellow: (text: string) => string;
  /** The colour of a ledger cause or state, the same concept as in the charts. */
  readonly concept: (concept: Concept, text: string) => string;
}

/** What decides about colour: the stream, the environment and the command line. */
export interface StyleInput {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ascii?: boolean;
}

/** Below this many columns what stands side by side goes below one another. */
export const NARROW = 80;

type Depth = "none" | "sixteen" | "true";

/** The 16-colour code of each concept. */
const SIXTEEN: Readonly<Record<Concept, number>> = {
  guest: 34,
  trap: 31,
  paging: 33,
  io: 35,
  sched: 95,
  migration: 36,
  control: 33,
  hostos: 37,
  cooling: 96,
  loss: 37,
  idle: 90,
  off: 90,
  boot: 94,
  maint: 90,
  failed: 91,
};

/** Concepts too faint for text on a terminal take the colour of their edge. */
const TEXT_TOKEN: Partial<Record<Concept, "idleedge">> = { idle: "idleedge", off: "idleedge" };

function depthOf({ isTerminal, env }: StyleInput): Depth {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0";
  if (env.NO_COLOR) return "none";
  if (!forced && (!isTerminal || env.TERM === "dumb")) return "none";
  return env.COLORTERM === "truecolor" || env.COLORTERM === "24bit" ? "true" : "sixteen";
}

/** `COLORFGBG` ends in the background's colour number; 7 and 15 are light. Most terminals that say nothing are dark. */
function isLightBackground(env: StyleInput["env"]): boolean {
  const background = env.COLORFGBG?.split(";").at(-1);
  return background === "7" || background === "15";
}

/** Chooses the style for a stream. Pure: the environment is handed in. */
export function styleFor(input: StyleInput): Style {
  const depth = depthOf(input);
  const wrap = (open: string, close: string) => (text: string) => (depth === "none" || text === "" ? text : `\u001B[${open}m${text}\u001B[${close}m`);
  const palette = palettes[isLightBackground(input.env) ? "light" : "dark"];
  const concept = (name: Concept, text: string): string => {
    if (depth !== "true") return wrap(String(SIXTEEN[name]), "39")(text);
    const hex = palette[TEXT_TOKEN[name] ?? name];
    const channel = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
    return wrap(`38;2;${channel(1)};${channel(3)};${channel(5)}`, "39")(text);
  };
  return {
    ascii: input.ascii ?? false,
    bold: wrap("1", "22"),
    dim: wrap("2", "22"),
    blue: (text) => concept("guest", text),
    red: wrap("31", "39"),
    yellow: wrap("33", "39"),
    concept,
  };
}

/** No colour, all characters: for pipes and tests. */
export const plainStyle: Style = styleFor({ isTerminal: false, env: {} });

const ASCII: readonly (readonly [RegExp, string])[] = [
  [/[█▉▊▋▌▐▓▆▇▅]/g, "#"],
  [/[▍▎▏▄▃]/g, ":"],
  [/[▂▁·…┊]/g, "."],
  [/●/g, "o"],
  [/✓/g, "ok"],
  [/✗/g, "FAIL"],
  [/[×╳]/g, "x"],
  [/±/g, "+-"],
  [/[−–—╶╴─]/g, "-"],
  [/[│┃]/g, "|"],
  [/₂/g, "2"],
  [/€/g, "EUR"],
  [/[\u00A0\u202F]/g, " "],
];

/** Control characters in names (a newline, an escape code) are shown as "?" and never reach the terminal. */
const CONTROL = /\p{Cc}|[\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** A colour code, which takes no room on the line. The parentheses let `split` keep it. */
export const COLOUR_CODE = new RegExp(`(${"\u001B"}\\[[0-9;]*m)`);

/** Makes a name from a file safe to print. */
export function printable(name: string): string {
  return name.replace(CONTROL, "?");
}

/** Text for the terminal: narrow no-break spaces become no-break spaces (fonts there lack them); with `ascii`, ASCII only. */
export function terminalText(text: string, style: Style): string {
  if (!style.ascii) return forTerminal(text);
  let plain = text;
  for (const [pattern, replacement] of ASCII) plain = plain.replace(pattern, replacement);
  return plain.replace(/\P{ASCII}/gu, "?");
}

/** Text broken at spaces into lines of at most `width`, all but the first indented by `indent`. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}

const BLOCKS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const HEIGHTS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A bar from zero in eighths of a character. What is above zero shows at least the thinnest block. */
export function bar(fraction: number, width: number): string {
  if (!(fraction > 0)) return "";
  const eighths = Math.max(1, Math.min(width * 8, Math.round(fraction * width * 8)));
  return "█".repeat(Math.floor(eighths / 8)) + (BLOCKS[eighths % 8] ?? "");
}

/** A line of blocks from zero to the maximum; NaN leaves a gap. */
export function sparkline(values: ArrayLike<number>, max: number): string {
  let line = "";
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    line += Number.isFinite(value) ? (HEIGHTS[max > 0 ? Math.max(0, Math.min(7, Math.ceil((8 * value) / max) - 1)) : 0] ?? "▁") : " ";
  }
  return line;
}
