/**
 * When hosts rest and when they come back, beside whatever moves the VMs.
 *
 * - always-on: nothing is switched.
 * - on-demand: a host that has been empty for `after` is switched off (or put to sleep); one comes back when a VM waits for
 *   a place or must leave an overloaded host and no host takes it.
 * - reserve: the same, but `hosts` empty hosts stay on (default 1), so that the next VMs need not wait for a boot.
 * At least one host stays on. A woken host is filled to `headroom` of its CPU at most in the plan (default 0.8).
 * Source: on/off policies as in Gandhi et al., ACM TOCS 30(4), 2012 (instant off and reserve); HostsInReserve of oVirt's
 * power saving. Default `after` 300 s is our choice: about what a boot costs in idle power. Proof: test/cases/host-power.test.ts.
 */
import type { Place } from "../placement.ts";
import type { Because, Decision, RebalanceView } from "../rebalancing.ts";
import { numberOption, type Options, refuseUnknown, wordOption } from "./options.ts";
import { expectComing, placeOrWake, restingHosts, restingKinds } from "./wake.ts";

export interface PowerPolicy {
  readonly name: string;
  readonly about: string;
  readonly options: readonly string[];
  create(options: Options, place: Place): (view: RebalanceView) => Decision[];
}

export const alwaysOn: PowerPolicy = {
  name: "always-on",
  about: "no host is switched",
  options: [],
  create(options) {
    refuseUnknown("always-on", options, this.options);
    return () => [];
  },
};

export const onDemand: PowerPolicy = {
  name: "on-demand",
  about: "empty hosts rest, and come back when a VM finds no place",
  options: ["mode", "after", "headroom"],
  create(options, place) {
    refuseUnknown("on-demand", options, this.options);
    return switching("on-demand", options, place, 0);
  },
};

export const reserve: PowerPolicy = {
  name: "reserve",
  about: "as on-demand, with some empty hosts kept on",
  options: ["mode", "after", "headroom", "hosts"],
  create(options, place) {
    refuseUnknown("reserve", options, this.options);
    return switching("reserve", options, place, numberOption("reserve", options, "hosts", 1, 0, 1e6));
  },
};

export const powerPolicies: readonly PowerPolicy[] = [alwaysOn, onDemand, reserve];

function switching(name: string, options: Options, place: Place, kept: number): (view: RebalanceView) => Decision[] {
  const mode = wordOption(name, options, "mode", "off", ["off", "sleep"] as const);
  const after = numberOption(name, options, "after", 300, 0, 1e9);
  const headroom = numberOption(name, options, "headroom", 0.8, 0.01, 1);
  return (view) => {
    expectComing(view);
    const on = bringBack(view, place, headroom);
    const spare = spareHosts(view);
    for (let missing = kept - spare.length; missing > 0; missing--) {
      const [host] = restingHosts(view);
      if (host === undefined) break;
      view.wake(host);
      spare.push(host);
      on.push({ action: { do: "power-on", host }, because: { rule: "the reserve is short", numbers: [["empty hosts kept on", kept, "hosts"]], refused: [] } });
    }
    return [...on, ...letRest(view, spare, kept, mode, after)];
  };
}

/** Hosts for VMs that wait or must leave and have found none. */
function bringBack(view: RebalanceView, place: Place, headroom: number): Decision[] {
  const decisions: Decision[] = [];
  const needed = [
    ...view.waiting.map((vm) => ({ vm, rule: "a VM waits for a place" })),
    ...view.homeless.map((vm) => ({ vm, rule: "a VM must leave its host and no host takes it" })),
  ];
  const resting = needed.length > 0 ? restingKinds(view) : [];
  for (const { vm, rule } of needed) {
    const accept = (h: number): boolean => view.hostNeedMHz(h, 0) + view.needMHz(vm, 0) <= headroom * view.capacityMHz(h);
    const because: Because = { rule: `${rule}: ${view.vmName(vm)}`, numbers: [["VM's memory", view.vmMemoryMiB(vm), "MiB"]], refused: [] };
    const found = placeOrWake(view, vm, place, accept, because, resting);
    if (found !== null && found !== "has a place") decisions.push(found);
  }
  return decisions;
}

/** Hosts that are on, or coming, with nobody there or planned to be. */
function spareHosts(view: RebalanceView): number[] {
  const spare: number[] = [];
  for (let h = 0; h < view.hostCount; h++) if (view.isOpen(h) && view.vmsOn(h) === 0) spare.push(h);
  return spare;
}

/** Empty hosts beyond those kept are switched off, those that draw most first; one host stays on whatever happens. */
function letRest(view: RebalanceView, spare: readonly number[], kept: number, mode: "off" | "sleep", after: number): Decision[] {
  const ready = spare
    .filter((h) => !view.isLater(h) && view.emptySeconds(h) > 0 && view.emptySeconds(h) >= after)
    .sort((a, b) => view.watts(b, 0) - view.watts(a, 0) || b - a);
  let onAfter = 0;
  for (let h = 0; h < view.hostCount; h++) if (view.isOn(h)) onAfter++;
  let most = spare.length - kept;
  const decisions: Decision[] = [];
  for (const host of ready) {
    if (most-- <= 0 || onAfter-- <= 1) break;
    view.close(host);
    decisions.push({
      action: { do: mode === "off" ? "power-off" : "sleep", host },
      because: {
        rule: "empty",
        numbers: [
          ["empty for", view.emptySeconds(host), "s"],
          ["power idle", view.watts(host, 0), "W"],
        ],
        refused: [],
      },
    });
  }
  return decisions;
}
