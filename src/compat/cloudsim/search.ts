/**
 * The search for a VM's target: the host whose power rises least, the lowest number among equals, that isn't overloaded afterwards.
 *
 * The rise is compared with the power recorded at the last update, as CloudSim does. Hosts are visited in number order. A bound from the
 * tables of power-curve.ts rules most of them out at the price of one multiplication; the others are evaluated in CloudSim's
 * order of operations, and the overload test, which costs most, is asked last, only of a host that would be the best so far.
 */

import { type Fleet, hasRam } from "./fleet.ts";
import { hostKinds } from "./machines.ts";
import type { Overload } from "./overload.ts";
import { isOverloadedWith } from "./overload.ts";
import { curve, curveStep, curveStride, leastSlope, loadClass, slopeRow, tenths, wattsAt } from "./power-curve.ts";
import { beginRoom, exactLeft, nearMips, noteAsk, Room, tryOnFull } from "./room.ts";

const coreMips = Float64Array.from(hostKinds, (kind) => kind.coreMips);
const totalMips = Float64Array.from(hostKinds, (kind) => kind.totalMips);
/** Watts by which a bound may be off through rounding; differences that decide are never nearer than this to a bound. */
const boundMargin = 1e-7;

export class Search {
  /** Hosts that may take VMs, ascending. */
  readonly hosts: Int32Array;
  count: number;
  /** Load class of each host, with the placements of this round. */
  readonly loadClass: Uint8Array;
  /** Watts by which placements of this round have already raised the host above its recorded power, less the margin. */
  readonly raised: Float64Array;
  /** 1 for hosts that take nothing in this round. */
  readonly closed: Uint8Array;
  /** Lowest host of each kind that may be off and empty; off hosts are open to VMs from overloaded hosts only. */
  readonly idle: Int32Array;
  readonly room: Room;
  /** Power that a rise is reckoned from: as recorded at the last update, or with the round's placements (`fresh`). */
  readonly basis: Float64Array;
  readonly fresh: boolean;

  constructor(fleet: Fleet, fresh: boolean) {
    this.fresh = fresh;
    this.basis = fresh ? new Float64Array(fleet.hosts) : fleet.power;
    const { hosts } = fleet;
    this.hosts = new Int32Array(hosts);
    this.count = 0;
    this.loadClass = new Uint8Array(hosts);
    this.raised = new Float64Array(hosts);
    this.closed = new Uint8Array(hosts);
    this.idle = new Int32Array(2);
    this.room = new Room(fleet);
  }
}

/** A new round: hosts that are on are open, except those marked closed; off hosts are open too until `closeOff`. */
export function beginSearch(fleet: Fleet, search: Search): void {
  const { load, left } = fleet;
  const { closed, hosts, room } = search;
  beginRoom(room);
  if (search.fresh) search.basis.set(fleet.power);
  let count = 0;
  for (let h = 0; h < fleet.hosts; h++) {
    if (load[h] === 0 || closed[h] !== 0) continue;
    hosts[count++] = h;
    search.loadClass[h] = loadClass(h & 1, load[h]);
    search.raised[h] = -boundMargin;
    if (left[h] < nearMips) room.full.push(h);
  }
  search.count = count;
  search.idle[0] = 0;
  search.idle[1] = 1;
}

/** Hosts that are off, and those that were woken in this round, take no more. */
export function closeOff(fleet: Fleet, search: Search): void {
  const { hosts } = search;
  let count = 0;
  for (let i = 0; i < search.count; i++) {
    if (fleet.load[hosts[i]] === 0) search.closed[hosts[i]] = 1;
    else hosts[count++] = hosts[i];
  }
  search.count = count;
}

/** Opens a host that was off to further VMs. */
export function openHost(search: Search, host: number): void {
  const at = position(search, host);
  search.hosts.copyWithin(at + 1, at, search.count);
  search.hosts[at] = host;
  search.count++;
}

/** The host takes no more in this round. */
export function closeHost(search: Search, host: number): void {
  const at = position(search, host);
  search.hosts.copyWithin(at, at + 1, search.count);
  search.count--;
  search.closed[host] = 1;
}

