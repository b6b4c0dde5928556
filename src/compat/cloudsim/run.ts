/**
 * CloudSim 3.0.3's PlanetLab experiment, to the last printed digit.
 *
 * A day of VM loads on 800 small servers of 2009: every 300 s the loads change, overloaded hosts give VMs away and underloaded
 * ones are emptied; migrations take RAM / 62.5 MB/s; a host without load draws nothing. Follows CloudSim's rules including its
 * quirks (docs/cloudsim.md lists them), which is why this room keeps its own state and shares only detectors and selections
 * with the main engine. Proof: test/anchors/cloudsim.test.ts, row by row against CloudSim's own output.
 */
import { streams } from "../../kernel/streams.ts";
import { append, Fleet, unlink } from "./fleet.ts";
import { Ledger, notePower, settle } from "./ledger.ts";
import { dayEndSeconds, hostKinds, intervalSeconds, migrationMbPerSecond, publishedHosts, startSeconds, vmKinds } from "./machines.ts";
import { reshareInMapOrder } from "./map-order.ts";
import { Meter } from "./meter.ts";
import { Overload, takeSamples } from "./overload.ts";
import { wattsAt } from "./power-curve.ts";
import type { CloudSimOptions, CloudSimResult, ResolvedOptions } from "./results.ts";
import { resolveOptions } from "./results.ts";
import { nearMips } from "./room.ts";
import { consolidate, Round } from "./round.ts";
import { shareHost } from "./share.ts";
import { addSample, deviationOf, meanOf } from "./spread.ts";
import { placeAll } from "./start.ts";
import type { PlanetLabDay } from "./trace.ts";
import { samplesPerVm } from "./trace.ts";

const totalMips = Float64Array.from(hostKinds, (kind) => kind.totalMips);
/** Percent as a fraction, by division as CloudSim reads its files. */
const fractions = Float64Array.from({ length: 101 }, (_, percent) => percent / 100);
/** Amounts of RAM that occur, ascending: migrations end in this order after a tick. */
const ramSizes = [...new Set(vmKinds.map((kind) => kind.ramMb))].sort((a, b) => a - b);

/**
 * Runs the experiment.
 *
 * @param luck uniform [0, 1), used by selection `rs` only; default a generator seeded with `options.seed`.
 * @throws Error that names a wrong option, or the VM that fits on no host at the start.
 */
export function runCloudSim(day: PlanetLabDay, options: CloudSimOptions, luck?: () => number): CloudSimResult {
  const resolved = resolveOptions(options, publishedHosts);
  const consolidates = resolved.detector !== "npa" && resolved.detector !== "dvfs";
  const inSteps = resolved.repairs.includes("steps");
  const fleet = new Fleet(day, resolved);
  placeAll(fleet, resolved);
  const ledger = new Ledger(fleet.hosts);
  const overload = new Overload(fleet, resolved.detector, resolved.parameter, resolved.selection === "mc");
  const round = new Round(fleet, resolved, luck ?? seededLuck(resolved.seed));
  const meter = resolved.repairs.includes("energy") ? new Meter(fleet) : null;
  if (meter) {
    setLoads(fleet, day, 0, inSteps);
    setRequests(fleet, 0);
    meter.begin(fleet);
  }
  let migrations = 0;
  let destroyed = 0;
  let time = 0;
  let lastTick = 0;
  for (let tick = startSeconds + intervalSeconds; tick < dayEndSeconds; tick += intervalSeconds) {
    const k = Math.floor(tick / intervalSeconds);
    const offset = tick - intervalSeconds * k;
    setLoads(fleet, day, k, inSteps);
    fleet.purged.fill(0);
    update(fleet, ledger, meter, time, tick, offset);
    // CloudSim takes a sample when its clock, less the start, is a whole number of intervals to the last bit.
    if (consolidates && (tick - startSeconds) % intervalSeconds === 0) takeSamples(fleet, overload, offset);
    destroyed += destroyIdle(fleet);
    time = tick;
    lastTick = tick;
    if (!consolidates) continue;
    consolidate(fleet, overload, round);
    startMigrations(fleet, round);
    migrations += round.moves;
    for (const ram of ramSizes) {
      const end = tick + ram / migrationMbPerSecond;
      if (round.moves === 0 || !anyOfSize(fleet, round, ram)) continue;
      update(fleet, ledger, meter, time, end, end - intervalSeconds * k);
      destroyed += destroyIdle(fleet);
      finishMigrations(fleet, ledger, round, ram, end - tick);
      destroyed += destroyIdle(fleet);
      time = end;
    }
  }
  notePower(fleet, ledger, time);
  if (meter) ledger.joules = meter.end(fleet, dayEndSeconds - time);
  return summarise(fleet, ledger, resolved, migrations, destroyed, lastTick);
}

