/** Puts the failures of a scenario to work on a datacenter: models, recorded failures, domains, network. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Stream } from "../../kernel/streams.ts";
import type { Datacenter } from "../datacenter.ts";
import { Domains } from "../domains.ts";
import { FaultTolerance } from "../ha/fault-tolerance.ts";
import { HighAvailability } from "../ha/ha.ts";
import { IsolationResponse } from "../ha/isolation.ts";
import { monitorVms } from "../ha/monitoring.ts";
import type { HaSpec } from "../ha/spec.ts";
import { numbersOf } from "../names.ts";
import { PHASE } from "../phases.ts";
import { unitsOf, type World } from "./effects.ts";
import { Faults } from "./faults.ts";
import { NetworkLoss } from "./network-loss.ts";
import { Recorded } from "./recorded.ts";
import type { FailuresSpec } from "./spec.ts";

const KIND = {
  fault: 80,
  repaired: 81,
  back: 82,
  after: 83,
  pulse: 84,
  pulseOver: 85,
  node: 86,
  dead: 87,
  restart: 88,
  retry: 89,
  waited: 90,
  reset: 91,
  isolated: 92,
  takenForDead: 93,
} as const;

export class Failures {
  readonly domains: Domains;
  readonly network: NetworkLoss;
  readonly faults: Faults;
  readonly ha: HighAvailability | null;
  readonly isolation: IsolationResponse | null = null;
  readonly faultTolerance: FaultTolerance | null = null;

  /** `plannedSeconds` is how long the run lasts; Infinity = until all VMs have ended. */
  constructor(kernel: Kernel, dc: Datacenter, spec: FailuresSpec, ha: HaSpec | null, plannedSeconds: number, stream: (name: string) => Stream) {
    const { hosts, vms, failing } = dc;
    this.domains = new Domains(hosts, (h) => dc.network.switchOf(h));
    this.network = new NetworkLoss(hosts, vms, failing, {
      now: () => kernel.now,
      switched: (h) => dc.waiting.hostChanged(h),
      migrationsEnd: (h) => dc.commands.breakMigrations(h),
      links: (h, cut) => {
        if (dc.network.isDescribed) dc.network.cutOff(h, cut);
      },
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
      links: dc.network,
      heat: { since: new Map(), down: new Set() },
      now: () => kernel.now,
      after: (seconds, then) => kernel.schedule(kernel.now + seconds, PHASE.failure, KIND.after, later.push(then) - 1),
    };
    // Before anything fails: it must see the first failure, and admission the first VM.
    this.ha =
      ha === null
        ? null
        : new HighAvailability(kernel, dc, ha, world.names, stream, { dead: KIND.dead, restart: KIND.restart, retry: KIND.retry, waited: KIND.waited });
    if (ha !== null && this.ha !== null) {
      const { ha: watch } = this;
      if (ha.monitoring !== null) monitorVms(kernel, dc, ha.monitoring, (h) => watch.isWatched(h), KIND.reset);
      this.isolation = new IsolationResponse(kernel, dc, watch, this.network, ha.isolation, { responds: KIND.isolated, dead: KIND.takenForDead });
      if (vms.classes.some((c) => c.ha?.faultTolerant === true))
        this.faultTolerance = new FaultTolerance(dc, ha.takeOverFailureChance ?? 0, stream("ha/take-overs"));
    }
    this.faults = new Faults(kernel, failing.book, spec.crews, KIND);
    for (const model of spec.models) {
      const { units, groups } = unitsOf(world, model);
      this.faults.add(model, units, groups, stream);
    }
    const recorded = new Recorded(kernel, world, spec.traces, stream, KIND);
    if (!(plannedSeconds < Number.POSITIVE_INFINITY))
      dc.life.onAllOver = () => {
        this.faults.stop();
        recorded.stop();
      };
  }
}
