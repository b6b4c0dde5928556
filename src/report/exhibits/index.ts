/**
 * What the report shows of a run's further tables (`Results.extra`): for each table by name, the section it belongs to and
 * the blocks made from it. To show a new table, add a file here and name it in `exhibits`; nothing else has to change. A
 * table without an exhibit is shown by its first rows in the section "Further tables".
 */

import type { Results } from "../../results/results.ts";
import type { Block, SectionId } from "../document.ts";
import { diskMigrations, rightsizing, scaling, services } from "./decisions.ts";
import type { Exhibit } from "./exhibit.ts";
import { availability, exposure, failures, outages } from "./failures.ts";
import { firstRows } from "./first-rows.ts";
import { maintenance } from "./maintenance.ts";
import { hostEnergy, meters, money, owners, sensitivity, showback, years } from "./money.ts";
import { backups, protection, recovery, runbooks } from "./recovery.ts";
import { datastores, datastoresTimeline, links, pools, pstates, resources } from "./resources.ts";
import { service, violations } from "./service.ts";
import { strainExhibits } from "./strain.ts";

/** In the order in which they stand in their section. */
export const exhibits: readonly Exhibit[] = [
  ...strainExhibits,
  service,
  violations,
  failures,
  outages,
  availability,
  exposure,
  recovery,
  protection,
  backups,
  runbooks,
  maintenance,
  services,
  scaling,
  rightsizing,
  diskMigrations,
  hostEnergy,
  money,
  owners,
  years,
  sensitivity,
  meters,
  showback,
  resources,
  datastores,
  datastoresTimeline,
  links,
  pools,
  pstates,
];

/** Blocks of all further tables, by section. */
export function exhibited(results: Results, known: readonly Exhibit[] = exhibits): Partial<Record<SectionId, Block[]>> {
  const extra = results.extra.filter((table) => table.rows > 0);
  const shown: Partial<Record<SectionId, Block[]>> = {};
  const put = (section: SectionId, blocks: readonly Block[]): void => {
    if (blocks.length > 0) shown[section] = [...(shown[section] ?? []), ...blocks];
  };
  for (const { table: name, section, show } of known) {
    const table = extra.find((one) => one.name === name);
    if (table) put(section, show(table, results));
  }
  for (const table of extra) if (!known.some((exhibit) => exhibit.table === table.name)) put("more", [firstRows(table)]);
  return shown;
}
