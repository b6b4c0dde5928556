/**
 * `hypervise validate` without more words: everything the simulator agrees on with others, in one table.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type PlanetLabDay, parsePlanetLab } from "../../compat/cloudsim/trace.ts";
import type { TimeSeries } from "../../model/accounts-spec.ts";
import type { Population } from "../../model/demand.ts";
import { type AgreementTraces, agreementGroups, checkAgreement, cloudSimDays, NO_TRACES } from "../../validation/groups.ts";
import { agreementJson, allAgree, renderAgreement } from "../agreement.ts";
import { BadInput, EXIT, given } from "../exit.ts";
import type { Terminal } from "../terminal.ts";

export interface AgreementArguments {
  readonly traces?: string | undefined;
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Runs the command; the exit code: 99 when a case disagrees. Throws `BadInput` for a folder without traces. */
export async function agreement({ traces, all, json }: AgreementArguments, terminal: Terminal): Promise<number> {
  const groups = agreementGroups(traces === undefined ? NO_TRACES : await tracesIn(traces));
  const count = groups.reduce((sum, { cases }) => sum + cases.length, 0);
  const progress = terminal.progress(json === true);
  let done = 0;
  let checked: ReturnType<typeof checkAgreement>;
  try {
    checked = checkAgreement(groups, () => progress.show(++done, count, "cases"));
  } finally {
    progress.end();
  }
  terminal.out(json === true ? `${JSON.stringify(agreementJson(checked), null, 2)}\n` : renderAgreement(checked, all === true, terminal.style));
  return allAgree(checked) ? EXIT.ok : EXIT.failedCheck;
}

/** What the folder holds of the traces that are known: `planetlab/DAY.csv` or `DAY.csv`, and the SURF week. gzip is fine. */
async function tracesIn(folder: string): Promise<AgreementTraces> {
  const planetLab = new Map<string, PlanetLabDay>();
  for (const day of cloudSimDays) {
    const path = [join(folder, "planetlab", day), join(folder, day)].flatMap((start) => [`${start}.csv`, `${start}.csv.gz`]).find(existsSync);
    if (path === undefined) continue;
    const bytes = readFileSync(path);
    const text = (path.endsWith(".gz") ? await given(() => gunzipSync(bytes)) : bytes).toString("latin1");
    planetLab.set(
      day,
      await given(() => parsePlanetLab(text)).catch((error: unknown) => {
        throw error instanceof BadInput ? new BadInput(`${path}: ${error.message}`) : error;
      }),
    );
  }
  const week = [join(folder, "opendc", "workloads"), folder].map((place) => join(place, "surf-week.tasks.csv")).find(existsSync);
  let surfWeek: Population | null = null;
  if (week !== undefined) {
    const { readTrace } = await import("../../node/traces.ts");
    surfWeek = await given(() => readTrace("opendc", week));
  }
  const grids = new Map<string, TimeSeries>();
  for (const country of ["AU", "NL", "AT", "BE"]) {
    const path = [join(folder, "opendc", "carbon"), folder].map((place) => join(place, `${country}-2021-2024.csv`)).find(existsSync);
    if (path === undefined) continue;
    const { readSeriesFile } = await import("../../node/series.ts");
    grids.set(country, await given(() => readSeriesFile(path, "carbon", null)));
  }
  if (planetLab.size === 0 && surfWeek === null) {
    throw new BadInput(
      `--traces ${folder}: holds neither a PlanetLab day (planetlab/${cloudSimDays[0]}.csv) nor the SURF week (opendc/workloads/surf-week.tasks.csv)`,
    );
  }
  return { planetLab, surfWeek, grids };
}
