/**
 * The service-level figures of the consolidation literature, from the engine's exact integrals.
 *
 *   SLATAH = mean over hosts of  T_short / T_on           hosts that were on and ran a VM
 *   PDM    = CPU lost to migrations / CPU asked for   all VMs together
 *   SLAV   = SLATAH x PDM                             as shares, not percent
 *   ESV    = IT energy in kWh x SLAV
 *
 * T_short: seconds on in which some VM got less CPU than it could use. Lost to migrations: guest work that copying and
 * throttling took from VMs, and what they would have asked for while they stood still for the switch (or a cold move), at the
 * rate at which they asked when they stopped. Asked for: all guest work asked for, that included. In core-seconds of the hosts
 * the VMs were on.
 *
 * Source: A. Beloglazov, R. Buyya, Concurrency and Computation: Practice and Experience 24(13), 2012, pp. 1397-1420,
 * section 5.2. The paper writes PDM as the mean over VMs of lost / asked, each VM counting once (`pdmVmMean`); its program,
 * CloudSim, and so the figures in print, divide the sums. docs/metrics.md compares.
 * Proved by test/metrics/sla.test.ts.
 */
import type { Datacenter } from "../model/datacenter.ts";
import * as H from "../model/hosts.ts";
import { EVENTS } from "../model/log.ts";
import * as V from "../model/vms.ts";

export interface ServiceLevels {
  /** Shares 0..1; SLATAH is NaN when no host ever ran a VM. */
  readonly slatah: number;
  readonly pdm: number;
  /** Mean over VMs that asked for CPU of the same share. */
  readonly pdmVmMean: number;
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
  const { hosts, vms } = dc;
  let hostsUsed = 0;
  let shares = 0;
  for (let h = 0; h < hosts.count; h++) {
    if (!(hosts.row[h * H.HOST_ROW + H.RUNNING_VM_S] > 0)) continue;
    hostsUsed++;
    shares += shortShare(dc, h);
  }
  let lost = 0;
  let asked = 0;
  let vmsAsking = 0;
  let vmShares = 0;
  for (let v = 0; v < vms.count; v++) {
    const lostHere = vms.copyShortCoreS[v] + vms.stoppedCoreS[v];
    const askedHere = vms.row[v * V.VM_ROW + V.DONE_CORE_S] + vms.shortCoreS[v] + vms.stoppedCoreS[v];
    if (!(askedHere > 0)) continue;
    lost += lostHere;
    asked += askedHere;
    vmsAsking++;
    vmShares += lostHere / askedHere;
  }
  const slatah = hostsUsed > 0 ? shares / hostsUsed : Number.NaN;
  const pdm = lost > 0 ? lost / asked : 0;
  const slav = slatah * pdm;
  return { slatah, pdm, pdmVmMean: lost > 0 ? vmShares / vmsAsking : 0, slav, esvKwh: itKwh * slav };
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
