/**
 * The three ledgers as charts, page and terminal read them: accounts in a fixed order, each with the concept that gives
 * it its colour, and the part of the ledger it belongs to.
 *
 * Order of causes: neighbours whose colours are close under colour blindness never touch without a label.
 */

import type { Results } from "../results/results.ts";
import { numbersIn, textsIn } from "./read.ts";

export type Concept =
  | "guest"
  | "io"
  | "paging"
  | "trap"
  | "sched"
  | "migration"
  | "control"
  | "hostos"
  | "idle"
  | "off"
  | "failed"
  | "boot"
  | "maint"
  | "cooling"
  | "loss";

export type LedgerName = "cpu" | "energy" | "vm";

/** `useful`: what everybody pays for. `overhead`: shown a second time, enlarged. `rest`: everything else. */
export type Part = "useful" | "overhead" | "rest";

export interface Account {
  readonly name: string;
  readonly concept: Concept;
  readonly part: Part;
  /** In the ledger's base unit: core-seconds, joules, VM-seconds. */
  readonly value: number;
  /** Percent of the ledger's total. */
  readonly sharePercent: number;
}

export interface Ledger {
  readonly name: LedgerName;
  readonly accounts: readonly Account[];
  /** Sum of the unrounded accounts. */
  readonly total: number;
}

type Definition = readonly [account: string, concept: Concept, part: Part];

const CAUSES: readonly Definition[] = [
  ["I/O path", "io", "overhead"],
  ["nested paging", "paging", "overhead"],
  ["CPU trap", "trap", "overhead"],
  ["scheduling", "sched", "overhead"],
  ["co-stop", "sched", "overhead"],
  ["migration", "migration", "overhead"],
  ["control domain", "control", "overhead"],
  ["host OS", "hostos", "overhead"],
  ["interference", "loss", "overhead"],
  ["remote memory", "paging", "overhead"],
];

const DEFINITIONS: Readonly<Record<LedgerName, readonly Definition[]>> = {
  cpu: [["guest work", "guest", "useful"], ...CAUSES, ["idle", "idle", "rest"], ["off", "off", "rest"], ["failed", "failed", "rest"]],
  energy: [
    ["guest work", "guest", "useful"],
    ...CAUSES,
    ["idle", "idle", "rest"],
    ["transitions", "boot", "rest"],
    ["off", "off", "rest"],
    ["distribution", "loss", "rest"],
    ["cooling", "cooling", "rest"],
  ],
  vm: [
    ["full speed", "guest", "useful"],
    ["waiting for CPU", "sched", "overhead"],
    ["slowed by overhead", "trap", "overhead"],
    ["co-stop", "sched", "overhead"],
    ["waiting for I/O", "io", "overhead"],
    ["slowed by memory", "paging", "overhead"],
    ["slowed by disk", "io", "overhead"],
    ["slowed by network", "control", "overhead"],
    ["slowed by interference", "loss", "overhead"],
    ["on a shared core", "sched", "overhead"],
    ["slowed by migration", "migration", "overhead"],
    ["down (migration)", "migration", "overhead"],
    ["down (maintenance)", "maint", "overhead"],
    ["suspended", "maint", "overhead"],
    ["provisioning", "boot", "overhead"],
    ["booting", "boot", "overhead"],
    ["queued", "boot", "overhead"],
    ["down (failure)", "failed", "overhead"],
    ["stopped (out of space)", "failed", "overhead"],
    ["rejected", "failed", "overhead"],
  ],
};

/** Base units a unit of the ledger table stands for. */
const UNITS: Readonly<Record<string, number>> = {
  J: 1,
  Wh: 3600,
  kWh: 3.6e6,
  "core-h": 3600,
  "core-hours": 3600,
  "VM-h": 3600,
  "VM-hours": 3600,
};

/** Reads one ledger of the results. Accounts this file does not know are kept, in grey, after the others: nothing is dropped. */
export function ledgerOf(results: Results, name: LedgerName): Ledger {
  const ledgers = textsIn(results.ledger, "ledger");
  const names = textsIn(results.ledger, "account");
  const values = numbersIn(results.ledger, "value");
  const units = textsIn(results.ledger, "unit");
  const found = new Map<string, number>();
  for (let row = 0; row < results.ledger.rows; row++) {
    if (ledgers[row] !== name) continue;
    const account = names[row] ?? "";
    const value = (values[row] ?? 0) * (UNITS[units[row] ?? ""] ?? 1);
    found.set(account, (found.get(account) ?? 0) + (Number.isFinite(value) ? value : 0));
  }
  let total = 0;
  for (const value of found.values()) total += value;
  const known = DEFINITIONS[name];
  const account = (label: string, concept: Concept, part: Part): Account => {
    const value = found.get(label) ?? 0;
    return { name: label, concept, part, value, sharePercent: total > 0 ? (100 * value) / total : 0 };
  };
  const accounts = known.filter(([label]) => found.has(label)).map(([label, concept, part]) => account(label, concept, part));
  for (const label of found.keys()) if (!known.some(([k]) => k === label)) accounts.push(account(label, "loss", "rest"));
  return { name, accounts, total };
}

/** Sum of the values of one part of a ledger. */
export function partTotal(ledger: Ledger, part: Part): number {
  return ledger.accounts.reduce((sum, account) => sum + (account.part === part ? account.value : 0), 0);
}
