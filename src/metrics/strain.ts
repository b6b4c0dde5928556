/**
 * What hosts were short of over time, and who among the VMs paid: which cause cost a host's VMs most in each stretch of time
 * (its bottleneck), what its memory was put to, what each VM lost by cause, and which neighbours took it.
 *
 * Values of a stretch are differences of exact integrals at its ends. A host that slows nobody and is short of no memory takes no row.
 */
import type { Datacenter } from "../model/datacenter.ts";
import { MEMORY_USES } from "../model/host-memory.ts";
import * as H from "../model/hosts.ts";
import { HIGH, MEMORY_STATES } from "../model/reclaim.ts";
import * as V from "../model/vms.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";
import type { SummaryRow } from "./summary.ts";

/** What can be a host's bottleneck, and the causes of lost time that speak for it. A VM's own size is none. */
export const BOTTLENECKS: readonly (readonly [kind: string, ...causes: (typeof V.SLOW_CAUSES)[number][]])[] = [
  ["cpu", "CPU wait", "shared core", "co-stop"],
  ["memory", "memory"],
  ["disk", "disk", "I/O"],
  ["network", "network"],
  ["interference", "interference"],
  ["migration", "migration"],
];
const KINDS = BOTTLENECKS.map(([kind]) => kind);
const COLUMNS_OF = BOTTLENECKS.map(([, ...causes]) => causes.map((cause) => V.SLOW_CAUSES.indexOf(cause)));
const CAUSES = V.SLOW_CAUSES.length;
const USES = MEMORY_USES.length;
const STATES = MEMORY_STATES.length;
/** Below this share of the VM time of a stretch, what is lost is rounding. */
const LOST_FROM = 1e-9;
const MIB_PER_GIB = 1024;
/** Neighbours named for each VM. */
const MOST_NEIGHBOURS = 5;

/** Column names of what is lost. */
const lostColumn = (cause: string): string => `lost_${cause.toLowerCase().replaceAll(/[^a-z]+/g, "_")}_s`;

interface Stretch {
  readonly time: number;
  readonly seconds: number;
  readonly host: number;
}
interface LostStretch extends Stretch {
  /** VM-seconds running, and lost by kind of bottleneck. */
  readonly running: number;
  readonly lost: readonly number[];
}
interface MemoryStretch extends Stretch {
  readonly uses: Float32Array;
  readonly states: Float32Array;
}

export class Strain {
  readonly #dc: Datacenter;
  readonly #lost: LostStretch[] = [];
  readonly #memory: MemoryStretch[] = [];
  #last = 0;
  /** What the integrals stood at, made when the first host slows somebody. */
  #lostAt: Float64Array | null = null;
  readonly #useAt: Float64Array;
  readonly #stateAt: Float64Array;
  /** VM-seconds run on each host, at the end of this stretch and of the one before. */
  #ran: Float64Array;
  #ranAt: Float64Array;
  /** Whether any host can become short of memory. */
  readonly #watchesMemory: boolean;

  constructor(dc: Datacenter) {
    this.#dc = dc;
    const n = dc.hosts.count;
    this.#useAt = new Float64Array(n * USES);
    this.#stateAt = new Float64Array(n * STATES);
    this.#ran = new Float64Array(n);
    this.#ranAt = new Float64Array(n);
    this.#watchesMemory = dc.fleet.memoryOvercommits || dc.vms.classes.some((c) => (c.memory?.limitMiB ?? null) !== null);
  }

