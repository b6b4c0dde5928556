/** Puts the failures of a scenario to work on a datacenter: models, recorded failures, domains, network. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Stream } from "../../kernel/streams.ts";
import type { Datacenter } from "../datacenter.ts";
import { Domains } from "../domains.ts";
import { numbersOf } from "../names.ts";
import { PHASE } from "../phases.ts";
import { unitsOf, type World } from "./effects.ts";
import { Faults } from "./faults.ts";
import { NetworkLoss } from "./network-loss.ts";
import { Recorded } from "./recorded.ts";
import type { FailuresSpec } from "./spec.ts";

const KIND = { fault: 80, repaired: 81, back: 82, after: 83, pulse: 84, pulseOver: 85, node: 86 } as const;

export class Failures {
  readonly domains: Domains;
  readonly network: NetworkLoss;
  readonly faults: Faults;

  /** `plannedSeconds` is how long the run lasts; Infinity = until all VMs have ended. */
  constructor(kernel: Kernel, dc: Datacenter, spec: FailuresSpec, plannedSeconds: number, stream: (name: string) => Stream) {
    const { hosts, vms, failing } = dc;
    this.domains = new Domains(hosts);
    this.network = new NetworkLoss(hosts, vms, failing, {
      now: () => kernel.now,
      switched: (h) => dc.hostChanged(h),
      migrationsEnd: (h) => dc.breakMigrations(h),
      log: (event, h) => dc.log.add(kernel.now, event, -1, h),
    });
    const later: (() => void)[] = [];
    kernel.on(KIND.after, (i) => later[i]());
    const world: World = {
      hosts,
      vms,
      names: numbersOf(hosts, vms),
      domains: this.domains,
      failing,
      network: this.network,
      heat: { since: new Map(), down: new Set() },
      now: () => kernel.now,
      after: (seconds, then) => kernel.schedule(kernel.now + seconds, PHASE.failure, KIND.after, later.push(then) - 1),
    };
    this.faults = new Faults(kernel, failing.book, spec.crews, KIND);
    for (const model of spec.models) {
      const { units, groups } = unitsOf(world, model);
      this.faults.add(model, units, groups, stream);
    }
    const recorded = new Recorded(kernel, world, spec.traces, stream, KIND);
    if (!(plannedSeconds < Number.POSITIVE_INFINITY))
      dc.onAllOver = () => {
        this.faults.stop();
        recorded.stop();
      };
  }
}
