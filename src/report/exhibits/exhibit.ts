/** What the report shows of a further table of a run. */

import type { Results } from "../../results/results.ts";
import type { Table } from "../../results/table.ts";
import type { Block, SectionId } from "../document.ts";

export interface Exhibit {
  /** Name of the table, as of its file. */
  readonly table: string;
  readonly section: SectionId;
  /** Blocks made from the table, which has at least one row; none when there is nothing to say. */
  readonly show: (table: Table, results: Results) => readonly Block[];
}
