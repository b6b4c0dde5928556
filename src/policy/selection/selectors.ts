/**
 * All VM selections by name.
 */
import { highestPotentialGrowth } from "./highest-potential-growth.ts";
import { maximumCorrelation } from "./maximum-correlation.ts";
import { minimumMigrationTime } from "./minimum-migration-time.ts";
import { minimumUtilisation } from "./minimum-utilisation.ts";
import { randomSelection } from "./random.ts";
import type { SelectionPolicy } from "./selector.ts";

export const selectors: readonly SelectionPolicy[] = [minimumMigrationTime, minimumUtilisation, maximumCorrelation, highestPotentialGrowth, randomSelection];