/** Index of the first open host of that number or above. */
function position(search: Search, host: number): number {
  let low = 0;
  let high = search.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (search.hosts[middle] < host) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What the host gives has changed: sets its class and how far it is above its recorded power. */
export function refreshHost(fleet: Fleet, search: Search, host: number): void {
  const kind = host & 1;
  const load = Math.min(1, fleet.given[host] / totalMips[kind]);
  search.loadClass[host] = loadClass(kind, load);
  const watts = wattsAt(kind, load);
  if (search.fresh) search.basis[host] = watts;
  search.raised[host] = watts - search.basis[host] - boundMargin;
}

/** The target for a VM among the open hosts, or -1 when it fits on none. */
export function findTarget(fleet: Fleet, overload: Overload, search: Search, vm: number): number {
  const request = fleet.request[vm];
  noteAsk(search.room, request);
  if (request === 0) tryOnFullHosts(fleet, search);
  const { given, left, countsMemory } = fleet;
  const { hosts, count, raised, basis } = search;
  const classOf = search.loadClass;
  const row = slopeRow(request);
  let least = Number.POSITIVE_INFINITY;
  let best = -1;
  for (let i = 0; i < count; i++) {
    const h = hosts[i];
    if (request * leastSlope[row + classOf[h]] + raised[h] >= least) continue;
    if (left[h] < request - nearMips) continue;
    if (countsMemory && !hasRam(fleet, h, vm)) continue;
    const kind = h & 1;
    if (coreMips[kind] < request) continue;
    const load = (given[h] + request) / totalMips[kind];
    if (load > 1) continue;
    const tenth = load * 10;
    const below = tenth | 0;
    const at = kind * curveStride + below;
    const watts = curve[at] + (tenth === below ? 0 : curveStep[at] * (load - tenths[below]) * 100) - basis[h];
    if (watts >= least || !accepts(fleet, overload, search.room, h, vm)) continue;
    least = watts;
    best = h;
  }
  return best;
}

/** Does the VM really fit on the host, and leave it not overloaded? Asked of hosts where it fits but for rounding. */
function accepts(fleet: Fleet, overload: Overload, room: Room, host: number, vm: number): boolean {
  const request = fleet.request[vm];
  if (fleet.left[host] - request < nearMips && exactLeft(fleet, room, host) < request) return false;
  return !isOverloadedWith(fleet, overload, host, vm);
}

/**
 * The target for a VM from an overloaded host: the one found or, if its rise is less (or equal and its number lower), the first off
 * host of a kind. Nobody asks those about overload.
 */
export function orIdleHost(fleet: Fleet, search: Search, vm: number, found: number): number {
  const { given, load, request } = fleet;
  const { idle, closed } = search;
  let least = found < 0 ? Number.POSITIVE_INFINITY : rise(fleet, search, found, request[vm]);
  let best = found;
  for (let kind = 0; kind < 2; kind++) {
    let h = idle[kind];
    while (h < fleet.hosts && (load[h] !== 0 || given[h] !== 0 || closed[h] !== 0)) h += 2;
    idle[kind] = h;
    // Off hosts are without load, not always without VMs.
    while (h < fleet.hosts && (load[h] !== 0 || given[h] !== 0 || closed[h] !== 0 || !hasRam(fleet, h, vm))) h += 2;
    if (h >= fleet.hosts || coreMips[kind] < request[vm]) continue;
    const watts = rise(fleet, search, h, request[vm]);
    if (watts < least || (watts === least && h < best)) {
      least = watts;
      best = h;
    }
  }
  return best;
}

/** Watts by which the request would raise the host above its recorded power. */
function rise(fleet: Fleet, search: Search, host: number, request: number): number {
  return wattsAt(host & 1, (fleet.given[host] + request) / totalMips[host & 1]) - search.basis[host];
}

function tryOnFullHosts(fleet: Fleet, search: Search): void {
  for (const host of search.room.full) if (search.closed[host] === 0 && tryOnFull(fleet, search.room, host)) refreshHost(fleet, search, host);
}