/** Luck of `rs`: a stream of its own under the seed. */
function seededLuck(seed: string): () => number {
  const stream = streams(seed)("cloudsim selection");
  return () => stream.uniform();
}

/** Sets load and slope of all VMs for the five minutes from sample k on. */
function setLoads(fleet: Fleet, day: PlanetLabDay, k: number, inSteps: boolean): void {
  const { living, livingCount, base, slope } = fleet;
  const { percent } = day;
  const step = k + 1 < samplesPerVm && !inSteps ? 1 : 0;
  for (let i = 0; i < livingCount; i++) {
    const v = living[i];
    const at = v * samplesPerVm + k;
    const now = fractions[percent[at]];
    base[v] = now;
    slope[v] = (fractions[percent[at + step]] - now) / intervalSeconds;
  }
}

/** Settles the time since the last update, takes the requests of this instant, shares the CPU of all hosts and adds energy. */
function update(fleet: Fleet, ledger: Ledger, meter: Meter | null, before: number, now: number, offsetSeconds: number): void {
  const seconds = now - before;
  // Nothing was on record before the first update.
  if (before > 0) {
    settle(fleet, ledger, seconds);
    notePower(fleet, ledger, before);
  }
  setRequests(fleet, offsetSeconds);
  if (meter && before > 0) meter.open(fleet);
  const { hosts, count, load, power } = fleet;
  let joules = 0;
  for (let h = 0; h < hosts; h++) {
    if (count[h] === 0 && load[h] === 0) continue;
    const wasOn = load[h] !== 0;
    const wattsBefore = power[h];
    record(fleet, h);
    if (wasOn) joules += (wattsBefore + (power[h] - wattsBefore) / 2) * seconds;
  }
  ledger.joules += joules;
  if (meter) meter.close(fleet, seconds);
}

/** What each VM asks for so many seconds after the last sample. */
function setRequests(fleet: Fleet, offsetSeconds: number): void {
  const { living, livingCount, base, slope, request, vmMips } = fleet;
  for (let i = 0; i < livingCount; i++) {
    const v = living[i];
    request[v] = (base[v] + slope[v] * offsetSeconds) * vmMips[v];
  }
}

/** Shares the host's CPU anew and records its load and power. */
function record(fleet: Fleet, host: number): void {
  const fraction = shareHost(fleet, host) / totalMips[host & 1];
  const load = fraction > 1 && fraction < 1.01 ? 1 : fraction;
  fleet.load[host] = load;
  fleet.power[host] = wattsAt(host & 1, load);
}

/** Destroys the VMs that ask for exactly nothing and are not migrating. Returns how many. */
function destroyIdle(fleet: Fleet): number {
  if (fleet.keepIdle) return 0;
  const { living, request, migrating, home } = fleet;
  let kept = 0;
  for (let i = 0; i < fleet.livingCount; i++) {
    const v = living[i];
    if (request[v] !== 0 || migrating[v] !== 0) {
      living[kept++] = v;
      continue;
    }
    const host = home[v];
    unlink(fleet, host, v);
    fleet.purged[host] = 1;
    // Taking a VM off shares the rest anew, which only matters on a host without room to spare.
    if (fleet.left[host] < nearMips) reshareInMapOrder(fleet, host);
  }
  const destroyed = fleet.livingCount - kept;
  fleet.livingCount = kept;
  return destroyed;
}

