/**
 * The experiment written the slow and obvious way: objects, lists and a Java-like map per host, every "what if" done for
 * real and undone, as the original does it. It is the second opinion on the fast version, which must agree to the last digit;
 * a day of 800 hosts takes some 15 s. It shares with it the tables, the options and the arithmetic of single tests, not the engine.
 */
import { javaSpreadHash, vmKey } from "../../src/compat/cloudsim/java-hash.ts";
import {
  dayEndSeconds,
  hostKinds,
  intervalSeconds,
  migrationMbPerSecond,
  publishedHosts,
  startSeconds,
  vmKindOf,
  vmKinds,
  watts,
} from "../../src/compat/cloudsim/machines.ts";
import type { CloudSimOptions, CloudSimRepair, CloudSimResult } from "../../src/compat/cloudsim/results.ts";
import { resolveOptions } from "../../src/compat/cloudsim/results.ts";
import type { PlanetLabDay } from "../../src/compat/cloudsim/trace.ts";
import { samplesPerVm } from "../../src/compat/cloudsim/trace.ts";

/** Entries come bucket by bucket; the table doubles when more than 0.75 full. */
class JavaMap<V> {
  private buckets: { vm: Vm; value: V }[][] = Array.from({ length: 16 }, () => []);
  size = 0;
  put(vm: Vm, value: V): void {
    const bucket = this.buckets[vm.hash & (this.buckets.length - 1)];
    const found = bucket.find((e) => e.vm === vm);
    if (found) {
      found.value = value;
      return;
    }
    bucket.push({ vm, value });
    if (++this.size > 0.75 * this.buckets.length) this.grow();
  }
  remove(vm: Vm): void {
    const bucket = this.buckets[vm.hash & (this.buckets.length - 1)];
    const index = bucket.findIndex((e) => e.vm === vm);
    if (index < 0) return;
    bucket.splice(index, 1);
    this.size--;
  }
  entries(): { vm: Vm; value: V }[] {
    return this.size === 0 ? [] : this.buckets.flat();
  }
  clear(): void {
    for (const bucket of this.buckets) bucket.length = 0;
    this.size = 0;
  }
  private grow(): void {
    const old = this.buckets;
    this.buckets = Array.from({ length: old.length * 2 }, () => []);
    for (const entry of old.flat()) this.buckets[entry.vm.hash & (this.buckets.length - 1)].push(entry);
  }
}

interface VmEntry {
  t: number;
  allocated: number;
  requested: number;
  flag: boolean;
}

interface Vm {
  id: number;
  hash: number;
  mips: number;
  ramMb: number;
  request: number;
  load: number;
  history: number[]; // newest first
  host: Host | null;
  migrating: boolean;
  entries: VmEntry[];
  created: boolean;
  started: boolean;
}

interface HostEntry {
  t: number;
  short: boolean;
  active: boolean;
}

interface Host {
  id: number;
  table: readonly number[];
  core: number;
  total: number;
  vms: Vm[];
  incoming: Set<Vm>;
  ramLeft: number;
  bandwidthLeft: number;
  requested: JavaMap<number>;
  allocated: Map<Vm, number>;
  left: number;
  loadMips: number;
  previousMips: number;
  entries: HostEntry[];
}

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const v of values) total += v;
  return total;
};
const fraction = (host: Host, mips: number): number => {
  const load = mips / host.total;
  return load > 1 && load < 1.01 ? 1 : load;
};

