/**
 * CloudSim 3.0.3's PlanetLab experiment, for the days whose traces are at hand: every figure it prints, to the last digit.
 * Rows of random selection are left out: CloudSim seeds that choice from the clock.
 */
import { type PublishedRow, publishedRows } from "../compat/cloudsim/published.ts";
import { differences } from "../compat/cloudsim/report.ts";
import { runCloudSim } from "../compat/cloudsim/run.ts";
import type { PlanetLabDay } from "../compat/cloudsim/trace.ts";
import { type AgreementCase, equal, near } from "./case.ts";

/** Stored rows that can be repeated. */
export const repeatableRows: readonly PublishedRow[] = publishedRows.filter((row) => row.selection !== "rs");

/** One case a stored row whose day is in `days`. */
export function cloudSimCases(days: ReadonlyMap<string, PlanetLabDay>): AgreementCase[] {
  return repeatableRows.flatMap((row): AgreementCase[] => {
    const day = days.get(row.day);
    if (!day) return [];
    const { detector, parameter, keepIdle } = row;
    const selection = row.selection === "none" ? "mmt" : row.selection;
    return [
      {
        id: `${row.day} ${detector}${row.selection === "none" ? "" : ` ${selection}`}${keepIdle ? " kept" : ""}`,
        what: `${row.vms} VMs on 800 hosts for a day${keepIdle ? ", idle VMs kept" : ""}`,
        run: () => {
          const result = runCloudSim(day, { detector, selection, keepIdle, ...(Number.isNaN(parameter) ? {} : { parameter }) });
          return [
            near("energy_kWh", result.energyKwh, row.energyKwh, 5e-6),
            equal("migrations", result.migrations, row.migrations),
            equal("shutdowns", result.shutdowns, row.shutdowns),
            equal("figures off in a printed digit", differences(result, row).length, 0),
          ];
        },
      },
    ];
  });
}
