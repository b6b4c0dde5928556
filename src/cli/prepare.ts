/**
 * What a scenario needs beside itself to run: its traces, and its policy where that is a module of the user's.
 */
import { seriesOf } from "../model/accounts-spec.ts";
import type { Population } from "../model/demand.ts";
import { placementPolicy } from "../policy/placement/index.ts";
import type { PlacementPolicy } from "../policy/placement.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import type { FailuresRead } from "../workload/failure-traces.ts";
import type { SeriesRead } from "../workload/series.ts";
import { given } from "./exit.ts";

/** A policy of the user's own, or undefined for a built-in one; either way its options are tried before anything runs. */
export async function policyOf(scenario: ResolvedScenario, folder: string): Promise<PlacementPolicy | undefined> {
  const { module, options } = scenario.placement;
  const own = module === null ? undefined : await (await import("./policy-module.ts")).loadPolicy(module, folder);
  await given(() => (own ?? placementPolicy(scenario.placement.policy)).create(options, () => 0.5));
  return own;
}

/** The traces of the scenario, read; paths are relative to `folder`. */
export async function populationsOf(scenario: ResolvedScenario, folder: string): Promise<ReadonlyMap<string, Population>> {
  if (!scenario.vms.some((group) => group.workload.kind === "trace")) return new Map();
  const { loadPopulations } = await import("../node/populations.ts");
  return given(() => loadPopulations(scenario, folder));
}

/** The series its sites follow, read; paths are relative to `folder`. */
export async function seriesOfScenario(scenario: ResolvedScenario, folder: string): Promise<ReadonlyMap<string, SeriesRead>> {
  if (!scenario.sites.some((site) => seriesOf(site).length > 0)) return new Map();
  const { loadSeries } = await import("../node/series.ts");
  return given(() => loadSeries(scenario, folder));
}

/** The recorded failures it plays again, read; paths are relative to `folder`. */
export async function failureTracesOf(scenario: ResolvedScenario, folder: string): Promise<ReadonlyMap<string, FailuresRead>> {
  if (!scenario.failures?.traces.some(({ source }) => source !== null)) return new Map();
  const { loadFailureTraces } = await import("../node/failure-traces.ts");
  return given(() => loadFailureTraces(scenario, folder));
}

/** Looks, before anything runs, whether what `--png` and `--pdf` need is there. Throws `BadInput` when it is not. */
export async function canDraw({ png, pdf }: { readonly png?: boolean | undefined; readonly pdf?: boolean | undefined }): Promise<void> {
  if (png === true) await given(async () => (await import("../node/png.ts")).pngRenderer());
  if (pdf === true) await given(async () => (await import("../node/pdf.ts")).findChromium());
}
