/**
 * Energy and service level, added up as the day goes by: CloudSim's figures without its time lines.
 *
 * A host or VM has one state an instant, the last one it was given there, valid until the next update. So the figures of
 * the instant before are settled at the start of each update, and what follows the last update is in no total.
 */
import type { Fleet } from "./fleet.ts";
import { addSample, Spread } from "./spread.ts";

export class Ledger {
  joules: number;
  activeSeconds: number;
  violatingSeconds: number;
  /** MIPS x seconds. */
  asked: number;
  short: number;
  shortMoving: number;
  /** Sum and number of the relative shortfalls of all short intervals. */
  shortShare: number;
  shortCount: number;
  readonly beforeShutdown: Spread;
  readonly migration: Spread;
  /** 1 while the host counts as active; all do before their first entry. */
  readonly wasActive: Uint8Array;
  readonly switchedOnSeconds: Float64Array;

  constructor(hosts: number) {
    this.joules = 0;
    this.activeSeconds = 0;
    this.violatingSeconds = 0;
    this.asked = 0;
    this.short = 0;
    this.shortMoving = 0;
    this.shortShare = 0;
    this.shortCount = 0;
    this.beforeShutdown = new Spread();
    this.migration = new Spread();
    this.wasActive = new Uint8Array(hosts).fill(1);
    this.switchedOnSeconds = new Float64Array(hosts);
  }
}

/** Adds the states of the last instant, which lasted so many seconds. */
export function settle(fleet: Fleet, ledger: Ledger, seconds: number): void {
  const { hosts, count, load, violating, homeAsked, short, shortMoving, shortShare, shortCount } = fleet;
  let active = 0;
  let inViolation = 0;
  let asked = 0;
  let missing = 0;
  let missingMoving = 0;
  let share = 0;
  let intervals = 0;
  for (let h = 0; h < hosts; h++) {
    if (count[h] === 0) continue;
    if (load[h] > 0) {
      active++;
      inViolation += violating[h];
    }
    asked += homeAsked[h];
    if (shortCount[h] > 0) {
      missing += short[h];
      missingMoving += shortMoving[h];
      share += shortShare[h];
      intervals += shortCount[h];
    }
  }
  ledger.activeSeconds += active * seconds;
  ledger.violatingSeconds += inViolation * seconds;
  ledger.asked += asked * seconds;
  ledger.short += missing * seconds;
  ledger.shortMoving += missingMoving * seconds;
  ledger.shortShare += share;
  ledger.shortCount += intervals;
}

/** Notes which hosts went on and off in the instant that is over. */
export function notePower(fleet: Fleet, ledger: Ledger, time: number): void {
  const { hosts, load } = fleet;
  const { wasActive, switchedOnSeconds } = ledger;
  for (let h = 0; h < hosts; h++) {
    const active = load[h] > 0 ? 1 : 0;
    if (active === wasActive[h]) continue;
    if (active === 1) switchedOnSeconds[h] = time;
    else addSample(ledger.beforeShutdown, time - switchedOnSeconds[h]);
    wasActive[h] = active;
  }
}
