/**
 * One run: a resolved scenario and its traces in, results out. The same in the command, the library and the browser.
 */
import { Kernel } from "./kernel/kernel.ts";
import { streams } from "./kernel/streams.ts";
import { Books, equipmentWatts } from "./metrics/accounts/books.ts";
import type { Reckoning } from "./metrics/accounts/reckoning.ts";
import { decisionsTable } from "./metrics/decisions.ts";
import { diskMoveResults } from "./metrics/disk-moves.ts";
import { failureResults } from "./metrics/failures-tables.ts";
import { governorResults } from "./metrics/governors.ts";
import { closeLedgers } from "./metrics/ledger.ts";
import { maintenanceSummary, maintenanceTable } from "./metrics/maintenance-tables.ts";
import { migrationsTable } from "./metrics/migrations-table.ts";
import { poolsTable } from "./metrics/pools-table.ts";
import { recoverySummary, recoveryTables } from "./metrics/recovery-tables.ts";
import { resourcesTable } from "./metrics/resources.ts";
import { elasticityRows, scalingTable, servicesTable } from "./metrics/scaling-table.ts";
import { StorageWatch } from "./metrics/storage.ts";
import { Strain } from "./metrics/strain.ts";
import { type SummaryRow, summaryTable } from "./metrics/summary.ts";
import { eventsTable, hostsTable, ledgerTable, timelineTable, vmsTable } from "./metrics/tables.ts";
import { Watch } from "./metrics/watch.ts";
import { Datacenter } from "./model/datacenter.ts";
import { placementPolicy } from "./policy/placement/index.ts";
import type { Results } from "./results/results.ts";
import type { Table } from "./results/table.ts";
import type { ResolvedScenario } from "./scenario/resolved.ts";
import type { SimulationInputs } from "./simulation/inputs.ts";
import { partsOf } from "./simulation/parts.ts";
import { constraintsOf } from "./simulation/rules.ts";
import { shiftsOf } from "./simulation/shifts.ts";
import { tenantsOf } from "./simulation/tenants.ts";
import { estimateWarnings } from "./simulation/warnings.ts";
import { VERSION } from "./version.ts";

/** Results with what is needed to reckon the run anew at other prices (metrics/accounts/reckoning.ts). */
export interface Simulated extends Results {
  readonly reckoning: Reckoning;
}

export type { SimulationInputs } from "./simulation/inputs.ts";

const PROGRESS_STEPS = 100;

/** What a part of the run has to say at its end: headline figures, and tables of its own. */
interface Said {
  readonly rows?: readonly SummaryRow[];
  readonly tables?: readonly Table[];
}

/**
 * Simulates the scenario. Throws a TypeError for what is no resolved scenario, an Error when a trace's population is missing, when a policy breaks a rule, or (a
 * LedgerImbalance) when the run contradicts itself.
 */
export function simulate(scenario: ResolvedScenario, inputs: SimulationInputs = {}): Simulated {
  if (!Array.isArray((scenario as { hosts?: unknown } | null)?.hosts) || typeof scenario.admission !== "object")
    throw new TypeError("simulate runs a scenario with nothing left open, as loadScenario gives it");
  const stream = streams(scenario.seed);
  const policy = inputs.policy ?? placementPolicy(scenario.placement.policy);
  const luck = stream("placement");
  const faults = stream("boot failures");
  const kernel = new Kernel();
  const shifts = shiftsOf(scenario, inputs, stream);
  const dc = new Datacenter(kernel, {
    hosts: scenario.hosts,
    tenants: tenantsOf(scenario, inputs, stream, shifts),
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
  const parts = partsOf(kernel, dc, scenario, planned, inputs, stream);
  run(kernel, planned, inputs.onProgress);
  const seconds = kernel.now;
  dc.close(seconds);
  watch.close(seconds);
  parts.recovery?.close(seconds);
  storage?.close(seconds);

  const { sites, energy, reckoning, ...accounts } = books.close(
    seconds,
    watch.rows.reduce((sum, row) => sum + row.joules, 0),
    parts.recovery?.incidents.log ?? null,
  );
  const ledgers = closeLedgers(dc, seconds, energy, accounts.ledgers);
  const { rebalance, failures, recovery, maintenance, scaling, sizing, exposure } = parts;
  const said: readonly Said[] = [
    accounts,
    { tables: shifts.tables(sites.currency) },
    governorResults(dc),
    diskMoveResults(dc, seconds),
    failureResults(dc, failures, seconds),
    exposure ? { rows: exposure.rows(), tables: [exposure.table()] } : {},
    recovery ? { rows: recoverySummary(recovery, seconds), tables: recoveryTables(recovery, seconds) } : {},
    maintenance ? { rows: maintenanceSummary(maintenance, dc, watch.rows, seconds), tables: [maintenanceTable(maintenance, dc, seconds)] } : {},
    storage ? { rows: storage.figures(seconds), tables: storage.tables(seconds) } : {},
    { tables: [resourcesTable(dc, seconds)] },
    { rows: strain.figures(), tables: strain.tables() },
    dc.pools ? { tables: [poolsTable(dc, dc.pools)] } : {},
    { rows: elasticityRows(dc, scaling, seconds), tables: scaling ? [scalingTable(dc, scaling), servicesTable(scaling)] : [] },
    sizing ? { tables: [sizing.table()] } : {},
  ];
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
      more: said.flatMap(({ rows = [] }) => rows),
    }),
    hosts: hostsTable(dc),
    vms: vmsTable(dc),
    timeline: timelineTable(watch.rows),
    events: eventsTable(dc),
    ledger: ledgerTable(ledgers),
    migrations: migrationsTable(dc, seconds),
    ...(rebalance || maintenance ? { decisions: decisionsTable(dc, rebalance?.decided ?? [], maintenance?.decided ?? []) } : {}),
    extra: said.flatMap(({ tables = [] }) => tables),
    heatmap: watch.heatmap(),
    ready: watch.ready(),
    warnings: estimateWarnings(scenario),
    reckoning,
  };
}

function run(kernel: Kernel, planned: number, onProgress: ((fraction: number) => void) | undefined): void {
  if (!onProgress || planned === Number.POSITIVE_INFINITY) return kernel.run(planned);
  for (let i = 1; i <= PROGRESS_STEPS; i++) {
    kernel.run((planned * i) / PROGRESS_STEPS);
    onProgress(i / PROGRESS_STEPS);
  }
}
