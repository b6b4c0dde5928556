/**
 * Sites and service classes as `hypervise check --resolved` prints them.
 */
import type { AccountsSpec } from "../model/accounts-spec.ts";
import { ONLY_SITE } from "../scenario/resolve-sites.ts";
import type { ResolvedServiceClass, ResolvedSite } from "../scenario/resolved.ts";
import { exactQuantity } from "../units/exact.ts";
import { supplyLines } from "./check-supply.ts";
import { type Sheet, text } from "./sheet.ts";

/** Whether the scenario's only site is the one that need not be named. */
export const hasOnlySite = (sites: readonly ResolvedSite[]): boolean => sites.length === 1 && sites[0]?.name === ONLY_SITE;

export function siteLines(sites: readonly ResolvedSite[], sheet: Sheet): void {
  const only = hasOnlySite(sites);
  sheet.head(only ? "site:" : "sites:");
  for (const [i, site] of sites.entries()) {
    const path = `sites[${i}]`;
    if (!only) sheet.entry("  - ", "name", text(site.name), `${path}.name`);
    supplyLines(site, only ? "  " : "    ", path, sheet);
  }
}

export function accountLines(accounts: AccountsSpec | null, sheet: Sheet): void {
  if (accounts === null) return sheet.open("", "energy and carbon only as totals at constant rates");
  sheet.head("accounts:");
  sheet.entry("  ", "meter", exactQuantity(accounts.meterSeconds, "time"), "accounts.meterSeconds");
  sheet.entry("  ", "share", accounts.weight, "accounts.weight");
  sheet.entry("  ", "within", accounts.within, "accounts.within");
}

export function classLines(classes: readonly ResolvedServiceClass[], sheet: Sheet): void {
  if (classes.length === 0) return sheet.entry("", "classes", "[]", "classes");
  sheet.head("classes:");
  for (const [i, one] of classes.entries()) {
    const path = `classes[${i}]`;
    sheet.entry("  - ", "name", text(one.name), `${path}.name`);
    const share = (key: string, value: number | null, field: string): void => {
      if (value === null) sheet.open("    ", `${key}: no target`);
      else sheet.entry("    ", key, exactQuantity(value, "share"), `${path}.${field}`);
    };
    const seconds = (key: string, value: number | null, field: string): void => {
      if (value === null) sheet.open("    ", `${key}: no target`);
      else sheet.entry("    ", key, exactQuantity(value, "time"), `${path}.${field}`);
    };
    if (one.price) sheet.entry("    ", "price", `${one.price.amount} ${one.price.currency}/VM/month`, `${path}.price`);
    share("availability", one.availability, "availability");
    share("ready", one.readyShare, "readyShare");
    share("slowdown", one.slowdownShare, "slowdownShare");
    seconds("restart", one.restartSeconds, "restartSeconds");
    seconds("rpo", one.rpoSeconds, "rpoSeconds");
    seconds("rto", one.rtoSeconds, "rtoSeconds");
    sheet.entry("    ", "window", one.window, `${path}.window`);
    const tiers = one.credits.map(({ below, credit }) => `{below: ${exactQuantity(below, "share")}, credit: ${exactQuantity(credit, "share")}}`);
    sheet.entry("    ", "credits", one.creditTerms ?? (tiers.length === 0 ? "none" : `[${tiers.join(", ")}]`), `${path}.credits`);
  }
}
