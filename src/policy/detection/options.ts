/** Readers of the options of overload detectors. */
import { optionReaders } from "../options.ts";

export const { numberOption, refuseUnknown, wordOption } = optionReaders((detector) => `detection ${detector}`);
