/**
 * P-states of a run: how long each governed host ran in each, and how often it changed. Only where a governor acts (governor.ts).
 */
import type { Datacenter } from "../model/datacenter.ts";
import * as H from "../model/hosts.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";
import type { SummaryRow } from "./summary.ts";

export interface GovernorResults {
  readonly rows: readonly SummaryRow[];
  readonly tables: readonly Table[];
}

/** Table and headline figures; empty without governors. Everything must be settled. */
export function governorResults(dc: Datacenter): GovernorResults {
  const { governors, hosts } = dc;
  if (governors === null) return { rows: [], tables: [] };
  const states: { h: number; state: number; coreMHz: number; seconds: number }[] = [];
  let switches = 0;
  let mhzSeconds = 0;
  let onSeconds = 0;
  for (let h = 0; h < hosts.count; h++) {
    if (!governors.acts(h)) continue;
    switches += governors.switches[h];
    for (const [state, { coreMHz }] of hosts.pstates[hosts.classOf[h]].entries()) {
      const seconds = governors.seconds(h, state);
      states.push({ h, state, coreMHz, seconds });
      mhzSeconds += coreMHz * seconds;
      onSeconds += seconds;
    }
  }
  const n = states.length;
  const share = ({ h, seconds }: (typeof states)[number]): number => (100 * seconds) / hosts.row[h * H.HOST_ROW + H.ON_S];
  return {
    rows: [
      ["pstate_switches", switches, "", "Times governors changed a host's P-state"],
      ["speed_mean_mhz", onSeconds > 0 ? mhzSeconds / onSeconds : Number.NaN, "MHz", "Speed of a core of governed hosts while on, time-weighted mean"],
    ],
    tables: [
      table("pstates", "One row a P-state of each host that a governor rules; without governors there is no such file.", n, [
        text("host", "Name", n, (i) => hosts.name(states[i].h)),
        text("governor", "Who chooses the state", n, (i) => hosts.classes[hosts.classOf[states[i].h]].governor ?? ""),
        number("pstate", "", "Number of the state, 0 the fastest", n, (i) => states[i].state),
        number("core_mhz", "MHz", "Speed of a core in it", n, (i) => states[i].coreMHz),
        number("on_s", "s", "Time on in it, while the governor ruled", n, (i) => states[i].seconds),
        number("share_pct", "%", "The same, share of the host's time on", n, (i) => share(states[i])),
      ]),
    ],
  };
}
