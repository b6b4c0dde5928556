/**
 * All agreement there is, in groups with their sources. What needs a trace is there when its trace is.
 */
import type { PlanetLabDay } from "../compat/cloudsim/trace.ts";
import type { TimeSeries } from "../model/accounts-spec.ts";
import type { Population } from "../model/demand.ts";
import { type AgreementCase, type AgreementFigure, type AgreementGroup, agrees } from "./case.ts";
import { closedFormCases } from "./closed-forms.ts";
import { cloudSimCases, repeatableRows } from "./cloudsim.ts";
import { measuredMemoryCases, measuredSpeedCases } from "./measured.ts";
import { migrationCases } from "./migrations.ts";
import { networkCases } from "./networks.ts";
import { openDcCases, openDcWeek } from "./opendc.ts";
import { openDcFailureCases } from "./opendc-failures.ts";
import { openDcSupplyCases } from "./opendc-supply.ts";
import { simgridCases } from "./simgrid.ts";
import { workedMigrationCases } from "./worked-migrations.ts";

/** Traces of third parties; they are no part of the project. */
export interface AgreementTraces {
  /** PlanetLab days by name, `20110303`. */
  readonly planetLab: ReadonlyMap<string, PlanetLabDay>;
  /** The SURF week of OpenDC, or null. */
  readonly surfWeek: Population | null;
  /** Carbon intensity of countries over its time, by their code (AU, NL, AT, BE). */
  readonly grids?: ReadonlyMap<string, TimeSeries>;
}

export const NO_TRACES: AgreementTraces = { planetLab: new Map(), surfWeek: null };

/** Days that CloudSim was run on. */
export const cloudSimDays: readonly string[] = [...new Set(repeatableRows.map((row) => row.day))];

const SIMGRID = "by hand; the same cases were run with SimGrid 3.32 (simgrid.org)";
const OPENDC = "by hand; restated from the tests of atlarge-research/opendc at 691036d";

/** The groups; those without a case are missing their traces. */
export function agreementGroups({ planetLab, surfWeek, grids }: AgreementTraces = NO_TRACES): AgreementGroup[] {
  const named = (cases: readonly AgreementCase[], letters: string): AgreementCase[] => cases.filter(({ id }) => letters.includes(id.charAt(0)));
  return [
    { key: "simgrid-cpu", title: "SimGrid: sharing CPU", source: SIMGRID, cases: named(simgridCases, "C") },
    { key: "simgrid-vm", title: "SimGrid: VMs", source: SIMGRID, cases: named(simgridCases, "V") },
    { key: "simgrid-energy", title: "SimGrid: energy", source: SIMGRID, cases: named(simgridCases, "E") },
    { key: "simgrid-failure", title: "SimGrid: hosts off and slow", source: SIMGRID, cases: named(simgridCases, "F") },
    { key: "simgrid-network", title: "SimGrid: traffic over links", source: SIMGRID, cases: networkCases },
    { key: "simgrid-migration", title: "SimGrid: live migration", source: SIMGRID, cases: migrationCases },
    {
      key: "migration",
      title: "live migration by hand",
      source: "Clark et al. 2005, Akoush et al. 2010; stop rules of Xen, QEMU, Hyper-V",
      cases: workedMigrationCases,
    },
    { key: "opendc", title: "OpenDC: one host", source: OPENDC, cases: openDcCases },
    { key: "opendc-failures", title: "OpenDC: failures, checkpoints", source: OPENDC, cases: openDcFailureCases },
    { key: "opendc-supply", title: "OpenDC: carbon and battery", source: OPENDC, cases: openDcSupplyCases },
    {
      key: "opendc-week",
      title: "OpenDC: a real week",
      source: "the SURF week of its tests; BIG-1 as asserted there, others integrated apart",
      cases: surfWeek ? openDcWeek(surfWeek, grids) : [],
    },
    { key: "cloudsim", title: "CloudSim: PlanetLab days", source: "CloudSim 3.0.3 as published, run on the PlanetLab traces", cases: cloudSimCases(planetLab) },
    { key: "formulas", title: "closed forms", source: "Kleinrock (1975, 1976), Little (1961); energy by hand", cases: closedFormCases },
    { key: "speed", title: "measured speed of products", source: "published measurements: hypervise show evidence", cases: measuredSpeedCases },
    { key: "memory", title: "memory of products", source: "vSphere 6.5 resource management, table 6-1; XenServer documentation", cases: measuredMemoryCases },
  ];
}

export interface CheckedCase {
  readonly id: string;
  readonly what: string;
  readonly figures: readonly AgreementFigure[];
  readonly agrees: boolean;
}

export interface CheckedGroup {
  readonly key: string;
  readonly title: string;
  readonly source: string;
  readonly cases: readonly CheckedCase[];
}

/** Runs all cases of the groups. `onCase` is told after each. */
export function checkAgreement(groups: readonly AgreementGroup[], onCase: () => void = () => undefined): CheckedGroup[] {
  return groups.map(({ key, title, source, cases }) => ({
    key,
    title,
    source,
    cases: cases.map(({ id, what, run }) => {
      const figures = run();
      onCase();
      return { id, what, figures, agrees: figures.length > 0 && figures.every(agrees) };
    }),
  }));
}
