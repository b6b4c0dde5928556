/** What VMs have to do: samples and pieces of demand over time (feed.ts), or finite work (jobs.ts); services divide theirs by themselves. */
import type { Kernel } from "../kernel/kernel.ts";
import type { Cpu } from "./cpu.ts";
import type { GridDemand } from "./demand.ts";
import { KIND } from "./event-kinds.ts";
import { Feed, type FeedHooks, withoutGaps } from "./feed.ts";
import * as H from "./hosts.ts";
import type { Io } from "./io.ts";
import { type JobHooks, Jobs } from "./jobs.ts";
import { PHASE } from "./phases.ts";
import { Playback } from "./playback.ts";
import { playedColumns, withoutIoGaps } from "./played-columns.ts";
import type { Services } from "./services.ts";
import type { Settling } from "./settling.ts";
import { collectTasks, type Tenants } from "./tenants.ts";
import type * as V from "./vms.ts";

export interface LoadsParts {
  readonly hosts: H.Hosts;
  readonly vms: V.Vms;
  readonly cpu: Cpu;
  readonly io: Io;
  readonly services: Services | null;
  readonly settling: Settling;
}

export interface LoadsHooks extends Pick<JobHooks, "size" | "taskDone" | "stay"> {
  /** All that VM `v` had to do is done. */
  completed(v: number): void;
  /** Grid `g` went on to the samples at `row`. */
  gridStepped(g: number, row: number): void;
}

export class Loads {
  readonly feed: Feed;
  readonly jobs: Jobs;
  readonly #parts: LoadsParts;
  readonly #gridHasIo: boolean[] = [];

  constructor(kernel: Kernel, tenants: readonly Tenants[], parts: LoadsParts, hooks: LoadsHooks) {
    this.#parts = parts;
    const { hosts, vms, settling, io } = parts;
    this.feed = new Feed(
      kernel,
      vms,
      {
        // Another piece of its load: other CPU, and where the load speaks of I/O, other I/O.
        touch: (v) => {
          settling.mark(vms.host[v]);
          if (io.hasIo(v)) io.changed(vms.host[v]);
        },
        gridStepped: (g, row) => hooks.gridStepped(g, row),
        exhausted: (v) => hooks.completed(v),
      } satisfies FeedHooks,
      PHASE.demand,
      KIND,
    );
    this.jobs = new Jobs(
      kernel,
      hosts,
      vms,
      collectTasks(tenants),
      {
        touch: (h) => settling.touch(h),
        size: (v) => hooks.size(v),
        completed: (v) => hooks.completed(v),
        taskDone: (v, h, task) => hooks.taskDone(v, h, task),
        stay: (v) => hooks.stay(v),
      },
      KIND,
    );
    this.#assign(tenants);
  }

  /** Whether grid `g` speaks of disk or network. */
  gridHasIo(g: number): boolean {
    return this.#gridHasIo[g];
  }

  /** Guest work VM `v` will ask for at first, MHz, on the first host's cores where its tasks take all they can. */
  expectedMHz(v: number): number {
    const { services, vms, hosts } = this.#parts;
    const served = services?.expectedMHz(v) ?? Number.NaN;
    if (served === served) return served;
    const known = this.feed.firstDemand(v);
    if (known === known && known !== Number.POSITIVE_INFINITY) return known;
    return vms.vcpus[v] * hosts.row[H.CORE_MHZ];
  }

  /** VM `v`, which runs from now on, begins its load. */
  begin(v: number): void {
    if (this.jobs.has(v)) this.jobs.begin(v);
    else this.feed.start(v);
  }

  #assign(tenants: readonly Tenants[]): void {
    let first = 0;
    let task = 0;
    for (const { vmClass, population } of tenants) {
      const { demand, count } = population;
      if (demand.kind === "grid") this.#addGrid(withoutIoGaps(withoutGaps(demand), vmClass.io), vmClass.io, first, count);
      else if (demand.kind === "pieces" && vmClass.progress === "replay") this.feed.addPieces(demand, first, count);
      else {
        const sequence = demand.kind === "pieces" || demand.sequence;
        for (let i = 0; i < count; i++) this.jobs.assign(first + i, task + demand.offset[i], task + demand.offset[i + 1], sequence);
        task += demand.offset[count];
      }
      first += count;
    }
  }

  #addGrid(grid: GridDemand, io: Tenants["vmClass"]["io"], first: number, count: number): void {
    const { hosts, vms, cpu, settling, io: ios } = this.#parts;
    this.feed.addGrid(grid, first, count);
    this.#gridHasIo.push(Boolean(grid.iops ?? grid.diskMiBPerSecond ?? grid.gbitPerSecond));
    const columns = playedColumns(grid, io, count);
    settling.playbacks.push(new Playback(hosts, vms, grid, first, count, (h) => cpu.cost(h, hosts.mix[h]), cpu.totals, columns, ios.played));
  }
}
