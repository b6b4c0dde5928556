/** The three ledgers on one screen: energy and CPU time beside each other, VM time below. */

import { type Account, type Ledger, ledgerOf } from "../report/accounts.ts";
import { brief, shareNumber, shorten } from "../report/format.ts";
import type { Results } from "../results/results.ts";
import { energyScale, formatNumber } from "../units/format.ts";
import { bar, NARROW, type Style } from "./style.ts";

const INDENT = "  ";

/** Chooses the rows of a ledger that fit: the smallest are taken together when there is no room for all. */
function fold(accounts: readonly Account[], room: number): Account[] {
  const shown = accounts.filter((account) => account.value !== 0);
  if (shown.length <= room) return shown;
  const byValue = [...shown].sort((a, b) => a.value - b.value || a.name.localeCompare(b.name, "en"));
  const folded = new Set(byValue.slice(0, shown.length - Math.max(1, room) + 1));
  const sum = [...folded].reduce((total, account) => total + account.value, 0);
  const percent = [...folded].reduce((total, account) => total + account.sharePercent, 0);
  return [
    ...shown.filter((account) => !folded.has(account)),
    { name: `${folded.size} others`, concept: "loss", part: "rest", value: sum, sharePercent: percent },
  ];
}

/** At most `room` lines of `width` columns; the smallest accounts are taken together when there is no room for all. */
export function ledgerLines(results: Results, style: Style, width: number, room: number): string[] {
  const energy = ledgerOf(results, "energy");
  const cpu = ledgerOf(results, "cpu");
  const vm = ledgerOf(results, "vm");
  if (width < NARROW) {
    const scale = energyScale(energy.total);
    const blocks = [
      oneLedger({ title: "Where energy went", unit: scale.unit, per: scale.size }, energy, style, width),
      oneLedger({ title: "Where CPU went", unit: "core-h", per: 3600 }, cpu, style, width),
      oneLedger(VM_TIME, vm, style, width),
    ];
    return blocks.flatMap((block, b) => (b > 0 && block.length > 0 ? ["", ...block] : block));
  }
  const vmLines = oneLedger(VM_TIME, vm, style, width);
  const hostLines = hostLedgers(energy, cpu, style, width, room - vmLines.length - (vmLines.length > 0 ? 1 : 0));
  return [...hostLines, ...(hostLines.length > 0 && vmLines.length > 0 ? [""] : []), ...vmLines];
}

/** Energy and CPU time beside each other: they share their accounts. Each column of bars has its own scale from zero. */
function hostLedgers(energy: Ledger, cpu: Ledger, style: Style, width: number, room: number): string[] {
  const scale = energyScale(energy.total);
  const rows = new Map<string, Account>();
  const order = [...energy.accounts, ...cpu.accounts];
  for (const { name, concept, part } of order) {
    const joules = energy.accounts.find((a) => a.name === name)?.sharePercent ?? 0;
    const coreSeconds = cpu.accounts.find((a) => a.name === name)?.sharePercent ?? 0;
    rows.set(name, { name, concept, part, value: joules + coreSeconds, sharePercent: 0 });
  }
  const shown = fold([...rows.values()], room - 2);
  if (shown.length === 0) return [];
  const hidden = (ledger: Ledger): Account[] => ledger.accounts.filter((a) => a.value !== 0 && !shown.some((s) => s.name === a.name));
  const of = (ledger: Ledger, name: string): { value: number; percent: number } | null => {
    const direct = ledger.accounts.find((a) => a.name === name);
    if (direct) return { value: direct.value, percent: direct.sharePercent };
    if (!name.endsWith(" others")) return null;
    const rest = hidden(ledger);
    return { value: rest.reduce((s, a) => s + a.value, 0), percent: rest.reduce((s, a) => s + a.sharePercent, 0) };
  };
  const barWidth = Math.floor((width - 54) / 2);
  const most = (ledger: Ledger): number => Math.max(...shown.map((a) => of(ledger, a.name)?.percent ?? 0), 1e-300);
  const cells = (ledger: Ledger, account: Account, per: number, numberWidth: number): string => {
    const found = of(ledger, account.name);
    if (!found) return `${" ".repeat(barWidth)}${"".padStart(numberWidth)}${"".padStart(7)}`;
    const painted = style.concept(account.concept, bar(found.percent / most(ledger), barWidth).padEnd(barWidth));
    return `${painted}${brief(found.value / per).padStart(numberWidth)}${shareNumber(found.percent).padStart(7)}`;
  };
  const line = (account: Account): string =>
    `${INDENT}${shorten(account.name, 14).padEnd(15)}${cells(energy, account, scale.size, 8)}  ${cells(cpu, account, 3600, 9)}`;
  const title = `${INDENT}${style.bold("Where it went".padEnd(15))}${style.dim(`${"energy".padEnd(barWidth)}${scale.unit.padStart(8)}${"%".padStart(7)}  ${"CPU time".padEnd(barWidth)}${"core-h".padStart(9)}${"%".padStart(7)}`)}`;
  const sum = `${INDENT}${"sum".padEnd(15)}${" ".repeat(barWidth)}${formatNumber(energy.total / scale.size).padStart(8)}${"100".padStart(7)}  ${" ".repeat(barWidth)}${formatNumber(cpu.total / 3600).padStart(9)}${"100".padStart(7)}`;
  return [title, ...shown.map(line), style.bold(sum)];
}

/** How a ledger that stands alone is headed: its title, its unit, and base units in one of them. */
interface Heading {
  readonly title: string;
  readonly unit: string;
  readonly per: number;
}

const VM_TIME: Heading = { title: "How the VMs fared", unit: "VM-h", per: 3600 };
/** Rows of a ledger that stands alone. */
const MOST_ROWS = 5;

function oneLedger({ title, unit, per }: Heading, ledger: Ledger, style: Style, width: number): string[] {
  if (!(ledger.total > 0)) return [];
  const shown = fold(ledger.accounts, Math.min(ledger.accounts.filter((a) => a.value !== 0).length, MOST_ROWS));
  // No name of an account is cut where it is the whole line.
  const nameWidth = Math.min(26, Math.max(19, ...shown.map(({ name }) => name.length + 1)));
  const barWidth = width - INDENT.length - nameWidth - 9 - 7 - 1;
  const most = Math.max(...shown.map((a) => a.value));
  const head = `${INDENT}${style.bold(title.padEnd(nameWidth))}${style.dim(`${" ".repeat(barWidth)}${unit.padStart(9)}${"%".padStart(7)}`)}`;
  return [
    head,
    ...shown.map((account) => {
      const painted = style.concept(account.concept, bar(account.value / most, barWidth).padEnd(barWidth));
      return `${INDENT}${shorten(account.name, nameWidth - 1).padEnd(nameWidth)}${painted}${brief(account.value / per).padStart(9)}${shareNumber(account.sharePercent).padStart(7)}`;
    }),
    style.bold(`${INDENT}${"sum".padEnd(nameWidth)}${" ".repeat(barWidth)}${formatNumber(ledger.total / per).padStart(9)}${"100".padStart(7)}`),
  ];
}
