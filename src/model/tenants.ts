/** VMs of all tenants, group by group, in the columns the model works on. */
import type { Population } from "./demand.ts";
import type { WorkKinds } from "./kinds.ts";
import type { ServiceSpec } from "./services.ts";
import type { VmClass } from "./spec.ts";
import * as V from "./vms.ts";
import type { TaskColumns } from "./work.ts";

/** VMs of one class. */
export interface Tenants {
  readonly vmClass: VmClass;
  readonly population: Population;
  /** The load its VMs carry together, if that is how they get theirs. */
  readonly service?: { readonly seconds: Float64Array; readonly mhz: Float64Array; readonly warmUpSeconds: number };
}

/** Whether the VMs have disks, or any I/O that their group or its load speaks of. */
export function haveIo({ vmClass: { io, disks = [] }, population: { demand } }: Tenants): boolean {
  if (disks.length > 0 || io.iops > 0 || io.gbitPerSecond > 0 || (io.diskMiBPerSecond ?? 0) > 0) return true;
  return demand.kind !== "tasks" && (demand.iops ?? demand.diskMiBPerSecond ?? demand.gbitPerSecond) !== undefined;
}

/** The services among the tenants, with their members' numbers. */
export function servicesOf(tenants: readonly Tenants[]): ServiceSpec[] {
  const services: ServiceSpec[] = [];
  let first = 0;
  for (const { vmClass, population, service } of tenants) {
    if (service) services.push({ group: vmClass.name, first, count: population.count, ...service });
    first += population.count;
  }
  return services;
}

/** VMs of all tenants in columns; `kinds` learns their kinds of work. */
export function createTenants(tenants: readonly Tenants[], kinds: WorkKinds): V.Vms {
  const count = tenants.reduce((n, t) => n + t.population.count, 0);
  const names = tenants.flatMap((t) => t.population.names);
  const owners = tenants.flatMap((t) => t.population.owners ?? new Array<string>(t.population.count).fill(t.vmClass.owner));
  const vms = V.createVms(
    count,
    tenants.map((t) => t.vmClass),
    names,
    owners,
  );
  let first = 0;
  for (const [k, { vmClass, population }] of tenants.entries()) {
    const end = first + population.count;
    vms.classOf.fill(k, first, end);
    if (vmClass.cpus === "dedicated") vms.ownsCores.fill(1, first, end);
    vms.vcpus.set(population.vcpus, first);
    vms.threads.set(population.vcpus, first);
    vms.memoryMiB.set(population.memoryMiB, first);
    vms.requestedAt.set(population.arrivalSeconds, first);
    vms.lifetime.set(population.lifetimeSeconds, first);
    // VMs of a group are mostly of a size: asked anew only when it changes.
    for (let v = first; v < end; v++) {
      const alike = v > first && vms.vcpus[v] === vms.vcpus[v - 1] && vms.memoryMiB[v] === vms.memoryMiB[v - 1];
      vms.mix[v] = alike ? vms.mix[v - 1] : kinds.of(vmClass.mix, vms.vcpus[v], vms.memoryMiB[v]);
    }
    first = end;
  }
  return vms;
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
