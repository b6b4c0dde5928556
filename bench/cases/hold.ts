/** The hold model against flatqueue 3.1.0 (see ../hold.ts for the recipe and what each side does). */
import { holdRow } from "../hold.ts";
import type { BenchRow } from "../row.ts";

const bars: readonly (readonly [pending: number, bar: number | null])[] = [
  [1e3, 0.75],
  [1e4, null],
  [1e5, 1],
  [1e6, 1],
];

export function rows(): BenchRow[] {
  return bars.map(([pending, bar]) => {
    const { kernelMps, kernelRatio, heapRatio, flatqueueMps } = holdRow(pending);
    return {
      name: `hold model, ${pending.toLocaleString("en-GB")} pending`,
      measured: `${kernelRatio.toFixed(2)} x flatqueue (${kernelMps.toFixed(2)} M events/s)`,
      bar: bar === null ? "" : `>= ${bar} x`,
      reached: bar === null ? true : kernelRatio >= bar,
      note: `flatqueue ${flatqueueMps.toFixed(2)} M/s; queue alone ${heapRatio.toFixed(2)} x`,
    };
  });
}
