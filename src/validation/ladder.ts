/**
 * The ladder: from CloudSim's PlanetLab experiment to the default model, one difference at a time (docs/ladder.md).
 *
 * The lower rungs are runs of the CloudSim profile with one quirk more switched off; the first is the profile itself. The upper
 * ones are plain runs of scenarios/cloudsim-ladder in the main engine, in the order of their names. Between the two stands
 * one step that changes several things at once, all that the profile does its own way still.
 *
 * SLATAH is a ratio of sums (host time short / host time active), as CloudSim computes it, up to the engine's first rung, whose run
 * is then shown a second time by the paper's formula (mean over hosts), which the engine keeps. PDM is a ratio of sums throughout.
 */
import type { CloudSimDetector, CloudSimRepair, CloudSimSelection } from "../compat/cloudsim/results.ts";
import { runCloudSim } from "../compat/cloudsim/run.ts";
import type { PlanetLabDay } from "../compat/cloudsim/trace.ts";
import type { Population } from "../model/demand.ts";
import type { Results } from "../results/results.ts";
import { numbers } from "../results/table.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import { simulate } from "../simulation.ts";
import { metric } from "./read.ts";

export interface LadderRung {
  /** What is different from the rung before. */
  readonly title: string;
  readonly about: string;
  readonly where: "profile" | "engine";
  readonly energyKwh: number;
  /** Hosts with load (profile), hosts on (engine), time-weighted mean. */
  readonly hostsOn: number;
  readonly migrations: number;
  readonly slatahPercent: number;
  readonly pdmPercent: number;
  readonly slav: number;
  readonly esvKwh: number;
  /** A second look at the run of the rung before. */
  readonly sameRun: boolean;
}

/** Names of the profile's detectors and selections in scenarios. */
export const ladderDetectors = {
  thr: { policy: "threshold", threshold: 0.8 },
  iqr: { policy: "iqr", safety: 1.5 },
  mad: { policy: "mad", safety: 2.5 },
  lr: null,
} as const satisfies Partial<Record<CloudSimDetector, Record<string, unknown> | null>>;
export type LadderDetector = keyof typeof ladderDetectors;
export const ladderSelections = {
  mmt: "minimum-migration-time",
  mu: "minimum-utilisation",
  mc: "maximum-correlation",
} as const satisfies Partial<Record<CloudSimSelection, string>>;
export type LadderSelection = keyof typeof ladderSelections;

export interface LadderInputs {
  readonly day: PlanetLabDay;
  /** The scenarios of the upper rungs in order, and the populations of each. */
  readonly scenarios: readonly { readonly scenario: ResolvedScenario; readonly populations: ReadonlyMap<string, Population> }[];
  readonly detector: LadderDetector;
  readonly selection: LadderSelection;
  /** Memory of every host, MiB, so large that it never binds; null = as published, 4096. */
  readonly hostMemoryMiB: number | null;
}

interface ProfileStep {
  readonly title: string;
  readonly about: string;
  readonly repair: CloudSimRepair | "idle" | null;
}

const PROFILE: readonly ProfileStep[] = [
  { title: "CloudSim 3.0.3", about: "The experiment as published, every printed digit.", repair: null },
  { title: "Idle VMs stay", about: "A VM that asks for nothing at one moment is no longer destroyed.", repair: "idle" },
  { title: "Memory counts", about: "A host takes no more VMs than fit its memory, at every move.", repair: "memory" },
  { title: "Exact energy", about: "From t = 0 to the end of the day, of every host that holds a VM.", repair: "energy" },
  { title: "SLATAH without the artefact", about: "Receiving a VM is no violation; a VM that gets less than it asks for is.", repair: "slatah" },
  { title: "Load in steps", about: "A sample is the load of the five minutes that follow it, not a point on a line.", repair: "steps" },
  { title: "Power as it is now", about: "Placement reckons with what the round has placed already, not with the last update.", repair: "power" },
  { title: "Off hosts last", about: "A host that is off is woken only when no other takes the VM.", repair: "wake" },
  { title: "One move a round", about: "Hosts that have just received VMs are not emptied in the same round.", repair: "moves" },
];

/** Rungs there are with that many scenarios. */
export const rungCount = (scenarios: number): number => PROFILE.length + scenarios + 1;

/** Climbs the ladder. `onRung` is told after each run. */
export function climb({ day, scenarios, detector, selection, hostMemoryMiB }: LadderInputs, onRung: () => void = () => undefined): LadderRung[] {
  const rungs: LadderRung[] = [];
  const repairs: CloudSimRepair[] = [];
  let keepIdle = false;
  for (const { title, about, repair } of PROFILE) {
    if (repair === "idle") keepIdle = true;
    // Memory that never binds is memory that does not count.
    else if (repair !== null && !(repair === "memory" && hostMemoryMiB !== null)) repairs.push(repair);
    const run = runCloudSim(day, { detector, selection, keepIdle, repairs });
    const slav = run.slaPercent / 100;
    rungs.push({
      title,
      about,
      where: "profile",
      energyKwh: run.energyKwh,
      hostsOn: run.meanHostsActive,
      migrations: run.migrations,
      slatahPercent: run.slatahPercent,
      pdmPercent: run.pdmPercent,
      slav,
      esvKwh: run.energyKwh * slav,
      sameRun: false,
    });
    onRung();
  }
  for (const [i, { scenario, populations }] of scenarios.entries()) {
    const results = simulate(adapted(scenario, detector, selection, hostMemoryMiB), { populations });
    const rung = engineRung(scenario.name, scenario.about, results);
    if (i === 0) {
      const slatahPercent = slatahOfSums(results);
      const slav = (slatahPercent / 100) * (rung.pdmPercent / 100);
      rungs.push({ ...rung, slatahPercent, slav, esvKwh: rung.energyKwh * slav });
      rungs.push({ ...rung, title: "SLATAH as the paper defines it", about: "Each host counts once, however long it was on. The same run.", sameRun: true });
    } else rungs.push(rung);
    onRung();
  }
  return rungs;
}

function engineRung(title: string, about: string, results: Results): LadderRung {
  return {
    title,
    about,
    where: "engine",
    energyKwh: metric(results, "energy_it_kwh"),
    hostsOn: metric(results, "hosts_on_mean"),
    migrations: metric(results, "migrations"),
    slatahPercent: metric(results, "slatah_pct"),
    pdmPercent: metric(results, "pdm_pct"),
    slav: metric(results, "slav"),
    esvKwh: metric(results, "esv_kwh"),
    sameRun: false,
  };
}

/** Time short of all hosts / their time on, %. */
function slatahOfSums({ hosts }: Results): number {
  const sum = (column: string): number => Array.from(numbers(hosts, column)).reduce((a, b) => a + b, 0);
  return (100 * sum("short_s")) / sum("on_s");
}

/** The scenario with another detector, selection or memory of hosts. Detector lr is the scenarios' own. */
function adapted(scenario: ResolvedScenario, detector: LadderDetector, selection: LadderSelection, hostMemoryMiB: number | null): ResolvedScenario {
  const { rebalance, hosts } = scenario;
  if (!rebalance) throw new Error(`the scenario "${scenario.name}" has no rebalancing loop; rungs of the ladder have one`);
  const other = ladderDetectors[detector];
  const options = { ...rebalance.options, ...(other === null ? {} : { detector: other }), selection: { policy: ladderSelections[selection] } };
  return {
    ...scenario,
    rebalance: { ...rebalance, options },
    hosts: hostMemoryMiB === null ? hosts : hosts.map((host) => ({ ...host, memoryMiB: hostMemoryMiB })),
  };
}
