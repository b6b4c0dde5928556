/**
 * CPU sharing on one host: each VM in turn gets what it asks for, up to a core; when that is more than the host has, all are
 * scaled down alike and rounded down to whole MIPS.
 *
 * A VM that moves out counts in full and gets 90 %; one that moves in counts and gets 10 %. Source: CloudSim 3.0.3's
 * time-shared scheduler with over-subscription; figures for SLATAH and PDM as its PlanetLab helper takes them.
 */
import type { Fleet } from "./fleet.ts";
import { hostKinds } from "./machines.ts";
import { countedInMapOrder } from "./map-order.ts";

const coreMips = Float64Array.from(hostKinds, (kind) => kind.coreMips);
const totalMips = Float64Array.from(hostKinds, (kind) => kind.totalMips);

/** Shares the host's CPU anew and sets its figures. Returns the sum of what it gives, with the share of VMs moving out made whole: its load in MIPS. */
export function shareHost(fleet: Fleet, host: number): number {
  const { vms, request, migrating, next } = fleet;
  const core = coreMips[host & 1];
  let left = totalMips[host & 1];
  let given = 0;
  let asked = 0;
  let homeAsked = 0;
  let short = 0;
  let shortMoving = 0;
  let shortShare = 0;
  let shortCount = 0;
  let held = 0;
  for (let node = fleet.first[host]; node >= 0; node = next[node]) {
    if (node >= vms) {
      const ask = request[node < 2 * vms ? node - vms : node - 2 * vms];
      const tenth = Math.min(ask, core) * 0.1;
      if (left < tenth) return shareScaled(fleet, host);
      left -= tenth;
      given += tenth;
      asked += ask;
      continue;
    }
    const ask = request[node];
    const capped = Math.min(ask, core);
    if (left < capped) return shareScaled(fleet, host);
    left -= capped;
    asked += ask;
    homeAsked += ask;
    if (capped < ask) held = 1;
    if (migrating[node] !== 0) {
      const share = capped * 0.9;
      given += share / 0.9;
      if (share < ask) {
        const missing = ask - share;
        short += missing;
        shortMoving += missing;
        shortShare += missing / ask;
        shortCount++;
      }
    } else {
      given += capped;
      if (capped < ask) {
        short += ask - capped;
        shortShare += (ask - capped) / ask;
        shortCount++;
      }
    }
  }
  fleet.given[host] = given;
  fleet.asked[host] = asked;
  fleet.left[host] = left;
  fleet.homeAsked[host] = homeAsked;
  fleet.short[host] = short;
  fleet.shortMoving[host] = shortMoving;
  fleet.shortShare[host] = shortShare;
  fleet.shortCount[host] = shortCount;
  fleet.violating[host] = fleet.plainViolations ? held : given < asked ? 1 : 0;
  return given;
}

/** The same on a host that is asked for more than it has. */
function shareScaled(fleet: Fleet, host: number): number {
  const { vms, request, migrating, next } = fleet;
  const core = coreMips[host & 1];
  const factor = totalMips[host & 1] / countedInMapOrder(fleet, host, core);
  let given = 0;
  let asked = 0;
  let homeAsked = 0;
  let short = 0;
  let shortMoving = 0;
  let shortShare = 0;
  let shortCount = 0;
  for (let node = fleet.first[host]; node >= 0; node = next[node]) {
    const ask = request[node % vms];
    let share = Math.min(ask, core);
    asked += ask;
    if (node >= vms) {
      share *= 0.1;
      given += Math.floor(share * factor);
      continue;
    }
    const moving = migrating[node] !== 0;
    share *= factor;
    share = Math.floor(moving ? share * 0.9 : share);
    homeAsked += ask;
    if (share < ask) {
      short += ask - share;
      if (moving) shortMoving += ask - share;
      shortShare += (ask - share) / ask;
      shortCount++;
    }
    given += moving ? share / 0.9 : share;
  }
  fleet.given[host] = given;
  fleet.asked[host] = asked;
  fleet.left[host] = 0;
  fleet.homeAsked[host] = homeAsked;
  fleet.short[host] = short;
  fleet.shortMoving[host] = shortMoving;
  fleet.shortShare[host] = shortShare;
  fleet.shortCount[host] = shortCount;
  fleet.violating[host] = fleet.plainViolations || given < asked ? 1 : 0;
  return given;
}
