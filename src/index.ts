/**
 * The library: everything a program needs to load a scenario, simulate it and use or write its results. For Node; what
 * touches files is named so. docs/architecture.md has an example.
 */
export { type BreakEven, breakEven } from "./experiment/break-even.ts";
export { type LedgerDifference, ledgerDifference, type Step } from "./experiment/difference.ts";
export { LedgerImbalance } from "./metrics/ledger.ts";
export type { Demand, GridDemand, ImportReport, PiecesDemand, Population, TaskDemand } from "./model/demand.ts";
export { loadFailureTraces } from "./node/failure-traces.ts";
export { loadPopulations } from "./node/populations.ts";
export { textFile, writeResults } from "./node/results.ts";
export { csvChunks } from "./node/results-csv.ts";
export { FolderRefused, type ResultFile } from "./node/results-folder.ts";
export type { Manifest, RunRecord } from "./node/results-manifest.ts";
export { loadSeries } from "./node/series.ts";
export { readTrace, traceFormats } from "./node/traces.ts";
/** The catalogue that `loadScenario` looks names up in: the project's hypervisors, servers, sizes, policies and trace formats. */
export { usualCatalogue as catalogue } from "./node/usual-catalogue.ts";
export { placementPolicies, placementPolicy } from "./policy/placement/index.ts";
export { novaWith } from "./policy/placement/nova.ts";
export { type Choice, type Fleet, nowhere, type Place, type PlacementPolicy, type VmAsk } from "./policy/placement.ts";
export { drawSvg, exportSvg, type Figure } from "./report/figure.ts";
export { type RunFigures, runFigures } from "./report/figures.ts";
export { renderReport } from "./report/page.ts";
export type { Heatmap, ReadyHistogram, Results, RunInfo } from "./results/results.ts";
export { type Column, column, numbers, type Table, texts } from "./results/table.ts";
export { type Loaded, loadScenario, type Mark, type Marks, type Override, type Problem } from "./scenario/load.ts";
export { renderProblems } from "./scenario/problems.ts";
export type { ResolvedHostGroup, ResolvedHypervisor, ResolvedScenario, ResolvedVmGroup, ResolvedWorkload } from "./scenario/resolved.ts";
export { type SimulationInputs, simulate } from "./simulation.ts";
export { VERSION } from "./version.ts";
export { TraceError } from "./workload/trace-error.ts";
