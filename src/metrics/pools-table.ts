/** Resource pools: what their VMs asked for, got and waited for, those of pools inside them included. */
import type { Datacenter } from "../model/datacenter.ts";
import type { Pools } from "../model/pools.ts";
import * as V from "../model/vms.ts";
import type { Table } from "../results/table.ts";
import { number, table, text } from "./columns.ts";

export function poolsTable(dc: Datacenter, pools: Pools): Table {
  const n = pools.names.length;
  const zeros = (): Float64Array => new Float64Array(n);
  const [members, demanded, delivered, waited, vcpuSeconds] = [zeros(), zeros(), zeros(), zeros(), zeros()];
  const { vms } = dc;
  for (let v = 0; v < vms.count; v++) {
    const done = vms.row[v * V.VM_ROW + V.DONE_CORE_S];
    for (let p = pools.poolOf(v); p >= 0; p = pools.parentOf(p)) {
      members[p]++;
      demanded[p] += done + vms.shortCoreS[v];
      delivered[p] += done;
      waited[p] += vms.waitCoreS[v];
      vcpuSeconds[p] += V.vcpuSeconds(vms, v);
    }
  }
  return table("pools", "One row a resource pool; VMs of the pools inside it count too.", n, [
    text("pool", "Name", n, (p) => pools.names[p]),
    text("parent", "Pool it is in; empty at the top", n, (p) => pools.spec(p).parent ?? ""),
    number("shares", "", "Weight against its siblings, in vCPUs at normal shares", n, (p) => pools.spec(p).shares),
    number("reservation_ghz", "GHz", "CPU its VMs are sure of together", n, (p) => pools.spec(p).reservationMHz / 1000),
    number("limit_ghz", "GHz", "CPU they never exceed together; empty where there is no limit", n, (p) => (pools.spec(p).limitMHz ?? Number.NaN) / 1000),
    number("vms", "VMs", "VMs in it", n, (p) => members[p]),
    number("demanded_core_s", "core-seconds", "Guest work asked for", n, (p) => demanded[p]),
    number("delivered_core_s", "core-seconds", "Guest work done", n, (p) => delivered[p]),
    number("ready_core_s", "core-seconds", "CPU waited for, what a limit kept back included", n, (p) => waited[p]),
    number("ready_pct", "%", "CPU waited for / vCPU time running", n, (p) => (vcpuSeconds[p] > 0 ? (100 * waited[p]) / vcpuSeconds[p] : 0)),
  ]);
}