  /** A stretch of time has ended; everything must be settled. */
  note(now: number): void {
    const seconds = now - this.#last;
    if (seconds <= 0) return;
    const { hosts, vms } = this.#dc;
    if (vms.slowRate.length > 0) this.#lostAt ??= new Float64Array(hosts.count * CAUSES);
    const ran = this.#ran;
    this.#dc.readings.readRunningVmSeconds(ran);
    const { slowed } = hosts;
    for (let h = 0; h < hosts.count; h++) {
      if (this.#lostAt && slowed[h] === 1) this.#noteLost(h, now, seconds, ran[h] - this.#ranAt[h], this.#lostAt);
      if (this.#watchesMemory) this.#noteMemory(h, now, seconds);
    }
    slowed.fill(0);
    this.#ran = this.#ranAt;
    this.#ranAt = ran;
    this.#last = now;
  }

  #noteLost(h: number, now: number, seconds: number, running: number, before: Float64Array): void {
    const { row } = this.#dc.hosts;
    const o = h * H.HOST_ROW;
    const lost = COLUMNS_OF.map((columns) => columns.reduce((sum, c) => sum + row[o + H.SLOW_VM_S + c] - before[h * CAUSES + c], 0));
    for (let c = 0; c < CAUSES; c++) before[h * CAUSES + c] = row[o + H.SLOW_VM_S + c];
    if (lost.some((s) => s > LOST_FROM * Math.max(1, running))) this.#lost.push({ time: now - seconds, seconds, host: h, running, lost });
  }

  #noteMemory(h: number, now: number, seconds: number): void {
    const { memory } = this.#dc;
    memory.bring(h, now);
    const uses = new Float32Array(USES);
    const states = new Float32Array(STATES);
    for (let u = 0; u < USES; u++) {
      uses[u] = (memory.useSeconds[h * USES + u] - this.#useAt[h * USES + u]) / seconds;
      this.#useAt[h * USES + u] = memory.useSeconds[h * USES + u];
    }
    for (let s = 0; s < STATES; s++) {
      states[s] = memory.stateSeconds[h * STATES + s] - this.#stateAt[h * STATES + s];
      this.#stateAt[h * STATES + s] = memory.stateSeconds[h * STATES + s];
    }
    if (memory.everShort[h] === 1) this.#memory.push({ time: now - seconds, seconds, host: h, uses, states });
  }

  /** The tables that have something to say. */
  tables(): Table[] {
    return [this.#bottlenecks(), this.#memoryOverTime(), slowdownTable(this.#dc), neighboursTable(this.#dc)].filter((t) => t.rows > 0);
  }

  #bottlenecks(): Table {
    const { hosts } = this.#dc;
    const rows = this.#lost;
    const n = rows.length;
    const worst = (i: number): number => rows[i].lost.indexOf(Math.max(...rows[i].lost));
    return table("bottlenecks", "One row a host and stretch of time in which it slowed VMs.", n, [
      number("time_s", "s", "Start of the stretch", n, (i) => rows[i].time),
      number("seconds", "s", "Its length", n, (i) => rows[i].seconds),
      text("host", "Name", n, (i) => hosts.name(rows[i].host)),
      text("bottleneck", "What cost its VMs most", n, (i) => KINDS[worst(i)]),
      number("lost_pct", "%", "VM time lost to all of them / VM time running", n, (i) => (100 * rows[i].lost.reduce((a, b) => a + b, 0)) / rows[i].running),
      ...BOTTLENECKS.map(([kind, ...causes], k) => number(lostColumn(kind), "VM-seconds", `Lost to: ${causes.join(", ")}`, n, (i) => rows[i].lost[k])),
    ]);
  }

  #memoryOverTime(): Table {
    const { hosts } = this.#dc;
    const rows = this.#memory;
    const n = rows.length;
    const gib = (use: number) => (i: number) => rows[i].uses[use] / MIB_PER_GIB;
    const longest = (i: number): number => rows[i].states.indexOf(Math.max(...rows[i].states));
    const about: Record<(typeof MEMORY_USES)[number], string> = {
      active: "Memory of VMs in RAM and in active use",
      idle: "Memory of VMs in RAM and idle; all of it while the host has enough",
      shared: "Memory of VMs saved by page sharing",
      ballooned: "Memory of VMs in balloons, or not assigned",
      compressed: "Memory of VMs compressed",
      swapped: "Memory of VMs swapped out by the host",
      used: "RAM in use by VMs and their overheads",
    };
    return table("memory", "One row a host and stretch of time, for hosts whose memory was ever short; means are time-weighted.", n, [
      number("time_s", "s", "Start of the stretch", n, (i) => rows[i].time),
      number("seconds", "s", "Its length", n, (i) => rows[i].seconds),
      text("host", "Name", n, (i) => hosts.name(rows[i].host)),
      text("state", "State in which it was longest: high, clear, soft, hard or low", n, (i) => MEMORY_STATES[longest(i)]),
      number("usable_gib", "GiB", "Memory for VMs and their overheads", n, (i) => hosts.usableMiB[rows[i].host] / MIB_PER_GIB),
      ...MEMORY_USES.map((use, u) => number(`${use}_gib`, "GiB", about[use], n, gib(u))),
      ...MEMORY_STATES.flatMap((state, s) => (s === HIGH ? [] : [number(`${state}_s`, "s", `Time in the state ${state}`, n, (i) => rows[i].states[s])])),
    ]);
  }

