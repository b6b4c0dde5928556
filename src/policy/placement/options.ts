/** Readers of the options of placement policies. */
import { optionReaders } from "../options.ts";

export type { Options } from "../options.ts";

export const { flagOption, mapOption, numberOption, oneOf, refuseUnknown, textsOption, wholeOption, wordOption } = optionReaders(
  (policy) => `placement policy "${policy}"`,
);
