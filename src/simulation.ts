/**
 * One run: a resolved scenario and its traces in, results out. The same in the command, the library and the browser.
 */
import { Kernel } from "./kernel/kernel.ts";
import { streams } from "./kernel/streams.ts";
import { Books, equipmentWatts } from "./metrics/accounts/books.ts";
import type { Reckoning } from "./metrics/accounts/reckoning.ts";
import { shiftArrivals } from "./metrics/accounts/shifting.ts";
import { decisionsTable } from "./metrics/decisions.ts";
import { diskMoveResults } from "./metrics/disk-moves.ts";
import { Exposure } from "./metrics/exposure.ts";
import { failureResults } from "./metrics/failures-tables.ts";
import { governorResults } from "./metrics/governors.ts";
import { closeLedgers } from "./metrics/ledger.ts";
import { maintenanceSummary, maintenanceTable } from "./metrics/maintenance-tables.ts";
import { migrationsTable } from "./metrics/migrations-table.ts";
import { poolsTable } from "./metrics/pools-table.ts";
import { recoverySummary, recoveryTables } from "./metrics/recovery-tables.ts";
import { resourcesTable } from "./metrics/resources.ts";
import { RightSizing } from "./metrics/right-sizing.ts";
import { elasticityRows, scalingTable, servicesTable } from "./metrics/scaling-table.ts";
import { StorageWatch } from "./metrics/storage.ts";
import { Strain } from "./metrics/strain.ts";
import { summaryTable } from "./metrics/summary.ts";
import { eventsTable, hostsTable, ledgerTable, timelineTable, vmsTable } from "./metrics/tables.ts";
import { Watch } from "./metrics/watch.ts";
import type { TimeSeries } from "./model/accounts-spec.ts";
import { Datacenter } from "./model/datacenter.ts";
import type { Population } from "./model/demand.ts";
import { Failures } from "./model/failures/failures.ts";
import type { FailuresSpec, FailureTrace } from "./model/failures/spec.ts";
import { Maintenance } from "./model/maintenance/maintenance.ts";
import { type NumbersOf, numbersOf } from "./model/names.ts";
import { Rebalance } from "./model/rebalance.ts";
import { Recovery } from "./model/recovery/recovery.ts";
import { Scaling } from "./model/scaling.ts";
import type { Tenants } from "./model/tenants.ts";
import type { Constraint } from "./policy/constraints.ts";
import { placementPolicy } from "./policy/placement/index.ts";
import type { PlacementPolicy } from "./policy/placement.ts";
import { rebalancer } from "./policy/rebalancing/index.ts";
import type { Rebalancer } from "./policy/rebalancing.ts";
import { scalers } from "./policy/scaling/index.ts";
import type { Results } from "./results/results.ts";
import type { ResolvedRule, ResolvedScenario, ResolvedVmGroup } from "./scenario/resolved.ts";
import { VERSION } from "./version.ts";
import { directPopulation } from "./workload/direct.ts";
import { generatePopulation } from "./workload/generate.ts";
import { serviceLevels } from "./workload/service.ts";

export interface SimulationInputs {
  /** Populations of the VM groups whose load is a trace, by group name. */
  readonly populations?: ReadonlyMap<string, Population>;
  /** Recorded failures that are read from files, by name of the trace. */
  readonly failureTraces?: ReadonlyMap<string, Pick<FailureTrace, "pulses" | "nodes">>;
  /** Series that its sites follow, by their keys (`seriesKey`). */
  readonly series?: ReadonlyMap<string, TimeSeries>;
  /** A placement policy of the user's own, in place of the built-in one the scenario names. */
  readonly policy?: PlacementPolicy;
  /** A rebalancing policy of the user's own, in place of the one in the scenario's `rebalance`. */
  readonly rebalancer?: Rebalancer;
  /** Called about a hundred times with the share of simulated time that has passed. */
  readonly onProgress?: (fraction: number) => void;
}

/** Results with what is needed to reckon the run anew at other prices (metrics/accounts/reckoning.ts). */
export interface Simulated extends Results {
  readonly reckoning: Reckoning;
}

const PROGRESS_STEPS = 100;
const NO_FAILURES: FailuresSpec = { models: [], traces: [], crews: null };