  /** Headline figures, where a host was ever short of memory or VMs disturbed each other. */
  figures(): SummaryRow[] {
    const { hosts, memory, interference, vms, times } = this.#dc;
    const running = times.seconds[V.RUNNING_VM];
    const lost = (cause: number): number => {
      let seconds = 0;
      for (let v = 0; v < vms.count; v++) seconds += V.lostSeconds(vms, v, cause);
      return (100 * seconds) / running;
    };
    const rows: SummaryRow[] = [];
    let short = 0;
    let seconds = 0;
    let swapped = 0;
    for (let h = 0; h < hosts.count; h++) {
      short += memory.everShort[h];
      seconds += memory.shortSeconds(h);
    }
    for (const { uses } of this.#memory) swapped = Math.max(swapped, uses[MEMORY_USES.indexOf("swapped")]);
    if (short > 0) {
      rows.push(["hosts_short_of_memory", short, "hosts", "Hosts that ever had to reclaim memory"]);
      rows.push(["memory_short_s", seconds, "s", "Time hosts took memory from VMs (soft, hard or low), all together"]);
      rows.push(["memory_swapped_peak_gib", swapped / MIB_PER_GIB, "GiB", "Most memory a host had swapped out, mean of a stretch of time"]);
      rows.push(["slowed_by_memory_pct", lost(V.BY_MEMORY), "%", "VM time lost to short memory / VM time running"]);
    }
    if (interference) rows.push(["slowed_by_interference_pct", lost(V.BY_INTERFERENCE), "%", "VM time lost to interference / VM time running"]);
    return rows;
  }
}

function slowdownTable(dc: Datacenter): Table {
  const { vms } = dc;
  const all = (v: number): number => V.SLOW_CAUSES.reduce((sum, _, cause) => sum + V.lostSeconds(vms, v, cause), 0);
  const rows: number[] = [];
  for (let v = 0; v < vms.count; v++) if (all(v) > LOST_FROM * vms.runningSeconds[v]) rows.push(v);
  const n = rows.length;
  return table("slowdown", "One row a VM that ever ran slower than full speed.", n, [
    text("vm", "Name", n, (i) => vms.names[rows[i]]),
    text("group", "VM group of the scenario", n, (i) => vms.classes[vms.classOf[rows[i]]].name),
    text("class", "Service class", n, (i) => vms.classes[vms.classOf[rows[i]]].serviceClass),
    number("running_s", "s", "Time running", n, (i) => vms.runningSeconds[rows[i]]),
    number("lost_pct", "%", "Time lost / time running", n, (i) => (100 * all(rows[i])) / vms.runningSeconds[rows[i]]),
    ...V.SLOW_CAUSES.map((cause, c) => number(lostColumn(cause), "s", `Time lost to: ${cause}`, n, (i) => V.lostSeconds(vms, rows[i], c))),
  ]);
}

function neighboursTable({ vms, interference }: Datacenter): Table {
  const of = new Map<number, { neighbour: number; seconds: number }[]>();
  for (const [key, seconds] of interference?.taken ?? []) {
    const v = Math.floor(key / vms.count);
    const list = of.get(v) ?? [];
    list.push({ neighbour: key % vms.count, seconds });
    of.set(v, list);
  }
  const rows = [...of]
    .sort(([a], [b]) => a - b)
    .flatMap(([v, list]) =>
      list
        .sort((a, b) => b.seconds - a.seconds || a.neighbour - b.neighbour)
        .slice(0, MOST_NEIGHBOURS)
        .map((one) => ({ v, ...one })),
    );
  const n = rows.length;
  return table("neighbours", "One row a VM and a neighbour that slowed it: the five who did most.", n, [
    text("vm", "Who was slowed", n, (i) => vms.names[rows[i].v]),
    text("neighbour", "By whom", n, (i) => vms.names[rows[i].neighbour]),
    text("neighbour_group", "VM group of the neighbour", n, (i) => vms.classes[vms.classOf[rows[i].neighbour]].name),
    number("lost_s", "s", "Time the VM lost to it", n, (i) => rows[i].seconds),
    number("share_pct", "%", "Of all it lost to interference", n, (i) => (100 * rows[i].seconds) / V.lostSeconds(vms, rows[i].v, V.BY_INTERFERENCE)),
  ]);
}
