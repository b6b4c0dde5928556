/**
 * The sums that CloudSim takes in the order of a Java HashMap.
 *
 * Rarely needed: for hosts asked for more than they have, and in a round for hosts whose free MIPS equal a request to within
 * rounding, where the order of subtraction decides whether a VM fits (see room.ts).
 */
import type { Fleet } from "./fleet.ts";
import { hostKinds } from "./machines.ts";

let nodes = new Int32Array(64);
let buckets = new Int32Array(64);

/** Nodes of the host's list in the order of its map, into `nodes`; `skipLast` leaves out the newest. Returns how many. */
function gather(fleet: Fleet, host: number, skipLast: boolean): number {
  const { vms, hash, next } = fleet;
  const mask = fleet.buckets[host] - 1;
  const count = fleet.count[host];
  if (count > nodes.length) {
    nodes = new Int32Array(count * 2);
    buckets = new Int32Array(count * 2);
  }
  const wanted = skipLast ? count - 1 : count;
  let node = fleet.first[host];
  for (let i = 0; i < wanted; i++) {
    const bucket = hash[node % vms] & mask;
    let j = i - 1;
    while (j >= 0 && buckets[j] > bucket) {
      buckets[j + 1] = buckets[j];
      nodes[j + 1] = nodes[j];
      j--;
    }
    buckets[j + 1] = bucket;
    nodes[j + 1] = node;
    node = next[node];
  }
  return wanted;
}

/** MIPS counted against the host (10 % of what moves in), summed in the order of its map. */
export function countedInMapOrder(fleet: Fleet, host: number, core: number): number {
  const { vms, request } = fleet;
  const count = gather(fleet, host, false);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const ask = request[nodes[i] % vms];
    const capped = Math.min(ask, core);
    sum += nodes[i] >= vms ? capped * 0.1 : capped;
  }
  return sum;
}

/** MIPS left when the VMs of the list (all, or all but the newest) take theirs in the order of the map; nobody is moving. */
export function leftInMapOrder(fleet: Fleet, host: number, skipLast: boolean): number {
  const { vms, request } = fleet;
  const kind = hostKinds[host & 1];
  const count = gather(fleet, host, skipLast);
  let left = kind.totalMips;
  for (let i = 0; i < count; i++) {
    const capped = Math.min(request[nodes[i] % vms], kind.coreMips);
    left = left >= capped ? left - capped : 0;
  }
  return left;
}

/**
 * Shares the host's CPU anew in the order of its map, as taking a VM off it does; nobody is moving. Sets `given` and `left`.
 * On a host that is full to within rounding, or over, this can differ from what sharing in list order gave.
 */
export function reshareInMapOrder(fleet: Fleet, host: number): void {
  const { vms, request, next } = fleet;
  const { coreMips, totalMips } = hostKinds[host & 1];
  const count = gather(fleet, host, false);
  let left = totalMips;
  let sum = 0;
  let scaled = false;
  for (let i = 0; i < count; i++) {
    const capped = Math.min(request[nodes[i] % vms], coreMips);
    sum += capped;
    if (left >= capped) left -= capped;
    else {
      scaled = true;
      left = 0;
    }
  }
  const factor = totalMips / sum;
  let given = 0;
  for (let node = fleet.first[host]; node >= 0; node = next[node]) {
    const capped = Math.min(request[node % vms], coreMips);
    given += scaled ? Math.floor(capped * factor) : capped;
  }
  fleet.given[host] = given;
  fleet.left[host] = left;
}
