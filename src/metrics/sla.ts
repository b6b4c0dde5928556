/**
 * The service-level figures of the consolidation literature, from the engine's exact integrals.
 *
 *   SLATAH = mean over hosts of  T_short / T_on           hosts that were on and ran a VM
 *   PDM    = VM time lost to migrations / VM time         in VM-seconds
 *   SLAV   = SLATAH x PDM                                 as shares, not percent
 *   ESV    = IT energy in kWh x SLAV
 *
 * T_short: seconds on in which some VM got less CPU than it could use. Lost to migrations: VM-seconds stopped for the
 * switch (or for a cold move), and of VM-seconds running the share of wanted speed that copying and throttling took.
 * VM time: VM-seconds running or stopped for a migration.
 *
 * Source: A. Beloglazov, R. Buyya, Concurrency and Computation: Practice and Experience 24(13), 2012, pp. 1397-1420,
 * section 5.2. There PDM is the unweighted mean over VMs of CPU lost / CPU asked for; here each VM counts by the time it
 * lived, and a lost second counts the same whatever the VM wanted to do in it. docs/metrics.md compares with CloudSim.
 * Proved by test/metrics/sla.test.ts.
 */
import type { Datacenter } from "../model/datacenter.ts";
import * as H from "../model/hosts.ts";
import { EVENTS } from "../model/log.ts";
import { MOVING, RUNNING_VM, SLOW_MIGRATION } from "../model/vms.ts";

export interface ServiceLevels {
  /** Shares 0..1; SLATAH is NaN when no host ever ran a VM. */
  readonly slatah: number;
  readonly pdm: number;
  readonly slav: number;
  readonly esvKwh: number;
}

/** Share of host `h`'s time on in which it was short of CPU; NaN when it was never on. Everything must be settled. */
export function shortShare(dc: Datacenter, h: number): number {
  const { row } = dc.hosts;
  return row[h * H.HOST_ROW + H.SHORT_S] / row[h * H.HOST_ROW + H.ON_S];
}

/** The four figures after a run. */
export function serviceLevels(dc: Datacenter, itKwh: number): ServiceLevels {
  const { hosts, stateSeconds } = dc;
  let hostsUsed = 0;
  let shares = 0;
  let lost = stateSeconds[MOVING];
  for (let h = 0; h < hosts.count; h++) {
    const o = h * H.HOST_ROW;
    lost += hosts.row[o + H.SLOW_VM_S + SLOW_MIGRATION];
    if (!(hosts.row[o + H.RUNNING_VM_S] > 0)) continue;
    hostsUsed++;
    shares += shortShare(dc, h);
  }
  const slatah = hostsUsed > 0 ? shares / hostsUsed : Number.NaN;
  const vmSeconds = stateSeconds[RUNNING_VM] + stateSeconds[MOVING];
  const pdm = lost > 0 ? lost / vmSeconds : 0;
  const slav = slatah * pdm;
  return { slatah, pdm, slav, esvKwh: itKwh * slav };
}

export interface PowerSwitching {
  /** Times a policy switched a host on or woke it. */
  readonly powerCycles: number;
  /** Times a policy shut a host down or put it to sleep. */
  readonly shutdowns: number;
  /** Time on of all hosts / shutdowns, s; NaN without any. */
  readonly secondsBetweenShutdowns: number;
}

/** How often hosts were switched. Hosts that the scenario switches by force (an outage) do not count. */
export function powerSwitching(dc: Datacenter): PowerSwitching {
  const { hosts, log } = dc;
  const orderly = [EVENTS.indexOf("host shutting down"), EVENTS.indexOf("host asleep")];
  let shutdowns = 0;
  for (let i = 0; i < log.count; i++) if (orderly.includes(log.event[i])) shutdowns++;
  let powerCycles = 0;
  let onSeconds = 0;
  for (let h = 0; h < hosts.count; h++) {
    powerCycles += hosts.powerCycles[h];
    onSeconds += hosts.row[h * H.HOST_ROW + H.ON_S];
  }
  return { powerCycles, shutdowns, secondsBetweenShutdowns: shutdowns > 0 ? onSeconds / shutdowns : Number.NaN };
}
