/**
 * Does a VM really fit? The free MIPS of a host to the last bit, where the last bit decides.
 *
 * In each search CloudSim puts the VM on every host that suits it, asks, and takes it off again; taking it off shares the CPU
 * anew in the order of a hash map. So after the first such trial of a round the free MIPS are a sum in that order, and the map may
 * have grown. Nothing of this is done here until a request equals the free MIPS to within rounding; then the log of the
 * round's requests tells which trials there have been.
 */
import type { Fleet } from "./fleet.ts";
import { bucketsFor } from "./java-hash.ts";
import { hostKinds } from "./machines.ts";
import { leftInMapOrder, reshareInMapOrder } from "./map-order.ts";

/** Free MIPS this close to a request, or to nothing, are worked out exactly. */
export const nearMips = 1e-6;

/** How a host's free MIPS came about in this round. */
const asShared = 0;
const asPlaced = 1;
const asPlacedOnEmpty = 2;
const asMapped = 3;

export class Room {
  /** Requests of the searches of this round, in order. */
  asks: Float64Array;
  askCount: number;
  readonly how: Uint8Array;
  /** First search after the host's list last changed. */
  readonly since: Int32Array;
  /** Hosts that are full to within rounding or over: a trial of a VM without demand changes what they give. */
  readonly full: number[];

  constructor(fleet: Fleet) {
    this.asks = new Float64Array(1024);
    this.askCount = 0;
    this.how = new Uint8Array(fleet.hosts);
    this.since = new Int32Array(fleet.hosts);
    this.full = [];
  }
}

export function beginRoom(room: Room): void {
  room.askCount = 0;
  room.how.fill(asShared);
  room.since.fill(0);
  room.full.length = 0;
}

/** A search begins. */
export function noteAsk(room: Room, request: number): void {
  if (room.askCount === room.asks.length) {
    const larger = new Float64Array(room.asks.length * 2);
    larger.set(room.asks);
    room.asks = larger;
  }
  room.asks[room.askCount++] = request;
}

/** The newest search placed its VM on the host. */
export function notePlaced(room: Room, host: number, wasEmpty: boolean): void {
  room.how[host] = wasEmpty ? asPlacedOnEmpty : asPlaced;
  room.since[host] = room.askCount;
}

/** A placement on the host was undone. */
export function noteUndone(fleet: Fleet, room: Room, host: number): void {
  room.how[host] = asMapped;
  room.since[host] = room.askCount;
  if (fleet.left[host] < nearMips) reshareInMapOrder(fleet, host);
}

/** Free MIPS to the last bit, before the newest search has tried the host. */
export function exactLeft(fleet: Fleet, room: Room, host: number): number {
  const left = leftAtChange(fleet, room, host);
  if (!wasTried(room, host, left, room.askCount - 1)) return left;
  growForTrial(fleet, host);
  return leftInMapOrder(fleet, host, false);
}

/** A trial fills the map with one VM more, and the map never shrinks: notes that for a host whose map is at its limit. */
export function settleGrowth(fleet: Fleet, room: Room, host: number): void {
  if (4 * fleet.count[host] !== 3 * fleet.buckets[host] || fleet.given[host] === 0) return;
  if (wasTried(room, host, leftAtChange(fleet, room, host), room.askCount)) growForTrial(fleet, host);
}

/** A VM without demand suits every host: full ones share anew when it is tried on them. Returns whether the host's figures may have changed. */
export function tryOnFull(fleet: Fleet, room: Room, host: number): boolean {
  const grows = 4 * fleet.count[host] >= 3 * fleet.buckets[host];
  if (!grows && room.how[host] === asMapped) return false;
  growForTrial(fleet, host);
  reshareInMapOrder(fleet, host);
  room.how[host] = asMapped;
  return true;
}

function growForTrial(fleet: Fleet, host: number): void {
  fleet.buckets[host] = bucketsFor(fleet.count[host] + 1, fleet.buckets[host]);
}

/** Free MIPS right after the host's list last changed. */
function leftAtChange(fleet: Fleet, room: Room, host: number): number {
  switch (room.how[host]) {
    case asPlaced:
      return leftInMapOrder(fleet, host, true) - fleet.request[fleet.last[host] % fleet.vms];
    case asMapped:
      return leftInMapOrder(fleet, host, false);
    case asPlacedOnEmpty:
      return fleet.left[host];
    default:
      return fleet.purged[host] !== 0 ? leftInMapOrder(fleet, host, false) : fleet.left[host];
  }
}

/** Has a search since the last change, and before number `end`, tried its VM on the host? */
function wasTried(room: Room, host: number, left: number, end: number): boolean {
  const most = Math.min(left, hostKinds[host & 1].coreMips);
  for (let i = room.since[host]; i < end; i++) if (room.asks[i] <= most) return true;
  return false;
}
