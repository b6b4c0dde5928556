/**
 * VM monitoring: guests that fall silent are reset.
 *
 * A crashed guest sends no heartbeats; after `silence` it is reset, at most `resets` times within `window`. Beyond that, and
 * where nobody monitors, it stays down until somebody repairs it (the repair time of its failure model).
 * Source: VMware vSphere Availability: 30 s, 60 s and 120 s of silence by sensitivity, three resets in an hour, a day or a week.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Datacenter } from "../datacenter.ts";
import { PHASE } from "../phases.ts";
import * as V from "../vms.ts";
import type { HaSpec } from "./spec.ts";

export function monitorVms(kernel: Kernel, dc: Datacenter, spec: NonNullable<HaSpec["monitoring"]>, isWatched: (h: number) => boolean, kind: number): void {
  /** When each VM was last reset, within the window. */
  const resets = new Map<number, number[]>();
  const { vms, failing } = dc;
  failing.onCrash.push((v) => {
    if (isWatched(vms.host[v])) kernel.schedule(kernel.now + spec.silenceSeconds, PHASE.failure, kind, v, vms.host[v]);
  });
  kernel.on(kind, (v, h) => {
    // Back already, or gone with its host.
    if (vms.state[v] !== V.DOWN || vms.host[v] !== h) return;
    const outage = failing.book.open(v);
    if (outage !== undefined && kernel.now - outage.startSeconds < spec.silenceSeconds) return;
    if (outage !== undefined && !(outage.detectedSeconds >= 0)) outage.detectedSeconds = kernel.now;
    const recent = (resets.get(v) ?? []).filter((t) => t > kernel.now - spec.windowSeconds);
    resets.set(v, recent);
    if (recent.length >= spec.resets) return;
    recent.push(kernel.now);
    failing.restartVm(v, "reset by VM monitoring");
  });
}
