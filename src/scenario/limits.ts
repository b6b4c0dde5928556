/**
 * How large things in a scenario may be: beyond these a value is a slip, or would exhaust the machine.
 */
import { quantity } from "./fields.ts";

export const MOST_HOSTS = 1_000_000;
export const MOST_VMS = 10_000_000;
export const MOST_GROUPS = 100_000;
export const LARGEST_MEMORY_MIB = 2 ** 34;
export const FASTEST_MHZ = 1_000_000;
/** A thousand years. */
export const LONGEST_SECONDS = 1000 * 365 * 86400;

export const time = (about: string) => quantity("time", about, { max: LONGEST_SECONDS });
export const frequency = (about: string) => quantity("frequency", about, { above: 0, max: FASTEST_MHZ });
export const memory = (about: string) => quantity("memory", about, { above: 0, max: LARGEST_MEMORY_MIB });
