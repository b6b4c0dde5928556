/**
 * Live migration against its closed form and against each product's stop rules, worked by hand.
 *
 *   round 0 sends M in M / B; round i sends V_i = min(W, D t_(i-1)) in V_i / B; with r = D / B and no cap, V_i = M r^i
 *   copying stops at the first V_n <= B x downtime target; then V_n is sent with the VM stopped
 *   total = M (1 - r^(n+1)) / (1 - r) / B, downtime = V_n / B + resume
 *
 * Source of the model: Clark et al., NSDI 2005; formulas as in Akoush et al., MASCOTS 2010. Stop rules: Xen's
 * simple_precopy_policy (5 rounds or 50 pages), QEMU's auto-converge (20 % first, 10 % more while more than half of what was
 * sent is dirty again, 300 ms downtime), Hyper-V's ten passes, ESXi's stun during page send; post-copy: Hines and Gopalan, VEE 2009.
 * Everywhere: one VM that keeps its core busy, B = 1 GiB/s between two hosts that nobody else uses, no other costs.
 */
import type { MigrationSpec } from "../model/migration.ts";
import { simulate } from "../simulation.ts";
import { host, ideal, scenario, tasks, vm } from "./build.ts";
import { type AgreementCase, near } from "./case.ts";
import { cell } from "./read.ts";

const GIB = 1024;

interface Case {
  readonly id: string;
  readonly what: string;
  readonly memoryGib: number;
  /** Dirtied a second while the VM is busy, and the share of memory that can be dirty. */
  readonly dirtyGib: number;
  readonly workingSet?: number;
  readonly spec: Partial<MigrationSpec>;
  readonly seconds: number;
  readonly downtime: number;
  readonly sentGib: number;
}

