/**
 * Cuts a population to what was asked for: the first VMs, a window of its time, a factor on its demand.
 */
import { type Demand, furtherOf, type PiecesDemand, type Population, type TaskDemand } from "../model/demand.ts";
import type { TraceOptions } from "./options.ts";

/** Applies `limit`, `fromSeconds`, `toSeconds` and `scale`, in this order. Without any of them returns what it was given. */
export function reshaped(population: Population, options: TraceOptions): Population {
  let result = population;
  if (options.limit !== undefined && options.limit < result.count)
    result = chosen(
      result,
      Uint32Array.from({ length: options.limit }, (_, i) => i),
    );
  if (options.fromSeconds !== undefined || options.toSeconds !== undefined)
    result = windowed(result, options.fromSeconds ?? 0, options.toSeconds ?? Number.POSITIVE_INFINITY);
  if (options.scale !== undefined && options.scale !== 1) result = scaled(result, options.scale);
  return result;
}

/** The VMs of these indices, in this order. */
export function chosen(population: Population, vms: Uint32Array): Population {
  const pick = (column: Float64Array): Float64Array => Float64Array.from(vms, (vm) => column[vm]!);
  return {
    ...population,
    count: vms.length,
    names: Array.from(vms, (vm) => population.names[vm]!),
    vcpus: pick(population.vcpus),
    memoryMiB: pick(population.memoryMiB),
    arrivalSeconds: pick(population.arrivalSeconds),
    lifetimeSeconds: pick(population.lifetimeSeconds),
    demand: chosenDemand(population.demand, population.count, vms),
    ...(population.owners === undefined ? {} : { owners: Array.from(vms, (vm) => population.owners![vm]!) }),
  };
}

function chosenDemand(demand: Demand, count: number, vms: Uint32Array): Demand {
  if (demand.kind === "grid") {
    const pick = (column: Float32Array): Float32Array => {
      const out = new Float32Array(demand.steps * vms.length);
      for (let k = 0, to = 0; k < demand.steps; k++) for (const vm of vms) out[to++] = column[k * count + vm]!;
      return out;
    };
    return { ...demand, mhz: pick(demand.mhz), ...furtherOf(demand, pick) };
  }
  const offset = new Uint32Array(vms.length + 1);
  vms.forEach((vm, i) => {
    offset[i + 1] = offset[i]! + demand.offset[vm + 1]! - demand.offset[vm]!;
  });
  const pick = (column: Float64Array): Float64Array => {
    const out = new Float64Array(offset[vms.length]!);
    vms.forEach((vm, i) => {
      out.set(column.subarray(demand.offset[vm], demand.offset[vm + 1]), offset[i]);
    });
    return out;
  };
  if (demand.kind === "pieces") return { kind: "pieces", offset, seconds: pick(demand.seconds), mhz: pick(demand.mhz), ...furtherOf(demand, pick) };
  const { workMHzSeconds, threads, weight, limitMHz, startSeconds } = demand;
  return {
    ...demand,
    offset,
    workMHzSeconds: pick(workMHzSeconds),
    threads: pick(threads),
    weight: pick(weight),
    limitMHz: pick(limitMHz),
    startSeconds: pick(startSeconds),
  };
}

/**
 * What happens in [from, to) of the population's time, with `from` as second 0. VMs that end before it or come after
 * it are left out. Of VMs that began earlier, the pieces that are past are gone; finite work is kept whole, because
 * how much of it is done by then depends on the simulation.
 */
export function windowed(population: Population, from: number, to: number): Population {
  const { arrivalSeconds, lifetimeSeconds, demand } = population;
  const inside: number[] = [];
  for (let vm = 0; vm < population.count; vm++) {
    const arrival = arrivalSeconds[vm]!;
    const end = demand.kind === "pieces" ? Math.min(arrival + lifetimeSeconds[vm]!, arrival + pieceSeconds(demand, vm)) : arrival + lifetimeSeconds[vm]!;
    if (arrival < to && (end > from || arrival >= from)) inside.push(vm);
  }
  const kept = chosen(population, Uint32Array.from(inside));
  const past = kept.arrivalSeconds.map((a) => Math.max(0, from - a));
  return {
    ...kept,
    arrivalSeconds: kept.arrivalSeconds.map((a) => Math.max(0, a - from)),
    lifetimeSeconds: kept.lifetimeSeconds.map((l, vm) => l - (demand.kind === "tasks" ? 0 : past[vm]!)),
    demand: windowedDemand(kept, past, from, to),
  };
}

const pieceSeconds = (demand: PiecesDemand, vm: number): number =>
  demand.seconds.subarray(demand.offset[vm], demand.offset[vm + 1]).reduce((sum, s) => sum + s, 0);

function windowedDemand(kept: Population, past: Float64Array, from: number, to: number): Demand {
  const { demand, count } = kept;
  if (demand.kind === "tasks") return demand;
  if (demand.kind === "grid") {
    const { firstSeconds, stepSeconds, steps } = demand;
    const first = Math.max(0, Math.floor((from - firstSeconds) / stepSeconds));
    const end = Math.max(first, Math.min(steps, Math.ceil((to - firstSeconds) / stepSeconds)));
    const cut = (column: Float32Array): Float32Array => column.slice(first * count, end * count);
    return { ...demand, firstSeconds: firstSeconds + first * stepSeconds - from, steps: end - first, mhz: cut(demand.mhz), ...furtherOf(demand, cut) };
  }
  const offset = new Uint32Array(count + 1);
  const seconds: number[] = [];
  const piece: number[] = [];
  for (let vm = 0; vm < count; vm++) {
    let skip = past[vm]!;
    let room = to - Math.max(from, kept.arrivalSeconds[vm]!);
    for (let i = demand.offset[vm]!; i < demand.offset[vm + 1]! && room > 0; i++) {
      const length = Math.min(room, demand.seconds[i]! - Math.min(skip, demand.seconds[i]!));
      skip = Math.max(0, skip - demand.seconds[i]!);
      if (length <= 0) continue;
      seconds.push(length);
      piece.push(i);
      room -= length;
    }
    offset[vm + 1] = seconds.length;
  }
  const pick = (column: Float64Array): Float64Array => Float64Array.from(piece, (i) => column[i]!);
  return { kind: "pieces", offset, seconds: Float64Array.from(seconds), mhz: pick(demand.mhz), ...furtherOf(demand, pick) };
}

/** All CPU demand times `factor`; finite work grows with it. */
export function scaled(population: Population, factor: number): Population {
  const { demand } = population;
  if (demand.kind !== "tasks") return { ...population, demand: { ...demand, mhz: demand.mhz.map((m) => m * factor) } as Demand };
  const more: TaskDemand = { ...demand, workMHzSeconds: demand.workMHzSeconds.map((w) => w * factor), limitMHz: demand.limitMHz.map((l) => l * factor) };
  return { ...population, demand: more };
}
