/**
 * The ledgers: where every core-second, joule and VM-second went. Each must balance to 1e-9 of its total, or the run fails.
 *
 *   CPU     cores x seconds of all hosts           = guest work + overheads by cause + idle + off + failed
 *   energy  what came in (hosts' power x time x PUE) = idle + guest work + overheads + off + cooling
 *   VM      seconds from request to end of all VMs = full speed + slowed by cause + every state in which a VM waits
 *
 * The left sides are kept apart from the right ones: host-time by the clock, energy by the power curve, VM-time by the life
 * cycle. Two cross-checks tie the levels together: VM-seconds running as hosts counted them and as VMs lived them; and
 * energy caused by VMs as hosts saw it and as VMs were charged.
 */
import type { Datacenter } from "../model/datacenter.ts";
import * as H from "../model/hosts.ts";
import * as V from "../model/vms.ts";

export interface Account {
  readonly name: string;
  readonly value: number;
}

/** Accounts of the VM ledger that running VMs lose time to. */
export const SLOW_ACCOUNTS: Record<(typeof V.SLOW_CAUSES)[number], string> = {
  memory: "slowed by memory",
  disk: "slowed by disk",
  network: "slowed by network",
  interference: "slowed by interference",
  "CPU wait": "waiting for CPU",
  overhead: "slowed by overhead",
  "co-stop": "co-stop",
  "I/O": "waiting for I/O",
  migration: "slowed by migration",
  "shared core": "on a shared core",
};

export interface Ledger {
  readonly name: "cpu" | "energy" | "vm" | "money" | "carbon";
  readonly unit: string;
  readonly total: number;
  readonly accounts: readonly Account[];
}

/** The largest imbalance a run may end with, as a share of the total. */
export const BALANCE_TOLERANCE = 1e-9;

/** An account that does not balance: a fault of the simulator, never of the scenario. */
export class LedgerImbalance extends Error {
  override readonly name = "LedgerImbalance";
}

/** Closes and checks all ledgers after a run of `seconds`. Throws a LedgerImbalance when one does not balance. */
export function closeLedgers(dc: Datacenter, seconds: number, energy: EnergyUse, others: readonly Ledger[] = []): Ledger[] {
  const sums = columnSums(dc);
  const ledgers = [cpuLedger(sums, seconds), energyLedger(dc, sums, energy), vmLedger(dc, sums, seconds), ...others];
  for (const ledger of ledgers) {
    const sum = ledger.accounts.reduce((s, a) => s + a.value, 0);
    expectEqual(`the ${ledger.name} ledger`, sum, ledger.total, ledger.unit);
    // A negative account is no rounding when it is larger than that. Money may come in: what is fed into the grid is paid for.
    if (ledger.name === "money") continue;
    for (const { name, value } of ledger.accounts)
      if (!(value >= -BALANCE_TOLERANCE * Math.max(1, ledger.total)))
        throw new LedgerImbalance(`${ledger.name} ledger: account "${name}" is ${value} ${ledger.unit}`);
  }
  crossCheck(dc, sums);
  return ledgers;
}

/** Sums of all columns of the hosts' rows, in one go: a row is looked at once. */
function columnSums({ hosts: { count, row } }: Datacenter): Float64Array {
  const sums = new Float64Array(H.HOST_ROW);
  for (let h = 0; h < count; h++) for (let c = 0, o = h * H.HOST_ROW; c < H.HOST_ROW; c++) sums[c] += row[o + c];
  return sums;
}

function cpuLedger(sums: Float64Array, seconds: number): Ledger {
  const accounts = H.CAUSES.map((name, cause) => ({ name, value: sums[H.coreSecondsColumn(cause)] }));
  accounts.push({ name: "idle" as (typeof H.CAUSES)[number], value: sums[H.IDLE_CORE_S] });
  return {
    name: "cpu",
    unit: "core-seconds",
    total: sums[H.CORES] * seconds,
    accounts: [...accounts, { name: "off", value: sums[H.OFF_CORE_S] }, { name: "failed", value: sums[H.FAILED_CORE_S] }],
  };
}

/** What the meters of the sites say, beside what the hosts do. */
export interface EnergyUse {
  /** What came in, J. */
  readonly total: number;
  /** What cooling and the like took. */
  readonly coolingJoules: number;
  /** Part of each host's energy that its power supply lost; absent = not told apart. */
  readonly supplyLoss?: Float64Array;
  /** Where the rest of it went. */
  readonly others?: readonly Account[];
}

function energyLedger(dc: Datacenter, sums: Float64Array, { total, coolingJoules, supplyLoss, others = [] }: EnergyUse): Ledger {
  const lost = supplyLoss?.reduce((sum, joules) => sum + joules, 0) ?? 0;
  const sum = lost > 0 && supplyLoss ? (column: number) => sumDelivered(dc, column, supplyLoss) : (column: number) => sums[column];
  const causes = H.CAUSES.map((name, cause) => ({ name, value: sum(H.joulesColumn(cause)) }));
  const failed = sumOver(dc, dc.hosts.failedJoules, supplyLoss);
  return {
    name: "energy",
    unit: "J",
    total,
    accounts: [
      { name: "idle", value: sum(H.IDLE_JOULES) },
      ...causes,
      { name: "transitions", value: sum(H.TRANSITION_JOULES) },
      { name: "off", value: sum(H.OFF_JOULES) },
      // Only where a scenario says that failed hosts draw power.
      ...(failed > 0 ? [{ name: "failed", value: failed }] : []),
      ...(lost > 0 ? [{ name: "power supply", value: lost }] : []),
      { name: "cooling", value: coolingJoules },
      ...others,
    ],
  };
}

