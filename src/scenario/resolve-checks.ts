/**
 * Checks of a scenario: read here, so that what is misspelt is known before anything runs; worked out after the run, when
 * there are figures (`checks/evaluate.ts`).
 */
import { parseCheck } from "../checks/parse.ts";
import type { Resolving } from "./resolving.ts";

export function resolveChecks(given: readonly string[] | undefined, to: Resolving): string[] {
  to.marks.set("checks", given === undefined ? "default" : "given");
  return (given ?? []).flatMap((text, i) => {
    const parsed = parseCheck(text);
    if (parsed.ok) return [parsed.check.text];
    const { message, suggestion, at, length } = parsed.fault;
    to.findings.push({
      path: ["checks", i],
      message: `${message} (character ${at + 1})`,
      part: { at, length },
      ...(suggestion === undefined ? {} : { suggestion }),
    });
    return [];
  });
}