/** The round's placements become migrations: the VM's node on its target counts as moving in from now on. */
function startMigrations(fleet: Fleet, round: Round): void {
  const { moveVm, moveHost, moves, touched } = round;
  for (let m = 0; m < moves; m++) {
    fleet.migrating[moveVm[m]] = 1;
    touched[moveHost[m]] = 1;
    touched[fleet.home[moveVm[m]]] = 1;
  }
  recordTouched(fleet, touched);
}

function anyOfSize(fleet: Fleet, round: Round, ramMb: number): boolean {
  for (let m = 0; m < round.moves; m++) if (vmKinds[fleet.vmKind[round.moveVm[m]]].ramMb === ramMb) return true;
  return false;
}

/** VMs of that size arrive, in the order in which their migrations started. */
function finishMigrations(fleet: Fleet, ledger: Ledger, round: Round, ramMb: number, seconds: number): void {
  const { moveVm, moveHost, moves, touched } = round;
  const { vms, home, migrating } = fleet;
  for (let m = 0; m < moves; m++) {
    const vm = moveVm[m];
    if (vmKinds[fleet.vmKind[vm]].ramMb !== ramMb) continue;
    // The second move of a VM ends in the same instant and takes it off the first target again.
    const first = migrating[vm] !== 0;
    if (first) addSample(ledger.migration, seconds);
    migrating[vm] = 0;
    touched[home[vm]] = 1;
    touched[moveHost[m]] = 1;
    unlink(fleet, home[vm], vm);
    unlink(fleet, moveHost[m], first ? vm + vms : vm + 2 * vms);
    append(fleet, moveHost[m], vm);
    home[vm] = moveHost[m];
  }
  recordTouched(fleet, touched);
}

/** Records the marked hosts, in number order, and clears the marks. */
function recordTouched(fleet: Fleet, touched: Uint8Array): void {
  for (let h = 0; h < fleet.hosts; h++) {
    if (touched[h] === 0) continue;
    touched[h] = 0;
    record(fleet, h);
  }
}

function summarise(fleet: Fleet, ledger: Ledger, options: ResolvedOptions, migrations: number, destroyedVms: number, lastTick: number): CloudSimResult {
  const { detector, parameter, keepIdle } = options;
  const consolidates = detector !== "npa" && detector !== "dvfs";
  let joules = ledger.joules;
  if (detector === "npa") {
    joules = 0;
    for (let h = 0; h < fleet.hosts; h++) joules += wattsAt(h & 1, 1) * lastTick;
  }
  const slatah = ledger.violatingSeconds / ledger.activeSeconds;
  const pdm = ledger.shortMoving / ledger.asked;
  return {
    detector,
    parameter,
    selection: consolidates ? options.selection : "none",
    keepIdle,
    hosts: fleet.hosts,
    vms: fleet.vms,
    destroyedVms,
    meanHostsActive: ledger.activeSeconds / dayEndSeconds,
    energyKwh: joules / 3.6e6,
    migrations,
    shutdowns: ledger.beforeShutdown.count,
    slatahPercent: 100 * slatah,
    pdmPercent: 100 * pdm,
    slaPercent: 100 * slatah * pdm,
    overallSlaPercent: (100 * ledger.short) / ledger.asked,
    averageSlaPercent: ledger.shortCount > 0 ? (100 * ledger.shortShare) / ledger.shortCount : 0,
    meanTimeBeforeShutdownSeconds: meanOf(ledger.beforeShutdown),
    stdevTimeBeforeShutdownSeconds: deviationOf(ledger.beforeShutdown),
    meanMigrationSeconds: meanOf(ledger.migration),
    stdevMigrationSeconds: deviationOf(ledger.migration),
  };
}