const cases: readonly Case[] = [
  {
    id: "W1",
    what: "8 GiB at 0.1 GiB/s, 0.3 s: rounds of 8 and 0.8 s, then 0.08 GiB stopped (0.8 GiB is above 0.3, 0.08 below)",
    memoryGib: 8,
    dirtyGib: 0.1,
    spec: { downtimeTargetSeconds: 0.3 },
    seconds: 8.88,
    downtime: 0.08,
    sentGib: 8.88,
  },
  {
    id: "W2",
    what: "4 GiB, r = 0.5, 30 ms: n = ceil(ln(0.03 / 4) / ln 0.5) = 8; 4 (1 - 0.5^9) / 0.5 s in all, 4 x 0.5^8 stopped",
    memoryGib: 4,
    dirtyGib: 0.5,
    spec: { downtimeTargetSeconds: 0.03 },
    seconds: (4 * (1 - 0.5 ** 9)) / 0.5,
    downtime: 4 * 0.5 ** 8,
    sentGib: (4 * (1 - 0.5 ** 9)) / 0.5,
  },
  {
    id: "W3",
    what: "Xen, dirtied faster than sent: five rounds, 1 + 4 x 0.2 GiB of working set, the sixth stopped",
    memoryGib: 1,
    dirtyGib: 2,
    workingSet: 0.2,
    spec: { maxRounds: 5, downtimeTargetSeconds: 0, stopBelowMiB: (50 * 4) / 1024 },
    seconds: 2,
    downtime: 0.2,
    sentGib: 2,
  },
  {
    id: "W4",
    what: "Hyper-V, the same: ten passes, 1 + 9 x 0.2, then 0.2 stopped",
    memoryGib: 1,
    dirtyGib: 2,
    workingSet: 0.2,
    spec: { maxRounds: 10, downtimeTargetSeconds: 0.1 },
    seconds: 3,
    downtime: 0.2,
    sentGib: 3,
  },
  {
    // Guest slowed by .2, .3, .4, .5, .6: five rounds of the whole working set, 0.9 GiB (2 (1 - t) x 0.9, at most 0.9);
    // at .6 it dirties 0.72, at .7 0.432, at .8 0.1728, which fits 0.3 s.
    id: "W5",
    what: "KVM with auto-converge at twice the rate: 1 + 5 x 0.9 + 0.72 + 0.432 GiB live, 0.1728 stopped",
    memoryGib: 1,
    dirtyGib: 2,
    spec: { downtimeTargetSeconds: 0.3, throttle: "auto-converge" },
    seconds: 1 + 5 * 0.9 + 0.72 + 0.432 + 0.1728,
    downtime: 0.1728,
    sentGib: 1 + 5 * 0.9 + 0.72 + 0.432 + 0.1728,
  },
  {
    // Only the 0.9 GiB of the working set are seen to be dirty: 0.9, 1.125, 1.406, 1.758 GiB/s, so it is slowed by 1 - 0.8 / that,
    // which the next round finds too little, until 2 GiB/s and 0.6 are found; then each round is 0.8 of the one before.
    id: "W9",
    what: "ESXi, which slows the guest to 0.8 of what it sends: 1 + 4 x 0.9 + 0.8192 (1 + 0.8 + ... + 0.8^4), 0.8192 x 0.8^5 stopped",
    memoryGib: 1,
    dirtyGib: 2,
    spec: { downtimeTargetSeconds: 0.3, throttle: "stun" },
    seconds: 4.6 + (0.8192 * (1 - 0.8 ** 6)) / 0.2,
    downtime: 0.8192 * 0.8 ** 5,
    sentGib: 4.6 + (0.8192 * (1 - 0.8 ** 6)) / 0.2,
  },
  {
    id: "W6",
    what: "post-copy: stopped 0.1 s for the switch at once, then every page once",
    memoryGib: 4,
    dirtyGib: 2,
    spec: { scheme: "post-copy", resumeSeconds: 0.1 },
    seconds: 4.1,
    downtime: 0.1,
    sentGib: 4,
  },
  {
    id: "W7",
    what: "hybrid: one round of 4 s, in which 0.4 GiB become dirty; these follow after the switch of 0.1 s",
    memoryGib: 4,
    dirtyGib: 0.1,
    spec: { scheme: "hybrid", resumeSeconds: 0.1 },
    seconds: 4 + 0.1 + 0.4,
    downtime: 0.1,
    sentGib: 4.4,
  },
  {
    id: "W8",
    what: "cold: 4 GiB to disk at 0.5 GiB/s, copied at 1 GiB/s, read back: stopped all the time",
    memoryGib: 4,
    dirtyGib: 0.1,
    spec: { scheme: "cold", diskMiBPerSecond: 0.5 * GIB },
    seconds: 8 + 4 + 8,
    downtime: 20,
    sentGib: 4,
  },
];

export const workedMigrationCases: readonly AgreementCase[] = cases.map(
  ({ id, what, memoryGib, dirtyGib, workingSet = 0.9, spec, seconds, downtime, sentGib }) => ({
    id,
    what,
    run: () => {
      const hypervisor = { ...ideal, migration: { ...ideal.migration, maxMiBPerSecond: GIB, ...spec } };
      const end = (over: { name: string }) => host({ ...over, hypervisor, networkGbitPerSecond: 100 });
      const { migrations } = simulate(
        scenario({
          durationSeconds: 200,
          hosts: [end({ name: "a" }), end({ name: "b" })],
          vms: [
            vm({
              host: "a",
              memoryMiB: memoryGib * GIB,
              memoryActivity: { dirtyMiBPerSecond: dirtyGib * GIB, workingSetShare: workingSet },
              workload: tasks([{ work: 1000 }]),
            }),
          ],
          events: [{ atSeconds: 0, vm: "v", do: "migrate", to: "b" }],
        }),
      );
      const figure = (name: string, there: number) => near(name, cell(migrations, "vm", "v", name), there, 1e-9 * Math.max(1, there));
      return [figure("ended_s", seconds), figure("downtime_s", downtime), figure("sent_mib", sentGib * GIB)];
    },
  }),
);
