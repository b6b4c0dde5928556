/** VMs of all tenants, group by group, in the columns the model works on. */
import type { Population } from "./demand.ts";
import type { VmClass, WorkMix } from "./spec.ts";
import * as V from "./vms.ts";
import type { TaskColumns } from "./work.ts";

/** VMs of one class. */
export interface Tenants {
  readonly vmClass: VmClass;
  readonly population: Population;
}

/** VMs of all tenants in columns, and the distinct mixes of work. */
export function createTenants(tenants: readonly Tenants[]): { vms: V.Vms; mixes: WorkMix[] } {
  const count = tenants.reduce((n, t) => n + t.population.count, 0);
  const names = tenants.flatMap((t) => t.population.names);
  const owners = tenants.flatMap((t) => t.population.owners ?? new Array<string>(t.population.count).fill(t.vmClass.owner));
  const vms = V.createVms(
    count,
    tenants.map((t) => t.vmClass),
    names,
    owners,
  );
  const mixes: WorkMix[] = [];
  let first = 0;
  for (const [k, { vmClass, population }] of tenants.entries()) {
    const { mix } = vmClass;
    let number = mixes.findIndex((m) => m.cpu === mix.cpu && m.memory === mix.memory && m.oltp === mix.oltp);
    if (number < 0) number = mixes.push(mix) - 1;
    const end = first + population.count;
    vms.classOf.fill(k, first, end);
    vms.mix.fill(number, first, end);
    vms.vcpus.set(population.vcpus, first);
    vms.threads.set(population.vcpus, first);
    vms.memoryMiB.set(population.memoryMiB, first);
    vms.requestedAt.set(population.arrivalSeconds, first);
    vms.lifetime.set(population.lifetimeSeconds, first);
    first = end;
  }
  return { vms, mixes };
}

/** Tasks of all tenants with finite work, one after the other; pieces become tasks with a limit. */
export function collectTasks(tenants: readonly Tenants[]): TaskColumns {
  const parts: TaskColumns[] = [];
  for (const { vmClass, population } of tenants) {
    const { demand } = population;
    if (demand.kind === "tasks") parts.push(demand);
    else if (demand.kind === "pieces" && vmClass.progress === "work") {
      const threads = new Float64Array(demand.mhz.length);
      for (let i = 0; i < population.count; i++) threads.fill(population.vcpus[i], demand.offset[i], demand.offset[i + 1]);
      parts.push({
        workMHzSeconds: demand.mhz.map((mhz, j) => (mhz > 0 ? mhz * demand.seconds[j] : 0)),
        threads,
        weight: new Float64Array(demand.mhz.length).fill(1),
        limitMHz: demand.mhz,
        startSeconds: demand.seconds,
      });
    }
  }
  if (parts.length === 1) return parts[0];
  const join = (get: (part: TaskColumns) => Float64Array): Float64Array => {
    const all = new Float64Array(parts.reduce((n, part) => n + get(part).length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(get(part), at);
      at += get(part).length;
    }
    return all;
  };
  return {
    workMHzSeconds: join((p) => p.workMHzSeconds),
    threads: join((p) => p.threads),
    weight: join((p) => p.weight),
    limitMHz: join((p) => p.limitMHz),
    startSeconds: join((p) => p.startSeconds),
  };
}
