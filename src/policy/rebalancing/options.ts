/** Readers of the options of rebalancing and power policies and of their parts. */
import { optionReaders } from "../options.ts";

export type { Options } from "../options.ts";

export const { numberOption, partOption, refuseUnknown, wordOption } = optionReaders((policy) => `policy "${policy}"`);
