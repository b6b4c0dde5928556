/** What was done to hosts, and who noticed. */

import { maintenanceFigure } from "../charts/maintenance.ts";
import { figure } from "../document.ts";
import type { Exhibit } from "./exhibit.ts";

export const maintenance: Exhibit = {
  table: "maintenance",
  section: "maintenance",
  show: (table, results) => [figure(maintenanceFigure(table, results))],
};
