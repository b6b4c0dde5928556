/** What acts on a datacenter beside its script: each only where the scenario asks for it. */
import type { Kernel } from "../kernel/kernel.ts";
import type { Stream } from "../kernel/streams.ts";
import { Exposure } from "../metrics/exposure.ts";
import { RightSizing } from "../metrics/right-sizing.ts";
import type { Datacenter } from "../model/datacenter.ts";
import { Failures } from "../model/failures/failures.ts";
import type { FailuresSpec } from "../model/failures/spec.ts";
import { Maintenance } from "../model/maintenance/maintenance.ts";
import { numbersOf } from "../model/names.ts";
import { Rebalance } from "../model/rebalance.ts";
import { Recovery } from "../model/recovery/recovery.ts";
import { Scaling } from "../model/scaling.ts";
import { rebalancer } from "../policy/rebalancing/index.ts";
import type { Rebalancer } from "../policy/rebalancing.ts";
import { scalers } from "../policy/scaling/index.ts";
import type { ResolvedScenario } from "../scenario/resolved.ts";
import type { SimulationInputs } from "./inputs.ts";
import { startOfDay } from "./tenants.ts";

const NO_FAILURES: FailuresSpec = { models: [], traces: [], crews: null };

export interface Parts {
  readonly rebalance: Rebalance | null;
  readonly failures: Failures | null;
  readonly recovery: Recovery | null;
  readonly maintenance: Maintenance | null;
  readonly scaling: Scaling | null;
  readonly sizing: RightSizing | null;
  readonly exposure: Exposure | null;
}

/** Makes them, in this order: of what happens at one instant, theirs happens in it. `planned` is how long the run may last, s. */
export function partsOf(
  kernel: Kernel,
  dc: Datacenter,
  scenario: ResolvedScenario,
  planned: number,
  inputs: SimulationInputs,
  stream: (name: string) => Stream,
): Parts {
  const { failures = null, ha = null, maintenance = [], rightSizing, exposure } = scenario;
  return {
    rebalance: rebalanceOf(kernel, dc, scenario, planned, inputs.rebalancer, stream),
    failures: failures === null && ha === null ? null : new Failures(kernel, dc, withTraces(failures ?? NO_FAILURES, inputs), ha, planned, stream),
    recovery: recoveryOf(kernel, dc, scenario),
    maintenance: maintenance.length === 0 ? null : new Maintenance(kernel, dc, maintenance, numbersOf(dc.hosts, dc.vms), stream),
    scaling: scalingOf(kernel, dc, scenario),
    sizing: rightSizing ? new RightSizing(kernel, dc, rightSizing) : null,
    exposure: exposure ? new Exposure(kernel, dc, exposure, planned) : null,
  };
}

/** The loop that moves VMs and switches hosts, if the scenario has one. */
function rebalanceOf(
  kernel: Kernel,
  dc: Datacenter,
  scenario: ResolvedScenario,
  plannedSeconds: number,
  own: Rebalancer | undefined,
  stream: (name: string) => Stream,
): Rebalance | null {
  const { rebalance = null, admission } = scenario;
  if (rebalance === null) return null;
  const luck = stream("rebalancing");
  return new Rebalance(kernel, dc, {
    periodSeconds: rebalance.everySeconds,
    rebalancer: own ?? rebalancer(rebalance, () => luck.uniform()),
    policy: rebalance.policy,
    admission,
    maxPerRound: rebalance.maxMigrationsPerRound ?? Number.POSITIVE_INFINITY,
    maxAtOnce: rebalance.maxMigrationsAtOnce ?? Number.POSITIVE_INFINITY,
    cold: rebalance.coldMigrations,
    plannedSeconds,
  });
}

/** The failures with what their traces hold. */
function withTraces(failures: FailuresSpec, inputs: SimulationInputs): FailuresSpec {
  const traces = failures.traces.map((trace) => {
    if (trace.source === null) return trace;
    const read = inputs.failureTraces?.get(trace.name);
    if (read === undefined) throw new Error(`the recorded failures ${trace.name} are in ${trace.source.path}, which was not read`);
    return { ...trace, pulses: read.pulses, nodes: read.nodes };
  });
  return { ...failures, traces };
}

/** Copies of VMs and what is done with them, if the scenario has any. */
function recoveryOf(kernel: Kernel, dc: Datacenter, { recovery = null, sites, classes = [] }: ResolvedScenario): Recovery | null {
  if (recovery === null) return null;
  return new Recovery(kernel, dc, {
    spec: recovery,
    siteNames: sites.map(({ name }) => name),
    targets(serviceClass) {
      const found = classes.find(({ name }) => name === serviceClass);
      return { rpoSeconds: found?.rpoSeconds ?? Number.POSITIVE_INFINITY, rtoSeconds: found?.rtoSeconds ?? Number.POSITIVE_INFINITY };
    },
    numbers: numbersOf(dc.hosts, dc.vms),
  });
}

/** Autoscaling, if some group has it. */
function scalingOf(kernel: Kernel, dc: Datacenter, scenario: ResolvedScenario): Scaling | null {
  const specs = scenario.vms.flatMap(({ name, scaling }) =>
    scaling ? [{ ...scaling, group: name, kind: scaling.direction, scaler: scalers[scaling.policy](scaling) }] : [],
  );
  return specs.length === 0 ? null : new Scaling(kernel, dc, specs, startOfDay(scenario));
}
