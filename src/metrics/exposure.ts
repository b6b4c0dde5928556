/**
 * Security as exposure: who shares hosts with whom, over time.
 *
 * A guest that breaks out, or a hypervisor that is taken, reaches every VM of its host. Counted at a fixed interval:
 *
 *   owners on a host      of VMs that hold a place there, mean over hosts that hold any, and the most
 *   reach of a VM         other owners on its host, mean over VMs: whom it could reach now
 *   owners met            other owners with whom an owner has shared a host at some observation so far, mean over owners, and
 *                         as a share of all others: whom somebody patient could have reached
 *   alone                 VMs whose host holds no other owner
 *
 * With a date of disclosure: hosts that have not been restarted into maintenance or repaired since run the flawed version; the
 * owners on them are exposed. Proof: test/metrics/exposure.test.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { Datacenter } from "../model/datacenter.ts";
import { PHASE } from "../model/phases.ts";
import type { Table } from "../results/table.ts";
import { number, table } from "./columns.ts";
import type { SummaryRow } from "./summary.ts";

export interface ExposureSpec {
  readonly everySeconds: number;
  /** When a flaw of the hypervisors became known; null = none did. */
  readonly disclosedSeconds: number | null;
}

interface Row {
  readonly time: number;
  readonly ownersMean: number;
  readonly ownersMost: number;
  readonly reachMean: number;
  readonly aloneShare: number;
  readonly metMean: number;
  readonly metShare: number;
  readonly flawedHosts: number;
  readonly exposedOwners: number;
}

const KIND = 96;

export class Exposure {
  readonly #dc: Datacenter;
  readonly #spec: ExposureSpec;
  readonly #owner: Int32Array;
  readonly #ownerCount: number;
  /** Pairs of owners that have met: smaller number x owners + larger. */
  readonly #met = new Set<number>();
  /** When each host was last restarted. */
  readonly #restarted: Float64Array;
  readonly #rows: Row[] = [];

  constructor(kernel: Kernel, dc: Datacenter, spec: ExposureSpec, plannedSeconds: number) {
    this.#dc = dc;
    this.#spec = spec;
    const numbers = new Map<string, number>();
    this.#owner = Int32Array.from(dc.vms.owners, (owner) => {
      const known = numbers.get(owner);
      if (known !== undefined) return known;
      numbers.set(owner, numbers.size);
      return numbers.size - 1;
    });
    this.#ownerCount = numbers.size;
    this.#restarted = new Float64Array(dc.hosts.count).fill(Number.NEGATIVE_INFINITY);
    dc.failing.onHostBack.push((h) => {
      this.#restarted[h] = kernel.now;
    });
    kernel.on(KIND, () => {
      this.#observe(kernel.now);
      if (plannedSeconds < Number.POSITIVE_INFINITY || kernel.peek() < Number.POSITIVE_INFINITY)
        kernel.schedule(kernel.now + spec.everySeconds, PHASE.observation, KIND, 0);
    });
    kernel.schedule(0, PHASE.observation, KIND, 0);
  }

  #observe(time: number): void {
    const { hosts } = this.#dc;
    const { disclosedSeconds } = this.#spec;
    let owners = 0;
    let holding = 0;
    let most = 0;
    let vms = 0;
    let reach = 0;
    let alone = 0;
    let flawed = 0;
    const exposed = new Set<number>();
    for (let h = 0; h < hosts.count; h++) {
      const isFlawed = disclosedSeconds !== null && time >= disclosedSeconds && this.#restarted[h] < disclosedSeconds;
      if (isFlawed) flawed++;
      const n = hosts.vms[h];
      if (n === 0) continue;
      const here = new Set<number>();
      for (let i = hosts.start[h], end = i + n; i < end; i++) here.add(this.#owner[hosts.members[i]]);
      holding++;
      owners += here.size;
      most = Math.max(most, here.size);
      vms += n;
      reach += n * (here.size - 1);
      if (here.size === 1) alone += n;
      const list = [...here].sort((a, b) => a - b);
      for (let i = 0; i < list.length; i++) for (let j = i + 1; j < list.length; j++) this.#met.add(list[i] * this.#ownerCount + list[j]);
      if (isFlawed) for (const owner of here) exposed.add(owner);
    }
    const others = this.#ownerCount - 1;
    const metMean = this.#ownerCount > 0 ? (2 * this.#met.size) / this.#ownerCount : 0;
    this.#rows.push({
      time,
      ownersMean: holding > 0 ? owners / holding : 0,
      ownersMost: most,
      reachMean: vms > 0 ? reach / vms : 0,
      aloneShare: vms > 0 ? alone / vms : Number.NaN,
      metMean,
      metShare: others > 0 ? metMean / others : 0,
      flawedHosts: flawed,
      exposedOwners: exposed.size,
    });
  }

  table(): Table {
    const rows = this.#rows;
    const n = rows.length;
    const disclosed = this.#spec.disclosedSeconds !== null;
    return table("exposure", "One row an observation: who shares hosts with whom.", n, [
      number("time_s", "s", "When", n, (i) => rows[i].time),
      number("owners_per_host", "owners", "Owners on a host, mean over hosts that hold VMs", n, (i) => rows[i].ownersMean),
      number("owners_per_host_most", "owners", "The most on one host", n, (i) => rows[i].ownersMost),
      number("reach_owners", "owners", "Other owners on a VM's host, mean over VMs", n, (i) => rows[i].reachMean),
      number("alone_pct", "%", "VMs whose host holds no other owner", n, (i) => 100 * rows[i].aloneShare),
      number("met_owners", "owners", "Other owners with whom an owner has shared a host so far, mean over owners", n, (i) => rows[i].metMean),
      number("met_pct", "%", "The same as a share of all other owners", n, (i) => 100 * rows[i].metShare),
      ...(disclosed
        ? [
            number("flawed_hosts", "hosts", "Hosts that have not been restarted since the flaw was disclosed", n, (i) => rows[i].flawedHosts),
            number("exposed_owners", "owners", "Owners with a VM on such a host", n, (i) => rows[i].exposedOwners),
          ]
        : []),
    ]);
  }

  /** Headline figures: means over the observations, and what had come together by the end. */
  rows(): SummaryRow[] {
    const rows = this.#rows;
    const mean = (pick: (row: Row) => number): number => (rows.length > 0 ? rows.reduce((sum, row) => sum + pick(row), 0) / rows.length : Number.NaN);
    const last = rows.at(-1);
    return [
      ["owners_per_host", mean((r) => r.ownersMean), "owners", "Owners on a host that holds VMs, mean over observations"],
      ["reach_owners", mean((r) => r.reachMean), "owners", "Other owners on a VM's host, mean over observations"],
      ["met_pct", 100 * (last?.metShare ?? Number.NaN), "%", "Other owners with whom an owner has shared a host by the end"],
      ...(this.#spec.disclosedSeconds === null
        ? []
        : [
            [
              "flawed_host_h",
              rows.reduce((sum, row) => sum + row.flawedHosts, 0) * (this.#spec.everySeconds / 3600),
              "host-hours",
              "Time hosts ran the disclosed flaw, by observations",
            ] as const,
          ]),
    ];
  }
}
