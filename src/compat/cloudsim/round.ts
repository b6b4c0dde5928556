/**
 * One consolidation round: relieve the overloaded hosts, then empty as many others as possible, least loaded first.
 *
 * Nothing moves here. Placements stay in the hosts' lists as the VMs' second and third nodes and become migrations when the round is over.
 * A placement that is undone gets its saved numbers back, never by subtraction, so every sum stays what adding up the list would give.
 * Source: CloudSim 3.0.3, power-aware best fit decreasing.
 */
import { maximumCorrelation } from "../../policy/selection/maximum-correlation.ts";
import { minimumMigrationTime } from "../../policy/selection/minimum-migration-time.ts";
import { minimumUtilisation } from "../../policy/selection/minimum-utilisation.ts";
import { randomSelection } from "../../policy/selection/random.ts";
import type { Candidates, Select, SelectionPolicy } from "../../policy/selection/selector.ts";
import { newCandidates } from "../../policy/selection/selector.ts";
import type { Fleet } from "./fleet.ts";
import { append, historyStride, unlink } from "./fleet.ts";
import { vmKinds } from "./machines.ts";
import type { Overload } from "./overload.ts";
import { beginRound, isOverloaded, isOverloadedWithout, overloadAfterAppend, overloadAfterUndo } from "./overload.ts";
import type { CloudSimSelection, ResolvedOptions } from "./results.ts";
import { nearMips, notePlaced, noteUndone, settleGrowth } from "./room.ts";
import { beginSearch, closeHost, closeOff, findTarget, openHost, orIdleHost, refreshHost, Search } from "./search.ts";
import { sortByKey } from "./sort.ts";

const selections: Readonly<Record<CloudSimSelection, SelectionPolicy>> = {
  mmt: minimumMigrationTime,
  mu: minimumUtilisation,
  mc: maximumCorrelation,
  rs: randomSelection,
};
const vmRam = Float64Array.from(vmKinds, (kind) => kind.ramMb);

export class Round {
  readonly search: Search;
  readonly select: Select;
  /** The selection looks at histories. */
  readonly readsHistory: boolean;
  candidates: Candidates;
  scores: Float64Array;
  /** VM of each candidate. */
  candidateVm: Int32Array;
  /** 1 for VMs taken off an overloaded host in this round. */
  readonly picked: Uint8Array;
  /** Room for the VMs to place, the hosts to empty, and what they are sorted by. */
  readonly queue: Int32Array;
  readonly sources: Int32Array;
  readonly keys: Float64Array;
  /** 1 for hosts that have become targets and are not to be emptied. */
  readonly spared: Uint8Array;
  /** Hosts to share anew when migrations start or end; all 0 in between. */
  readonly touched: Uint8Array;
  /** Placements of each VM in this round. */
  readonly placed: Uint8Array;

  /** Placements, in order: the migrations to start. */
  readonly moveVm: Int32Array;
  readonly moveHost: Int32Array;
  moves: number;
  /** Figures of the target before each placement: `saved[move * 4 + figure]` given, asked, left, trend; and its history's age. */
  readonly saved: Float64Array;
  readonly savedTenth: Int32Array;

  /** Hosts that receive a VM from an overloaded one are not emptied in the same round. */
  readonly sparesTargets: boolean;
  /** Off hosts are asked last. */
  readonly wakesLast: boolean;

  constructor(fleet: Fleet, { selection, repairs }: Pick<ResolvedOptions, "selection" | "repairs">, luck: () => number) {
    const { vms, hosts } = fleet;
    this.search = new Search(fleet, repairs.includes("power"));
    this.sparesTargets = repairs.includes("moves");
    this.wakesLast = repairs.includes("wake");
    this.select = selections[selection].create(luck);
    this.readsHistory = selection === "mc";
    this.candidates = newCandidates(64, historyStride);
    this.scores = new Float64Array(64);
    this.candidateVm = new Int32Array(64);
    this.picked = new Uint8Array(vms);
    this.queue = new Int32Array(vms);
    this.sources = new Int32Array(hosts);
    this.keys = new Float64Array(Math.max(vms, hosts));
    this.spared = new Uint8Array(hosts);
    this.touched = new Uint8Array(hosts);
    this.placed = new Uint8Array(vms);
    this.moveVm = new Int32Array(2 * vms);
    this.moveHost = new Int32Array(2 * vms);
    this.moves = 0;
    this.saved = new Float64Array(2 * vms * savedFigures);
    this.savedTenth = new Int32Array(2 * vms);
  }
}

const savedFigures = 4;

/** Decides the round's migrations: they are in `moveVm` and `moveHost`, and at the end of the lists of their targets. */
export function consolidate(fleet: Fleet, overload: Overload, round: Round): void {
  const { search, spared } = round;
  round.picked.fill(0);
  round.placed.fill(0);
  spared.fill(0);
  round.moves = 0;
  const picks = pickFromOverloaded(fleet, overload, round);
  beginSearch(fleet, search);
  relieve(fleet, overload, round, picks);
  closeOff(fleet, search);
  const { sources, keys } = round;
  const count = search.count;
  for (let i = 0; i < count; i++) {
    sources[i] = search.hosts[i];
    keys[i] = fleet.load[sources[i]];
  }
  sortByKey(keys, sources, count);
  for (let i = 0; i < count; i++) {
    const host = sources[i];
    if (spared[host] !== 0 || fleet.load[host] >= 1) continue;
    settleGrowth(fleet, search.room, host);
    closeHost(search, host);
    empty(fleet, overload, round, host);
  }
  for (let i = 0; i < search.count; i++) settleGrowth(fleet, search.room, search.hosts[i]);
}

