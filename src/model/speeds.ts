/** Speeds of hosts: P-states and factors that a script sets, or that a governor chooses. */
import type { Kernel } from "../kernel/kernel.ts";
import { KIND } from "./event-kinds.ts";
import { Governors } from "./governor.ts";
import * as H from "./hosts.ts";
import type { EventLog } from "./log.ts";
import { PHASE } from "./phases.ts";
import type { Readings } from "./readings.ts";
import type { Running } from "./running.ts";
import { isDynamic } from "./spec.ts";

export interface SpeedsParts {
  readonly hosts: H.Hosts;
  readonly log: EventLog;
  readonly readings: Readings;
  readonly running: Running;
}

export class Speeds {
  /** Null where no host has a governor that acts. */
  readonly governors: Governors | null;
  readonly #kernel: Kernel;
  readonly #parts: SpeedsParts;

  constructor(kernel: Kernel, parts: SpeedsParts) {
    this.#kernel = kernel;
    this.#parts = parts;
    const { hosts } = parts;
    const hooks = {
      load: (h: number) => parts.readings.busiestShare(h),
      // Governors act too often for a log.
      setState: (h: number, state: number) => {
        const { coreMHz, curve } = hosts.pstates[hosts.classOf[h]][state];
        parts.running.atSpeed(h, () => H.setSpeed(hosts, h, coreMHz, curve, true));
      },
    };
    this.governors = hosts.classes.some(({ governor }) => isDynamic(governor)) ? new Governors(kernel, hosts, hooks, PHASE.failure, KIND.governor) : null;
  }

  /** Gives the host a speed as a factor of its nominal one. */
  factor(h: number, factor: number): void {
    const { classes, classOf, curveOf } = this.#parts.hosts;
    this.#set(h, classes[classOf[h]].coreMHz * factor, curveOf[h]);
  }

  /** Puts the host into one of its P-states; throws an Error when it has no such one. */
  pstate(h: number, index: number): void {
    const { hosts } = this.#parts;
    const state = hosts.pstates[hosts.classOf[h]][index];
    if (state === undefined) throw new Error(`host ${hosts.name(h)} has no P-state ${index}`);
    this.#set(h, state.coreMHz, state.curve);
  }

  #set(h: number, coreMHz: number, curve: number): void {
    const { hosts, running, log } = this.#parts;
    this.governors?.release(h);
    running.atSpeed(h, () => {
      H.setSpeed(hosts, h, coreMHz, curve, false);
      log.add(this.#kernel.now, "host speed", -1, h, coreMHz);
    });
  }
}
