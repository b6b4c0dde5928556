/**
 * Where a command writes: results to stdout, problems and progress to stderr, each with the style its stream can show.
 */
import { type Progress, startProgress } from "./progress.ts";
import { type Style, styleFor } from "./style.ts";

export interface Terminal {
  readonly out: (text: string) => void;
  readonly problem: (text: string) => void;
  readonly style: Style;
  readonly problemStyle: Style;
  /** Columns of the terminal, 80 in a pipe. */
  readonly width: number;
  readonly ascii: boolean;
  /** A progress line on stderr, if that is a terminal and nobody asked for quiet. */
  readonly progress: (quiet: boolean) => Progress;
}

/** The terminal of this process. */
export function processTerminal(ascii: boolean): Terminal {
  const { stdout, stderr, env } = process;
  const problemStyle = styleFor({ isTerminal: stderr.isTTY, env, ascii });
  return {
    out: (text) => stdout.write(text),
    problem: (text) => stderr.write(text),
    style: styleFor({ isTerminal: stdout.isTTY, env, ascii }),
    problemStyle,
    width: stdout.columns ?? 80,
    ascii,
    progress: (quiet) => startProgress(quiet ? { isTTY: false, write: () => true } : stderr, problemStyle, () => performance.now()),
  };
}