/**
 * Simulates the scenario. Throws an Error when a trace's population is missing, when a policy breaks a rule, or (a
 * LedgerImbalance) when the run contradicts itself.
 */
export function simulate(scenario: ResolvedScenario, inputs: SimulationInputs = {}): Simulated {
  const stream = streams(scenario.seed);
  const policy = inputs.policy ?? placementPolicy(scenario.placement.policy);
  const luck = stream("placement");
  const faults = stream("boot failures");
  const kernel = new Kernel();
  const tenants = scenario.vms.map(
    (group): Tenants => ({
      vmClass: group,
      population: shifted(group, resize(group, populationOf(group, scenario, inputs, stream)), scenario, inputs),
      ...serviceOf(group, scenario, stream),
    }),
  );
  const dc = new Datacenter(kernel, {
    hosts: scenario.hosts,
    tenants,
    admission: scenario.admission,
    script: scenario.events,
    ...(scenario.datastores ? { datastores: scenario.datastores } : {}),
    ...(scenario.networks ? { networks: scenario.networks } : {}),
    ...(scenario.switches ? { switches: scenario.switches } : {}),
    choose: policy.create(scenario.placement.options, () => luck.uniform()),
    policy: policy.name,
    luck: () => faults.uniform(),
    constraints: (numbers) => (scenario.rules ?? []).flatMap((rule) => constraintsOf(rule, numbers)),
    pools: scenario.pools ?? [],
    interference: scenario.interference ?? null,
  });
  const planned = scenario.durationSeconds ?? (dc.loads.feed.gridEnd() > 0 ? dc.loads.feed.gridEnd() : Number.POSITIVE_INFINITY);
  const books = new Books(dc, scenario, inputs.series ?? new Map(), planned, () => kernel.now);
  const watch = new Watch(kernel, dc, scenario.observeSeconds, planned, books, equipmentWatts(scenario));
  const { datastores, networks, switches } = scenario;
  const storage = datastores || networks || switches ? new StorageWatch(dc, scenario.observeSeconds, planned) : null;
  const strain = new Strain(dc);
  watch.onBucket = (now) => strain.note(now);
  watch.onInterval = storage && ((now) => storage.observe(now));
  const loop = rebalanceOf(kernel, dc, scenario, planned, inputs.rebalancer, stream);
  const { failures: fails = null, ha = null } = scenario;
  const failures = fails === null && ha === null ? null : new Failures(kernel, dc, withTraces(fails ?? NO_FAILURES, inputs), ha, planned, stream);
  const recovery = recoveryOf(kernel, dc, scenario);
  const { maintenance: works = [] } = scenario;
  const maintenance = works.length === 0 ? null : new Maintenance(kernel, dc, works, numbersOf(dc.hosts, dc.vms), stream);
  const scaling = scalingOf(kernel, dc, scenario);
  const sizing = scenario.rightSizing ? new RightSizing(kernel, dc, scenario.rightSizing) : null;
  const exposure = scenario.exposure ? new Exposure(kernel, dc, scenario.exposure, planned) : null;
  run(kernel, planned, inputs.onProgress);
  const seconds = kernel.now;
  dc.close(seconds);
  watch.close(seconds);
  recovery?.close(seconds);
  storage?.close(seconds);

  const { sites, energy, reckoning, ...accounts } = books.close(
    seconds,
    watch.rows.reduce((sum, row) => sum + row.joules, 0),
    recovery?.incidents.log ?? null,
  );
  const ledgers = closeLedgers(dc, seconds, energy, accounts.ledgers);
  const governed = governorResults(dc);
  const disks = diskMoveResults(dc, seconds);
  const failed = failureResults(dc, failures, seconds);
  return {
    run: {
      version: VERSION,
      scenario: scenario.name,
      about: scenario.about,
      seed: scenario.seed,
      start: scenario.start,
      durationSeconds: seconds,
      placement: policy.name,
      hosts: dc.hosts.count,
      vms: dc.vms.count,
      pue: sites.pue,
      fingerprint: kernel.fingerprint(),
      events: kernel.eventCount,
    },
    summary: summaryTable({
      dc,
      timeline: watch.rows,
      seconds,
      sites,
      readyP95: watch.readyP95(),
      events: kernel.eventCount,
      more: [
        ...accounts.rows,
        ...governed.rows,
        ...disks.rows,
        ...failed.rows,
        ...(exposure?.rows() ?? []),
        ...(recovery === null ? [] : recoverySummary(recovery, seconds)),
        ...(maintenance === null ? [] : maintenanceSummary(maintenance, dc, watch.rows, seconds)),
        ...(storage?.figures(seconds) ?? []),
        ...strain.figures(),
        ...elasticityRows(dc, scaling, seconds),
      ],
    }),
    hosts: hostsTable(dc),
    vms: vmsTable(dc),
    timeline: timelineTable(watch.rows),
    events: eventsTable(dc),
    ledger: ledgerTable(ledgers),
    migrations: migrationsTable(dc, seconds),
    ...(loop || maintenance ? { decisions: decisionsTable(dc, loop?.decided ?? [], maintenance?.decided ?? []) } : {}),
    extra: [
      ...accounts.tables,
      ...governed.tables,
      ...disks.tables,
      ...failed.tables,
      ...(exposure ? [exposure.table()] : []),
      ...(recovery === null ? [] : recoveryTables(recovery, seconds)),
      ...(maintenance === null ? [] : [maintenanceTable(maintenance, dc, seconds)]),
      ...(storage?.tables(seconds) ?? []),
      resourcesTable(dc, seconds),
      ...strain.tables(),
      ...(dc.pools ? [poolsTable(dc, dc.pools)] : []),
      ...(scaling ? [scalingTable(dc, scaling), servicesTable(scaling)] : []),
      ...(sizing ? [sizing.table()] : []),
    ],
    heatmap: watch.heatmap(),
    ready: watch.ready(),
    warnings: estimateWarnings(scenario),
    reckoning,
  };
}

