/** What was asked of a run or a comparison, and whether it holds. */

import { formatCount } from "../units/format.ts";
import type { Cell, TableBlock } from "./document.ts";
import { counted } from "./format.ts";

export interface CheckRow {
  readonly option: string;
  readonly text: string;
  readonly verdict: "pass" | "fail" | "unclear" | "error";
  readonly measured: string;
}

export function checksTable(checks: readonly CheckRow[]): TableBlock {
  const bad = checks.filter(({ verdict: v }) => v !== "pass").length;
  const signs: Readonly<Record<CheckRow["verdict"], Cell>> = {
    pass: { text: "✓ holds", tone: "ok" },
    fail: { text: "✗ does not hold", tone: "bad" },
    unclear: { text: "? cannot tell", tone: "mark" },
    error: { text: "! no such figure", tone: "bad" },
  };
  const named = checks.some(({ option }) => option !== "");
  return {
    title:
      bad === 0
        ? `All ${counted(checks.length, "check")} hold`
        : `${formatCount(bad)} of ${counted(checks.length, "check")} ${bad === 1 ? "does" : "do"} not hold, or cannot be told`,
    subtitle: "What was asked for, and what was measured",
    head: ["Check", "Result", "Measured", ...(named ? ["Option"] : [])],
    numeric: [2],
    rows: checks.slice(0, 60).map(({ option, text, verdict: v, measured }) => [text, signs[v], measured, ...(named ? [option] : [])]),
    note: "",
  };
}