export function runPlain(day: PlanetLabDay, asked: CloudSimOptions): CloudSimResult {
  const options = resolveOptions(asked, publishedHosts);
  const { detector, parameter, keepIdle } = options;
  const repaired = (repair: CloudSimRepair): boolean => options.repairs.includes(repair);
  const consolidates = detector !== "npa" && detector !== "dvfs";
  let tossed = 12345;
  const toss = (): number => {
    tossed = (Math.imul(tossed, 1103515245) + 12345) & 0x7fffffff;
    return tossed / 0x80000000;
  };

  const hosts: Host[] = Array.from({ length: options.hosts }, (_, id) => {
    const kind = hostKinds[id % 2];
    return {
      id,
      table: kind.watts,
      core: kind.coreMips,
      total: kind.totalMips,
      vms: [],
      incoming: new Set<Vm>(),
      ramLeft: kind.ramMb,
      bandwidthLeft: kind.bandwidthKbps,
      requested: new JavaMap<number>(),
      allocated: new Map<Vm, number>(),
      left: kind.totalMips,
      loadMips: 0,
      previousMips: 0,
      entries: [],
    };
  });
  const vms: Vm[] = Array.from({ length: day.count }, (_, id) => {
    const kind = vmKinds[vmKindOf(id, day.count)];
    return {
      id,
      hash: javaSpreadHash(vmKey(id)),
      mips: kind.mips,
      ramMb: kind.ramMb,
      request: kind.mips,
      load: 0,
      history: [],
      host: null,
      migrating: false,
      entries: [],
      created: false,
      started: false,
    };
  });

  // CPU sharing (time-shared with over-subscription).
  function give(host: Host, vm: Vm, request: number): void {
    const capped = Math.min(request, host.core);
    host.requested.put(vm, request);
    const counted = host.incoming.has(vm) ? capped * 0.1 : capped;
    if (host.left >= counted) {
      let share = capped;
      if (vm.migrating && !host.incoming.has(vm)) share *= 0.9;
      else if (host.incoming.has(vm)) share *= 0.1;
      host.allocated.set(vm, share);
      host.left -= counted;
      return;
    }
    let needed = 0;
    for (const { vm: other, value } of host.requested.entries()) {
      const theirs = Math.min(value, host.core);
      needed += host.incoming.has(other) ? theirs * 0.1 : theirs;
    }
    const factor = host.total / needed;
    host.allocated.clear();
    for (const { vm: other, value } of host.requested.entries()) {
      let share = Math.min(value, host.core);
      if (host.incoming.has(other)) {
        share *= 0.1;
        share *= factor;
      } else {
        share *= factor;
        if (other.migrating) share *= 0.9;
      }
      host.allocated.set(other, Math.floor(share));
    }
    host.left = 0;
  }
  function take(host: Host, vm: Vm): void {
    host.requested.remove(vm);
    host.allocated.clear();
    host.left = host.total;
    for (const { vm: other, value } of host.requested.entries()) give(host, other, value);
  }
  function add(host: Host, vm: Vm): void {
    give(host, vm, vm.request);
    host.vms.push(vm);
  }
  function drop(host: Host, vm: Vm): void {
    take(host, vm);
    host.vms.splice(host.vms.indexOf(vm), 1);
  }

  function update(host: Host, t: number): void {
    host.previousMips = host.loadMips;
    host.requested.clear();
    host.allocated.clear();
    host.left = host.total;
    for (const vm of host.vms) give(host, vm, vm.request);
    host.loadMips = 0;
    let requested = 0;
    for (const vm of host.vms) {
      let share = host.allocated.get(vm) ?? 0;
      if (!host.incoming.has(vm)) {
        note(vm.entries, { t, allocated: share, requested: vm.request, flag: vm.migrating });
        if (vm.migrating) share /= 0.9;
      }
      host.loadMips += share;
      requested += vm.request;
    }
    const full = host.left === 0 && sum(host.vms.map((vm) => (host.incoming.has(vm) ? 0.1 : 1) * Math.min(vm.request, host.core))) > host.total;
    const held = full || host.vms.some((vm) => !host.incoming.has(vm) && vm.request > host.core);
    const short = repaired("slatah") ? held : host.loadMips < requested;
    note(host.entries, { t, short, active: host.loadMips > 0 });
  }
  function note<E extends { t: number }>(entries: E[], entry: E): void {
    if (entries.length > 0 && entries[entries.length - 1].t === entry.t) entries[entries.length - 1] = entry;
    else entries.push(entry);
  }

  // Overload tests.
  const requestsOf = (host: Host): number => sum(host.vms.map((vm) => vm.request)) / host.total;
  function historyOf(host: Host): number[] {
    const history: number[] = [];
    for (let i = 0; i < 30; i++) {
      let at = 0;
      for (const vm of host.vms) if (i < vm.history.length) at += (vm.history[i] * vm.mips) / host.total;
      history.push(at);
    }
    while (history.length > 1 && history[history.length - 1] === 0) history.pop();
    return history;
  }
  const median = (values: number[]): number => {
    const sorted = [...values].sort((a, b) => a - b);
    const n = sorted.length;
    const lower = sorted[Math.floor((n + 1) / 2) - 1];
    return n % 2 ? lower : lower + 0.5 * (sorted[n / 2] - lower);
  };
  function overloaded(host: Host): boolean {
    const load = requestsOf(host);
    if (detector === "thr") return load > parameter;
    const history = historyOf(host);
    if (detector === "iqr" || detector === "mad") {
      if (history.length < 12) return load > 0.7;
      let spread: number;
      if (detector === "iqr") {
        const x = [...history].sort((a, b) => a - b);
        const n = x.length;
        spread = x[Math.round(0.75 * (n + 1)) - 1] - x[Math.round(0.25 * (n + 1)) - 1];
      } else {
        const middle = median(history);
        spread = median(history.map((x) => Math.abs(middle - x)));
      }
      return load > 1 - parameter * spread;
    }
    if (history.length < 10) return load > 0.7;
    // Least squares by updating formulas, as Commons Math's SimpleRegression keeps them.
    let n = 0,
      xBar = 0,
      yBar = 0,
      sxx = 0,
      sxy = 0,
      sumX = 0,
      sumY = 0;
    for (let i = 0; i < 10; i++) {
      const x = i + 1;
      const y = history[9 - i];
      if (n === 0) {
        xBar = x;
        yBar = y;
      } else {
        const fact = n / (1 + n);
        const dx = x - xBar;
        const dy = y - yBar;
        sxx += dx * dx * fact;
        sxy += dx * dy * fact;
        xBar += dx / (1 + n);
        yBar += dy / (1 + n);
      }
      sumX += x;
      sumY += y;
      n++;
    }
    const slope = sxy / sxx;
    const intercept = (sumY - slope * sumX) / n;
    const longest = Math.max(...host.vms.map((vm) => vm.ramMb)) / migrationMbPerSecond;
    return (intercept + slope * (10 + Math.ceil(longest / intervalSeconds))) * parameter >= 1;
  }

  // Selection.
  function least(candidates: Vm[], metric: (vm: Vm) => number): Vm {
    let best = candidates[0];
    for (const vm of candidates) if (metric(vm) < metric(best)) best = vm;
    return best;
  }
  function select(host: Host): Vm | null {
    const candidates = host.vms.filter((vm) => !vm.migrating);
    if (candidates.length === 0) return null;
    if (options.selection === "mu") return least(candidates, (vm) => vm.request / vm.mips);
    if (options.selection === "rs") return candidates[Math.floor(toss() * candidates.length)];
    if (options.selection === "mc") {
      const m = candidates[0].history.length;
      if (candidates.length > 1 && candidates.length <= m) {
        const scores = candidates.map((_, i) =>
          rSquared(
            candidates.map((vm) => vm.history),
            i,
          ),
        );
        if (scores.every((s) => s !== null)) {
          let best = 0;
          let most = Number.MIN_VALUE;
          scores.forEach((s, i) => {
            if (s !== null && s > most) {
              most = s;
              best = i;
            }
          });
          return candidates[best];
        }
      }
    }
    return least(candidates, (vm) => vm.ramMb);
  }

  // Placement.
  const allocatedOf = (host: Host): number => sum(host.vms.map((vm) => host.allocated.get(vm) ?? 0));
  function findHost(vm: Vm, excluded: Set<Host>): Host | null {
    let least = Number.MAX_VALUE;
    let best: Host | null = null;
    for (const host of hosts) {
      if (excluded.has(host)) continue;
      if (host.core < vm.request || host.left < vm.request) continue;
      if (!vm.created && (host.ramLeft < vm.ramMb || host.bandwidthLeft < 1e5)) continue;
      if (!consolidates) return host;
      if (vm.created && repaired("memory") && sum(host.vms.map((other) => other.ramMb)) + vm.ramMb > hostKinds[host.id % 2].ramMb) continue;
      if (allocatedOf(host) !== 0) {
        add(host, vm);
        const over = overloaded(host);
        drop(host, vm);
        if (over) continue;
      }
      const after = (allocatedOf(host) + vm.request) / host.total;
      if (after > 1) continue; // the power model refuses it
      const difference =
        watts(host.table, after) - watts(host.table, repaired("power") ? Math.min(1, allocatedOf(host) / host.total) : fraction(host, host.loadMips));
      if (difference < least) {
        least = difference;
        best = host;
      }
    }
    return best;
  }

  interface Move {
    vm: Vm;
    host: Host;
  }
  const descending = (list: Vm[]): Vm[] => [...list].sort((a, b) => b.request - a.request);

  function round(): Move[] {
    const over = hosts.filter(overloaded);
    const saved = hosts.map((host) => [...host.vms]);
    const picked: Vm[] = [];
    for (const host of over) {
      for (;;) {
        const vm = select(host);
        if (!vm) break;
        picked.push(vm);
        drop(host, vm);
        if (!overloaded(host)) break;
      }
    }
    const moves: Move[] = [];
    const overSet = new Set(over);
    for (const vm of descending(picked)) {
      const off = hosts.filter((host) => host.loadMips === 0 && allocatedOf(host) === 0);
      const host = (repaired("wake") && findHost(vm, new Set([...overSet, ...off]))) || findHost(vm, overSet);
      if (!host) continue;
      add(host, vm);
      moves.push({ vm, host });
    }
    const closed = new Set(over);
    for (const host of hosts) if (host.loadMips === 0) closed.add(host);
    const tried = new Set(closed);
    if (repaired("moves")) for (const { host } of moves) tried.add(host);
    for (;;) {
      let source: Host | null = null;
      let least = 1;
      for (const host of hosts) {
        if (tried.has(host)) continue;
        const load = fraction(host, host.loadMips);
        if (load > 0 && load < least && host.vms.length > 0) {
          least = load;
          source = host;
        }
      }
      if (!source) break;
      tried.add(source);
      closed.add(source);
      const trial: Move[] = [];
      for (const vm of descending(source.vms)) {
        const host = findHost(vm, closed);
        if (!host) {
          for (const move of trial) drop(move.host, move.vm);
          trial.length = 0;
          break;
        }
        add(host, vm);
        trial.push({ vm, host });
      }
      for (const move of trial) {
        tried.add(move.host);
        moves.push(move);
      }
    }
    hosts.forEach((host, i) => {
      host.vms = [];
      host.requested.clear();
      host.allocated.clear();
      host.left = host.total;
      for (const vm of saved[i]) add(host, vm);
    });
    return moves;
  }

  // The day.
  const watt = (host: Host, mips: number): number => watts(host.table, fraction(host, mips));
  let joules = 0;
  let migrations = 0;
  let destroyed = 0;
  let last = 0;
  let lastTick = 0;
  function fullUpdate(t: number): void {
    const k = Math.floor(t / intervalSeconds);
    const sampled = (t - startSeconds) % intervalSeconds === 0;
    for (const vm of vms) {
      const d0 = day.percent[vm.id * samplesPerVm + Math.min(k, samplesPerVm - 1)] / 100;
      const d1 = repaired("steps") ? d0 : day.percent[vm.id * samplesPerVm + Math.min(k + 1, samplesPerVm - 1)] / 100;
      vm.load = d0 + ((d1 - d0) / intervalSeconds) * (t - intervalSeconds * k);
      vm.request = vm.load * vm.mips;
      if (sampled && t > last) {
        vm.history.unshift(vm.load);
        if (vm.history.length > 30) vm.history.pop();
      }
    }
    for (const host of hosts) update(host, t);
    if (t > last) {
      for (const host of hosts) {
        const from = fraction(host, host.previousMips);
        if (from === 0) continue;
        const before = watt(host, host.previousMips);
        joules += (before + (watt(host, host.loadMips) - before) / 2) * (t - last);
      }
    }
    last = t;
    if (keepIdle) return;
    for (const host of hosts) {
      for (const vm of host.vms.filter((v) => !v.migrating && v.request === 0)) {
        drop(host, vm);
        vm.host = null;
        destroyed++;
      }
    }
  }

  for (const vm of vms) {
    const host = findHost(vm, new Set());
    if (!host) throw new Error(`VM ${vm.id} fits on no host at the start`);
    add(host, vm);
    host.ramLeft -= vm.ramMb;
    host.bandwidthLeft -= 1e5;
    vm.host = host;
    vm.created = true;
    vm.request = 0; // its work starts at 0.1 s; what it was given stays booked in the host
  }
  for (let tick = startSeconds + intervalSeconds; tick < dayEndSeconds; tick += intervalSeconds) {
    fullUpdate(tick);
    lastTick = tick;
    if (!consolidates) continue;
    const moves = round();
    for (const { vm, host } of moves) {
      vm.migrating = true;
      host.incoming.add(vm);
      host.vms.push(vm);
      update(host, tick);
      if (vm.host) update(vm.host, tick);
      migrations++;
    }
    const due = moves.map((move) => ({ ...move, at: tick + move.vm.ramMb / migrationMbPerSecond }));
    for (const at of [...new Set(due.map((d) => d.at))].sort((a, b) => a - b)) {
      if (at >= dayEndSeconds) break;
      fullUpdate(at);
      for (const { vm, host } of due.filter((d) => d.at === at)) {
        if (vm.host) vm.host.vms.splice(vm.host.vms.indexOf(vm), 1);
        host.vms.splice(host.vms.indexOf(vm), 1);
        host.incoming.delete(vm);
        host.vms.push(vm);
        vm.host = host;
        vm.migrating = false;
      }
      fullUpdate(at);
    }
  }

  // Metrics from the time lines.
  let active = 0,
    violating = 0;
  const beforeShutdown: number[] = [];
  for (const host of hosts) {
    let previous: HostEntry | null = null;
    let wasActive = true;
    let since = 0;
    for (const entry of host.entries) {
      if (previous?.active) {
        active += entry.t - previous.t;
        if (previous.short) violating += entry.t - previous.t;
      }
      if (wasActive && !entry.active) beforeShutdown.push(entry.t - since);
      if (!wasActive && entry.active) since = entry.t;
      wasActive = entry.active;
      previous = entry;
    }
  }
  let requested = 0,
    allocated = 0,
    shortInMigration = 0;
  const shorts: number[] = [];
  const durations: number[] = [];
  for (const vm of vms) {
    let previous: VmEntry | null = null;
    let since = 0;
    for (const entry of vm.entries) {
      if (previous) {
        const dt = entry.t - previous.t;
        requested += previous.requested * dt;
        allocated += previous.allocated * dt;
        if (previous.allocated < previous.requested) {
          shorts.push((previous.requested - previous.allocated) / previous.requested);
          if (previous.flag) shortInMigration += (previous.requested - previous.allocated) * dt;
        }
      }
      if (previous?.flag && !entry.flag) durations.push(entry.t - since);
      if (!previous?.flag && entry.flag) since = entry.t;
      previous = entry;
    }
  }
  const mean = (values: number[]): number => sum(values) / values.length;
  const deviation = (values: number[]): number => {
    const centre = mean(values);
    return Math.sqrt(sum(values.map((v) => (v - centre) ** 2)) / (values.length - 1));
  };
  if (detector === "npa") joules = sum(hosts.map((host) => host.table[10])) * lastTick;
  const slatah = violating / active;
  const pdm = shortInMigration / requested;
  return {
    detector,
    parameter,
    selection: consolidates ? options.selection : "none",
    keepIdle,
    hosts: options.hosts,
    vms: day.count,
    destroyedVms: destroyed,
    meanHostsActive: active / dayEndSeconds,
    energyKwh: joules / 3.6e6,
    migrations,
    shutdowns: beforeShutdown.length,
    slatahPercent: 100 * slatah,
    pdmPercent: 100 * pdm,
    slaPercent: 100 * slatah * pdm,
    overallSlaPercent: (100 * (requested - allocated)) / requested,
    averageSlaPercent: shorts.length > 0 ? 100 * mean(shorts) : 0,
    meanTimeBeforeShutdownSeconds: mean(beforeShutdown),
    stdevTimeBeforeShutdownSeconds: deviation(beforeShutdown),
    meanMigrationSeconds: mean(durations),
    stdevMigrationSeconds: deviation(durations),
  };
}

