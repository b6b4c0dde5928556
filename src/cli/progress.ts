/**
 * The progress line: the last line of stderr while work goes on, erased at the end; only on a terminal, never in a pipe.
 */

import { formatDuration } from "../units/format.ts";
import { bar, type Style, terminalText } from "./style.ts";

export interface ProgressState {
  readonly done: number;
  readonly total: number;
  /** What is counted, in the plural: "runs", "days". */
  readonly unit: string;
  readonly elapsedSeconds: number;
}

/** The line for a state: `  18 of 30 runs  ███████▎      4 s left`. The time left is shown once a second has passed. */
export function progressLine(state: ProgressState, style: Style, columns = 80): string {
  // A line that is wrapped cannot be erased: the bar gives way, down to nothing.
  const barWidth = Math.max(0, Math.min(24, columns - 40));
  const fraction = state.total > 0 ? Math.min(1, state.done / state.total) : 0;
  const whole = (value: number): string => String(value < 10 && !Number.isInteger(value) ? Math.floor(value * 10) / 10 : Math.floor(value));
  const left =
    fraction > 0.02 && state.elapsedSeconds >= 1 ? `${formatDuration(Math.max(1, Math.round((state.elapsedSeconds * (1 - fraction)) / fraction)))} left` : "";
  const text = `  ${whole(state.done)} of ${whole(state.total)} ${state.unit}  ${style.blue(bar(fraction, barWidth).padEnd(barWidth))}  ${style.dim(left)}`;
  return columns < 30 ? "" : terminalText(text.trimEnd(), style);
}

export interface Progress {
  /** Shows a state, at most ten times a second. */
  readonly show: (done: number, total: number, unit: string) => void;
  /** Erases the line. Safe to call twice, and without a line shown. */
  readonly end: () => void;
}

export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal. */
  readonly columns?: number | undefined;
  readonly write: (text: string) => unknown;
}

/**
 * Starts a progress line on a stream; on anything but a terminal it does nothing.
 * @param nowMs a clock in milliseconds, such as `performance.now`
 */
export function startProgress(output: ProgressOutput, style: Style, nowMs: () => number): Progress {
  if (!output.isTTY) return { show: () => undefined, end: () => undefined };
  const startedMs = nowMs();
  let lastMs = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    show(done, total, unit) {
      const now = nowMs();
      if (now - lastMs < 100) return;
      lastMs = now;
      shown = true;
      output.write(`\r\u001B[2K${progressLine({ done, total, unit, elapsedSeconds: (now - startedMs) / 1000 }, style, output.columns)}`);
    },
    end() {
      if (shown) output.write("\r\u001B[2K");
      shown = false;
    },
  };
}
