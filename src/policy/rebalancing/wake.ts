/**
 * Which resting host to switch on for a VM: one that is coming already, else one asleep (awake in seconds), else one that is
 * off; the first that can take it. The VM itself goes there when the host is on, in a later round.
 */
import type { Place } from "../placement.ts";
import type { Because, Decision, RebalanceView } from "../rebalancing.ts";

/** Hosts on their way count as open from here on. */
export function expectComing(view: RebalanceView): void {
  for (let h = 0; h < view.hostCount; h++) if (view.isComing(h)) view.wake(h);
}

/** Resting hosts in the order in which they are tried. */
export function restingHosts(view: RebalanceView, before: (a: number, b: number) => number = () => 0): number[] {
  const resting: number[] = [];
  for (let h = 0; h < view.hostCount; h++) if (view.isResting(h)) resting.push(h);
  const asleep = (h: number): number => (view.stateOf(h) === "asleep" ? 0 : 1);
  return resting.sort((a, b) => asleep(a) - asleep(b) || before(a, b) || a - b);
}

/** Resting hosts in that order, those together that would answer alike (the first of them last): of each list only one need be asked. */
export function restingKinds(view: RebalanceView): number[][] {
  const hosts = restingHosts(view);
  // Rules tell equal hosts apart.
  if (view.hasRules) return hosts.map((h) => [h]);
  const kinds = new Map<string, number[]>();
  for (const h of hosts) {
    const kind = `${view.kindOf(h)} ${view.stateOf(h)}`;
    const alike = kinds.get(kind);
    if (alike) alike.push(h);
    else kinds.set(kind, [h]);
  }
  return [...kinds.values()].map((alike) => alike.reverse());
}

/**
 * Plans a place for the VM: on a host that is open or coming (then nothing is decided), else on the first of the `resting`
 * ones that can take it, which is switched on. Null when no host would do, with the plan unchanged.
 */
export function placeOrWake(
  view: RebalanceView,
  vm: number,
  place: Place,
  accept: (host: number) => boolean,
  because: Because,
  resting: readonly number[][],
): Decision | "has a place" | null {
  const there = view.find(vm, place, accept).host;
  if (there >= 0) {
    view.move(vm, there);
    return "has a place";
  }
  for (const alike of resting) {
    while (alike.length > 0 && !view.isResting(alike[alike.length - 1])) alike.pop();
    const host = alike[alike.length - 1];
    if (host === undefined) continue;
    const mark = view.mark();
    view.wake(host);
    if (view.takes(vm, host) && accept(host)) {
      view.move(vm, host);
      return { action: { do: "power-on", host }, because };
    }
    view.undo(mark);
  }
  return null;
}