/** The same of joules kept by host. */
function sumOver({ hosts }: Datacenter, joules: Float64Array, supplyLoss: Float64Array | undefined): number {
  let sum = 0;
  for (let h = 0; h < hosts.count; h++) {
    const all = hosts.row[h * H.HOST_ROW + H.ALL_JOULES];
    if (joules[h] > 0) sum += joules[h] * (1 - (supplyLoss?.[h] ?? 0) / all);
  }
  return sum;
}

/** A column of energy less what the power supply of each host took of it. */
function sumDelivered({ hosts }: Datacenter, column: number, supplyLoss: Float64Array): number {
  let sum = 0;
  for (let h = 0; h < hosts.count; h++) {
    const all = hosts.row[h * H.HOST_ROW + H.ALL_JOULES];
    if (all > 0) sum += hosts.row[h * H.HOST_ROW + column] * (1 - supplyLoss[h] / all);
  }
  return sum;
}

function vmLedger(dc: Datacenter, sums: Float64Array, seconds: number): Ledger {
  const { vms } = dc;
  const { seconds: stateSeconds, plannedSeconds } = dc.times;
  const planned = plannedSeconds[V.DOWN] + plannedSeconds[V.SUSPENDED];
  const running = sums[H.RUNNING_VM_S];
  const slow = V.SLOW_CAUSES.map((_, cause) => sums[H.SLOW_VM_S + cause]);
  let total = 0;
  for (let v = 0; v < vms.count; v++) {
    total += vms.earlierSeconds[v];
    const asked = vms.requestedAt[v];
    if (!(asked < seconds)) continue;
    total += (V.isOver(vms.state[v]) ? vms.endedAt[v] : seconds) - asked;
  }
  return {
    name: "vm",
    unit: "VM-seconds",
    total,
    accounts: [
      { name: "full speed", value: running - slow.reduce((a, b) => a + b, 0) },
      ...V.SLOW_CAUSES.map((cause, i) => ({ name: SLOW_ACCOUNTS[cause], value: slow[i] })),
      { name: "down (migration)", value: stateSeconds[V.MOVING] },
      { name: "down (failure)", value: stateSeconds[V.DOWN] - plannedSeconds[V.DOWN] },
      // Only where a scenario has planned work.
      ...(planned > 0 ? [{ name: "down (maintenance)", value: planned }] : []),
      { name: "suspended", value: stateSeconds[V.SUSPENDED] - plannedSeconds[V.SUSPENDED] },
      // Only where a datastore ran full.
      ...(stateSeconds[V.OUT_OF_SPACE] > 0 ? [{ name: "stopped (out of space)", value: stateSeconds[V.OUT_OF_SPACE] }] : []),
      { name: "provisioning", value: stateSeconds[V.PROVISIONING] },
      { name: "booting", value: stateSeconds[V.BOOTING] },
      { name: "queued", value: stateSeconds[V.QUEUED] },
    ],
  };
}

function crossCheck(dc: Datacenter, sums: Float64Array): void {
  const { vms, hosts } = dc;
  expectEqual("VM-seconds running as hosts counted and as VMs lived them", sums[H.RUNNING_VM_S], dc.times.seconds[V.RUNNING_VM], "VM-seconds");
  let charged = 0;
  for (let v = 0; v < vms.count; v++) charged += vms.row[v * V.VM_ROW + V.VM_JOULES];
  let caused = 0;
  for (const cause of [H.GUEST, H.TRAP, H.PAGING, H.IO_PATH, H.SCHEDULING, H.CO_STOP, H.STALLED, H.REMOTE]) caused += sums[H.joulesColumn(cause)];
  expectEqual("energy caused by VMs as hosts saw it and as VMs were charged", charged, caused, "J");
  const lost = new Float64Array(V.SLOW_CAUSES.length);
  for (let i = 0; i < vms.slowSeconds.length; ) for (let cause = 0; cause < lost.length; cause++) lost[cause] += vms.slowSeconds[i++];
  for (const [cause, name] of V.SLOW_CAUSES.entries()) {
    expectEqual(`VM-seconds lost to ${name} as hosts counted and as VMs lived them`, lost[cause], sums[H.SLOW_VM_S + cause], "VM-seconds");
  }
  for (let h = 0; h < hosts.count; h++) {
    for (let i = 0; i < hosts.vms[h]; i++) {
      const v = hosts.members[hosts.start[h] + i];
      if (vms.host[v] !== h || vms.slot[v] !== i) throw new LedgerImbalance(`VM ${vms.names[v]} is in the list of ${hosts.name(h)} but thinks it is elsewhere`);
    }
  }
}

function expectEqual(what: string, a: number, b: number, unit: string): void {
  if (Math.abs(a - b) <= BALANCE_TOLERANCE * Math.max(1, Math.abs(b))) return;
  throw new LedgerImbalance(`${what}: ${a} against ${b} ${unit}, a difference of ${a - b}`);
}
