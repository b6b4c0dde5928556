/** A climbed ladder as data: what the command prints, and docs/ladder.json holds. */
import type { LadderRung } from "./ladder.ts";

export interface Ladder {
  /** Day of the trace, `20110303`. */
  readonly day: string;
  readonly vms: number;
  readonly detector: string;
  readonly selection: string;
  /** Hosts of 4 GiB, as published. */
  readonly asPublished: readonly LadderRung[];
  /** The same with so much memory that it never binds. */
  readonly unbound: readonly LadderRung[];
}

const rungJson = (rung: LadderRung, i: number): Record<string, unknown> => ({
  rung: i,
  title: rung.title,
  about: rung.about,
  where: rung.where,
  energy_kwh: rung.energyKwh,
  hosts_on_mean: rung.hostsOn,
  migrations: rung.migrations,
  slatah_pct: rung.slatahPercent,
  pdm_pct: rung.pdmPercent,
  slav: rung.slav,
  esv_kwh: rung.esvKwh,
  same_run: rung.sameRun,
});

export const ladderJson = (ladder: Ladder): Record<string, unknown> => ({
  day: ladder.day,
  vms: ladder.vms,
  detector: ladder.detector,
  selection: ladder.selection,
  as_published: ladder.asPublished.map(rungJson),
  memory_never_binds: ladder.unbound.map(rungJson),
});

interface RungJson {
  readonly title: string;
  readonly about: string;
  readonly where: "profile" | "engine";
  readonly energy_kwh: number;
  readonly hosts_on_mean: number;
  readonly migrations: number;
  readonly slatah_pct: number;
  readonly pdm_pct: number;
  readonly slav: number;
  readonly esv_kwh: number;
  readonly same_run: boolean;
}

/** Reads what `ladderJson` wrote. */
export function ladderFromJson(text: string): Ladder {
  const json = JSON.parse(text) as { day: string; vms: number; detector: string; selection: string; as_published: RungJson[]; memory_never_binds: RungJson[] };
  const rung = (r: RungJson): LadderRung => ({
    title: r.title,
    about: r.about,
    where: r.where,
    energyKwh: r.energy_kwh,
    hostsOn: r.hosts_on_mean,
    migrations: r.migrations,
    slatahPercent: r.slatah_pct,
    pdmPercent: r.pdm_pct,
    slav: r.slav,
    esvKwh: r.esv_kwh,
    sameRun: r.same_run,
  });
  const { day, vms, detector, selection } = json;
  return { day, vms, detector, selection, asPublished: json.as_published.map(rung), unbound: json.memory_never_binds.map(rung) };
}
