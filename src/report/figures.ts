/** The figures of one run, in the order in which the page shows them. */

import type { Results } from "../results/results.ts";
import { arcsFigure } from "./charts/arcs.ts";
import { capacityFigure } from "./charts/capacity.ts";
import { energyFlowFigure } from "./charts/energyflow.ts";
import { heatmapFigure } from "./charts/heatmap.ts";
import { ledgerFigure } from "./charts/ledger.ts";
import { readyFigure } from "./charts/ready.ts";
import { timelineFigure } from "./charts/timeline.ts";
import type { Figure } from "./figure.ts";

export type RunFigures = Readonly<Record<"capacity" | "timeline" | "heatmap" | "ready" | "vmLedger" | "energyFlow" | "energyLedger" | "cpuLedger", Figure>> & {
  /** Only of runs in which VMs moved. */
  readonly migrations?: Figure;
};

export function runFigures(results: Results): RunFigures {
  return {
    timeline: timelineFigure(results),
    capacity: capacityFigure(results),
    heatmap: heatmapFigure(results),
    ...(results.migrations.rows > 0 ? { migrations: arcsFigure(results) } : {}),
    ready: readyFigure(results),
    vmLedger: ledgerFigure(results, "vm"),
    energyFlow: energyFlowFigure(results),
    energyLedger: ledgerFigure(results, "energy"),
    cpuLedger: ledgerFigure(results, "cpu"),
  };
}