/** Closes the overloaded hosts and takes VMs off them, into `queue`, until they are overloaded no more. Returns how many. */
function pickFromOverloaded(fleet: Fleet, overload: Overload, round: Round): number {
  const { picked, queue } = round;
  const { closed } = round.search;
  let picks = 0;
  for (let h = 0; h < fleet.hosts; h++) {
    closed[h] = 0;
    beginRound(fleet, overload, h);
    if (fleet.count[h] === 0) continue;
    if (!isOverloaded(fleet, overload, h)) continue;
    closed[h] = 1;
    do {
      const count = gatherCandidates(fleet, overload, round, h);
      if (count === 0) break;
      const vm = round.candidateVm[round.select(round.candidates, round.scores)];
      picked[vm] = 1;
      queue[picks++] = vm;
    } while (isOverloadedWithout(fleet, overload, h, picked));
  }
  return picks;
}

/** Fills the candidates with the VMs still on the host, in list order. Returns how many. */
function gatherCandidates(fleet: Fleet, overload: Overload, round: Round, host: number): number {
  const { next, vmKind, vmMips, request } = fleet;
  const { picked } = round;
  if (fleet.count[host] > round.candidateVm.length) {
    const room = 2 * fleet.count[host];
    round.candidates = newCandidates(room, historyStride);
    round.scores = new Float64Array(room);
    round.candidateVm = new Int32Array(room);
  }
  const { candidates, candidateVm } = round;
  let count = 0;
  for (let v = fleet.first[host]; v >= 0; v = next[v]) {
    if (picked[v] !== 0) continue;
    candidateVm[count] = v;
    candidates.memoryMiB[count] = vmRam[vmKind[v]];
    candidates.sizeMHz[count] = vmMips[v];
    candidates.demandMHz[count] = request[v];
    if (round.readsHistory) {
      const { history, slotOf, samples } = overload;
      for (let age = 0; age < samples; age++) candidates.history[count * historyStride + age] = history[v * historyStride + slotOf[age]];
    }
    count++;
  }
  candidates.count = count;
  candidates.samples = overload.samples;
  return count;
}

/** Finds targets for the VMs taken off overloaded hosts, greatest request first; those that fit nowhere stay. */
function relieve(fleet: Fleet, overload: Overload, round: Round, picks: number): void {
  const { queue } = round;
  sortByRequest(fleet, round, picks);
  for (let i = 0; i < picks; i++) {
    const found = findTarget(fleet, overload, round.search, queue[i]);
    const host = round.wakesLast && found >= 0 ? found : orIdleHost(fleet, round.search, queue[i], found);
    if (host < 0) continue;
    place(fleet, overload, round, queue[i], host);
    if (round.sparesTargets) round.spared[host] = 1;
  }
}

/** Finds targets for all VMs of a host, greatest request first; when one fits nowhere all stay. */
function empty(fleet: Fleet, overload: Overload, round: Round, host: number): void {
  const { queue, spared, moveHost } = round;
  const { vms, next } = fleet;
  const firstMove = round.moves;
  let count = 0;
  for (let node = fleet.first[host]; node >= 0; node = next[node]) queue[count++] = node % vms;
  sortByRequest(fleet, round, count);
  for (let i = 0; i < count; i++) {
    const target = findTarget(fleet, overload, round.search, queue[i]);
    if (target < 0) {
      while (round.moves > firstMove) undo(fleet, overload, round);
      return;
    }
    place(fleet, overload, round, queue[i], target);
  }
  for (let move = firstMove; move < round.moves; move++) spared[moveHost[move]] = 1;
}

function sortByRequest(fleet: Fleet, round: Round, count: number): void {
  const { queue, keys } = round;
  for (let i = 0; i < count; i++) keys[i] = -fleet.request[queue[i]];
  sortByKey(keys, queue, count);
}

function place(fleet: Fleet, overload: Overload, round: Round, vm: number, host: number): void {
  const { search, saved, moves } = round;
  const { given, asked, left, request } = fleet;
  const at = moves * savedFigures;
  saved[at] = given[host];
  saved[at + 1] = asked[host];
  saved[at + 2] = left[host];
  if (overload.hostTrend.length > 0) {
    saved[at + 3] = overload.hostTrend[host];
    round.savedTenth[moves] = overload.hostTenth[host];
  }
  round.moveVm[moves] = vm;
  round.moveHost[moves] = host;
  round.moves++;

  const wasEmpty = given[host] === 0;
  append(fleet, host, vm + fleet.vms * ++round.placed[vm]);
  given[host] += request[vm];
  asked[host] += request[vm];
  left[host] -= request[vm];
  overloadAfterAppend(fleet, overload, host, vm);
  notePlaced(search.room, host, wasEmpty);
  refreshHost(fleet, search, host);
  if (wasEmpty && given[host] !== 0 && fleet.load[host] === 0) openHost(search, host);
  if (left[host] < nearMips) search.room.full.push(host);
}

/** Takes back the newest placement. */
function undo(fleet: Fleet, overload: Overload, round: Round): void {
  const { search, saved } = round;
  const move = --round.moves;
  const vm = round.moveVm[move];
  const host = round.moveHost[move];
  settleGrowth(fleet, search.room, host);
  unlink(fleet, host, vm + fleet.vms * round.placed[vm]--);
  const at = move * savedFigures;
  fleet.given[host] = saved[at];
  fleet.asked[host] = saved[at + 1];
  fleet.left[host] = saved[at + 2];
  overloadAfterUndo(overload, host, saved[at + 3], round.savedTenth[move]);
  noteUndone(fleet, search.room, host);
  refreshHost(fleet, search, host);
}
