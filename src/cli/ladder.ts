/** The ladder as tables for the terminal. */
import { formatCount } from "../units/format.ts";
import type { LadderRung } from "../validation/ladder.ts";
import type { Ladder } from "../validation/ladder-data.ts";
import { type Style, terminalText } from "./style.ts";

const TITLE = 38;

const small = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

function line(rung: LadderRung, i: number): string {
  const cells = [
    rung.energyKwh.toFixed(1).padStart(8),
    rung.hostsOn.toFixed(1).padStart(7),
    formatCount(rung.migrations).padStart(9),
    rung.slatahPercent.toFixed(3).padStart(9),
    rung.pdmPercent.toFixed(4).padStart(9),
    small(rung.slav).padStart(9),
    small(rung.esvKwh).padStart(9),
  ];
  return `  ${String(i).padStart(2)} ${rung.title.padEnd(TITLE)}${cells.join("")}`;
}

const HEAD = `     ${"".padEnd(TITLE)}${["kWh", "hosts", "moves", "SLATAH %", "PDM %", "SLAV", "ESV kWh"].map((name, i) => name.padStart([8, 7, 9, 9, 9, 9, 9][i] as number)).join("")}`;

/** Draws both ladders. */
export function renderLadder(ladder: Ladder, style: Style): string {
  const block = (title: string, rungs: readonly LadderRung[]): string[] => {
    const lines = ["", `  ${style.bold(title)}`, style.dim(HEAD)];
    for (const [i, rung] of rungs.entries()) {
      if (rung.where === "engine" && rungs[i - 1]?.where === "profile") lines.push(style.dim("     from here on in the main engine"));
      lines.push(line(rung, i));
    }
    return lines;
  };
  const lines = [
    "",
    `  PlanetLab ${ladder.day}, ${ladder.vms} VMs, ${ladder.detector} ${ladder.selection}: each rung changes one thing more (docs/ladder.md)`,
    ...block("Hosts of 4 GiB, as published", ladder.asPublished),
    ...block("The same hosts with memory that never binds", ladder.unbound),
  ];
  return `${lines.map((text) => terminalText(text.trimEnd(), style)).join("\n")}\n`;
}