/** Seconds from midnight (UTC) to the scenario's start. */
const startOfDay = (scenario: ResolvedScenario): number => (Date.parse(scenario.start) / 1000) % 86400;

/** The load that the VMs of a group carry together, if that is how they get theirs. */
function serviceOf(group: ResolvedVmGroup, scenario: ResolvedScenario, stream: ReturnType<typeof streams>): Pick<Tenants, "service"> {
  const { workload } = group;
  if (workload.kind !== "service") return {};
  return { service: serviceLevels(workload, scenario.durationSeconds ?? 0, startOfDay(scenario), () => stream(`${group.name}/service`)) };
}

/** Autoscaling, if some group has it. */
function scalingOf(kernel: Kernel, dc: Datacenter, scenario: ResolvedScenario): Scaling | null {
  const specs = scenario.vms.flatMap(({ name, scaling }) =>
    scaling ? [{ ...scaling, group: name, kind: scaling.direction, scaler: scalers[scaling.policy](scaling) }] : [],
  );
  return specs.length === 0 ? null : new Scaling(kernel, dc, specs, startOfDay(scenario));
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

/** The loop that moves VMs and switches hosts, if the scenario has one. */
function rebalanceOf(
  kernel: Kernel,
  dc: Datacenter,
  scenario: ResolvedScenario,
  plannedSeconds: number,
  own: Rebalancer | undefined,
  stream: ReturnType<typeof streams>,
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

/** A rule of the scenario with numbers for its names. */
function constraintsOf(rule: ResolvedRule, numbers: NumbersOf): Constraint[] {
  const { name } = rule;
  switch (rule.kind) {
    case "reserve":
      return [{ kind: "reserve", name, memoryShare: rule.memoryShare, vcpuShare: rule.vcpuShare }];
    case "together":
      return [{ kind: "together", name, vms: rule.vms.flatMap((vm) => numbers.vm(vm)) }];
    case "apart":
      return [{ kind: "apart", name, vms: rule.vms.flatMap((vm) => numbers.vm(vm)), most: rule.perHost }];
    case "dedicated": {
      const { own, others } = numbers.owner(rule.owner);
      const hosts = rule.hosts.flatMap((host) => numbers.host(host));
      return [
        { kind: "hosts", name, vms: own, hosts, must: true, not: false },
        { kind: "hosts", name, vms: others, hosts, must: true, not: true },
      ];
    }
    case "hosts":
      return [
        {
          kind: "hosts",
          name,
          vms: rule.vms.flatMap((vm) => numbers.vm(vm)),
          hosts: rule.hosts.flatMap((host) => numbers.host(host)),
          must: rule.strength.startsWith("must"),
          not: rule.strength.endsWith("not"),
        },
      ];
  }
}

function run(kernel: Kernel, planned: number, onProgress: ((fraction: number) => void) | undefined): void {
  if (!onProgress || planned === Number.POSITIVE_INFINITY) return kernel.run(planned);
  for (let i = 1; i <= PROGRESS_STEPS; i++) {
    kernel.run((planned * i) / PROGRESS_STEPS);
    onProgress(i / PROGRESS_STEPS);
  }
}

function populationOf(group: ResolvedVmGroup, scenario: ResolvedScenario, inputs: SimulationInputs, stream: ReturnType<typeof streams>): Population {
  const { workload } = group;
  switch (workload.kind) {
    case "trace": {
      const population = inputs.populations?.get(group.name);
      if (!population) throw new Error(`VM group ${group.name} follows the trace ${workload.path}, which was not read`);
      return population;
    }
    case "generator": {
      const options = { name: group.name, count: group.count, durationSeconds: scenario.durationSeconds, start: scenario.start, ...workload.options };
      return generatePopulation(workload.profile, options, (purpose) => stream(`${group.name}/${purpose}`));
    }
    default:
      return directPopulation(group, workload);
  }
}

/** The group's VMs at the instants at which they best begin, where they may wait. */
function shifted(
  { shift = null }: ResolvedVmGroup,
  population: Population,
  { sites, start, durationSeconds }: ResolvedScenario,
  { series }: SimulationInputs,
): Population {
  if (shift === null) return population;
  const run = { startMs: Date.parse(start), plannedSeconds: durationSeconds ?? Number.POSITIVE_INFINITY };
  return { ...population, arrivalSeconds: shiftArrivals(population.arrivalSeconds, shift, sites, series ?? new Map(), run) };
}

/** What the group says about size and times goes before what its trace or generator says. */
function resize(group: ResolvedVmGroup, population: Population): Population {
  const { vcpus, memoryMiB, arrival, lifetimeSeconds } = group;
  const { count } = population;
  return {
    ...population,
    vcpus: vcpus === null ? population.vcpus : new Float64Array(count).fill(vcpus),
    memoryMiB: memoryMiB === null ? population.memoryMiB : new Float64Array(count).fill(memoryMiB),
    arrivalSeconds:
      group.workload.kind === "service"
        ? membersAt(group, count)
        : arrival === null
          ? population.arrivalSeconds
          : Float64Array.from({ length: count }, (_, i) => arrival.atSeconds + i * arrival.everySeconds),
    lifetimeSeconds: lifetimeSeconds === null ? population.lifetimeSeconds : new Float64Array(count).fill(lifetimeSeconds),
  };
}

/** Members of a service are there from the start; those beyond the start size when scaling asks for them. */
function membersAt({ scaling }: ResolvedVmGroup, count: number): Float64Array {
  const start = scaling?.direction === "horizontal" ? scaling.start : count;
  return Float64Array.from({ length: count }, (_, i) => (i < start ? 0 : Number.POSITIVE_INFINITY));
}

/** What of each product is an estimate; of memory only where hosts hold more than they have, of migrations only where VMs move. */
function estimateWarnings({ hosts, admission, rebalance, maintenance, events }: ResolvedScenario): string[] {
  const moves =
    (rebalance !== null && rebalance !== undefined && rebalance.policy !== "none") ||
    (maintenance ?? []).length > 0 ||
    events.some((event) => event.do === "migrate" || event.do === "move disks" || event.do === "maintenance");
  const used = ({ estimates, memory }: ResolvedScenario["hosts"][number]["hypervisor"]): string[] =>
    estimates.filter(
      (field) => (!field.startsWith("memory.") || (memory.overcommit === "yes" && admission.memoryRatio > 1)) && (!field.startsWith("migration.") || moves),
    );
  const products = new Map(hosts.map(({ hypervisor }) => [hypervisor.name, used(hypervisor)]));
  return [...products]
    .filter(([, estimates]) => estimates.length > 0)
    .map(([name, estimates]) => `${name}: ${estimates.length} values are estimates (${estimates.join(", ")})`);
}