/** R squared of one VM's history on the others', by Householder QR as Commons Math does it; null where R is singular. */
function rSquared(histories: number[][], target: number): number | null {
  const y = [...histories[target]];
  const m = y.length;
  const columns = [new Array<number>(m).fill(1), ...histories.filter((_, i) => i !== target)];
  const q = columns.map((c) => [...c]);
  const n = q.length;
  const diagonal: number[] = [];
  for (let k = 0; k < n; k++) {
    let norm = 0;
    for (let r = k; r < m; r++) norm += q[k][r] * q[k][r];
    const a = q[k][k] > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    diagonal.push(a);
    if (a === 0) continue;
    q[k][k] -= a;
    for (let c = k + 1; c < n; c++) {
      let alpha = 0;
      for (let r = k; r < m; r++) alpha -= q[c][r] * q[k][r];
      alpha /= a * q[k][k];
      for (let r = k; r < m; r++) q[c][r] -= alpha * q[k][r];
    }
  }
  if (diagonal.some((d) => d === 0)) return null;
  const z = [...y];
  for (let k = 0; k < n; k++) {
    let dot = 0;
    for (let r = k; r < m; r++) dot += z[r] * q[k][r];
    dot /= diagonal[k] * q[k][k];
    for (let r = k; r < m; r++) z[r] += dot * q[k][r];
  }
  const beta = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    z[k] /= diagonal[k];
    beta[k] = z[k];
    for (let i = 0; i < k; i++) z[i] -= z[k] * q[k][i];
  }
  let rss = 0;
  for (let r = 0; r < m; r++) {
    let fitted = 0;
    for (let c = 0; c < n; c++) fitted += columns[c][r] * beta[c];
    rss += (y[r] - fitted) * (y[r] - fitted);
  }
  let mean = 0,
    tss = 0;
  y.forEach((value, i) => {
    const dev = value - mean;
    mean += dev / (i + 1);
    tss += i * dev * (dev / (i + 1));
  });
  return 1 - rss / tss;
}
