/** How each ledger is spoken of: title from the data, subtitle, names of its enlarged part. */

import type { Results } from "../../results/results.ts";
import { formatNumber } from "../../units/format.ts";
import type { Account, Ledger, LedgerName } from "../accounts.ts";
import { NBSP, share } from "../format.ts";

export interface LedgerWords {
  readonly id: string;
  /** Name of the enlarged part, and what the enlarged bar is called. */
  readonly overhead: string;
  readonly enlarged: string;
  readonly subtitle: (sum: string, results: Results) => string;
  readonly note: string;
  readonly title: (ledger: Ledger) => string;
}

const shareOf = (ledger: Ledger, names: (account: Account) => boolean): number =>
  ledger.accounts.reduce((sum, account) => sum + (names(account) ? account.sharePercent : 0), 0);
const byName = (ledger: Ledger, name: string): number => shareOf(ledger, (account) => account.name === name);
export const overheadShare = (ledger: Ledger): number => shareOf(ledger, (account) => account.part === "overhead");

function largest(ledger: Ledger, part: Account["part"]): Account | undefined {
  return ledger.accounts.filter((account) => account.part === part && account.value > 0).sort((a, b) => b.value - a.value)[0];
}

export const ledgerWords: Readonly<Record<LedgerName, LedgerWords>> = {
  cpu: {
    id: "ledger-cpu",
    overhead: "overhead",
    enlarged: "the overhead alone",
    subtitle: (sum) => `Share of all ${sum} of the hosts; below, the overhead alone`,
    note: "Every core-second of every host is in exactly one place, also while the host is off.",
    title: (ledger) => {
      const overhead = overheadShare(ledger);
      const top = largest(ledger, "overhead");
      if (!top) return `Virtualization costs no CPU time here; guest work takes ${share(byName(ledger, "guest work"))}`;
      return `Virtualization takes ${share(overhead)} of all CPU time, and ${causeName(top.name)} is the largest part`;
    },
  },
  energy: {
    id: "ledger-energy",
    overhead: "overhead",
    enlarged: "the overhead alone",
    subtitle: (sum, { run }) => `${sum} from the grid at a PUE of ${formatNumber(run.pue)}; below, the overhead of virtualization alone`,
    note: "Idle is what a powered host draws before any work. What work adds is split by the CPU time each cause uses; cooling is all that the PUE adds.",
    title: (ledger) => {
      const useful = byName(ledger, "guest work");
      const idle = byName(ledger, "idle");
      const start = `${share(useful)} of the energy does guest work`;
      if (idle >= 10) return `${start}; hosts that are on but idle take ${share(idle)}`;
      const rest = largest(ledger, "rest");
      return rest ? `${start}; ${rest.name} takes ${share(rest.sharePercent)}` : start;
    },
  },
  vm: {
    id: "ledger-vm",
    overhead: "not at full speed",
    enlarged: "this part alone",
    subtitle: (sum) => `Share of ${sum} asked for; below, the time in which a VM got less than full speed, by cause`,
    note: "Every second of every VM, from its request to its end, is in exactly one place.",
    title: (ledger) => {
      const full = byName(ledger, "full speed");
      const top = largest(ledger, "overhead");
      if (!top && full < 100 - 1e-9) return `VMs run at full speed ${share(full)} of their time`;
      return top ? `VMs run at full speed ${share(full)} of their time; ${vmCause(top.name)} costs them most` : "Every VM ran at full speed all the time";
    },
  },
};

function causeName(name: string): string {
  return name === "I/O path" || name === "control domain" || name === "host OS" || name === "CPU trap" ? `the${NBSP}${name}` : name;
}

function vmCause(name: string): string {
  if (name === "slowed by overhead") return "virtualization overhead";
  if (name === "on a shared core") return "sharing a core with another thread";
  if (name === "slowed by interference") return "interference between neighbours";
  if (name.startsWith("slowed by ")) return `${name.slice("slowed by ".length)}${name === "slowed by memory" ? " that is short" : ""}`;
  return name === "rejected"
    ? "being rejected"
    : name === "queued"
      ? "queueing"
      : name === "suspended"
        ? "being suspended"
        : name === "down (failure)"
          ? "failure"
          : name === "down (maintenance)"
            ? "maintenance"
            : name === "stopped (out of space)"
              ? "a full datastore"
              : name;
}
