/**
 * Exit codes of the command and the error that carries "what you gave me is wrong" to the end of it (docs/cli.md lists them).
 */

export const EXIT = {
  ok: 0,
  /** The simulator contradicted itself, or broke: never the user's fault. */
  internal: 1,
  /** The command line, the scenario, a trace or a policy module is not as it should be. Nothing was written. */
  badInput: 2,
  /** A check failed: figures differ from those they should agree with, or do not hold what `--check` or the scenario asks. */
  failedCheck: 99,
  /** No check failed, but for one of them the replications cannot tell. */
  unclearCheck: 98,
  /** Interrupted with Ctrl-C; nothing was written. */
  interrupted: 130,
} as const;

/** Something the user gave is wrong; the message says what, and what would be right. */
export class BadInput extends Error {
  override readonly name = "BadInput";
}

/** Does a step that fails only on what the user gave: its errors become `BadInput`. Faults of the program stay what they are. */
export async function given<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) throw error;
    throw new BadInput(error.message, { cause: error });
  }
}
