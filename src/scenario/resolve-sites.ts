/**
 * Sites and service classes with nothing left open.
 */
import { type CreditTermsName, creditTerms } from "../catalog/data/credits.ts";
import { type AccountsSpec, isPlainSite } from "../model/accounts-spec.ts";
import { naturalCompare } from "./members.ts";
import { resolveBattery, resolveCarbon, resolveGeneration, resolveMarket, resolvePue, resolveTariff } from "./resolve-supply.ts";
import type { ResolvedServiceClass, ResolvedSite } from "./resolved.ts";
import { fillAt, type Resolving, unknownName } from "./resolving.ts";
import type { UserScenario } from "./schema.ts";
import type { UserServiceClass, UserSite } from "./schema-sites.ts";

/** Name of the only site of a scenario that does not list any. */
export const ONLY_SITE = "site";
/** The settlement period of most European grids and of demand meters. */
const METER_SECONDS = 900;
/** The class of VMs that name none: it need not be listed. */
const NO_TARGETS = "standard";

/** All sites in the natural order of their names; at least one. */
export function resolveSites(user: Pick<UserScenario, "site" | "sites">, to: Resolving): ResolvedSite[] {
  if (user.site !== undefined && user.sites !== undefined)
    to.findings.push({ path: ["site"], at: "key", message: "stands beside sites", write: "its entries in one of the sites" });
  const given = user.sites ?? [{ name: ONLY_SITE, ...user.site }];
  unique(given, "sites", "site", to);
  const resolved = given
    .map((site, i) => ({ site, path: user.sites === undefined ? ["site"] : ["sites", i] }))
    .toSorted((a, b) => naturalCompare(a.site.name, b.site.name))
    .map(({ site, path }, i) => ({ site: resolveSite(site, path, user.sites !== undefined, i, to), path }));
  const [priced, ...others] = resolved.filter(({ site }) => site.electricity !== null);
  for (const { site, path } of others) {
    if (site.electricity?.currency !== priced?.site.electricity?.currency)
      to.findings.push({
        path: [...path, "electricity"],
        message: `is in ${site.electricity?.currency}, that of another site in ${priced?.site.electricity?.currency}`,
        write: "one currency throughout",
      });
  }
  return resolved.map(({ site }) => site);
}

function resolveSite(given: UserSite, path: (string | number)[], named: boolean, index: number, to: Resolving): ResolvedSite {
  const fill = fillAt(to.marks, `sites[${index}]`);
  const electricity = fill("electricity", resolveTariff(given.electricity, [...path, "electricity"], to), null);
  const carbonGramsPerKwh = fill("carbonGramsPerKwh", resolveCarbon(given.carbon, [...path, "carbon"], to), null);
  const { market, battery, generation } = given;
  return {
    name: fill("name", named ? given.name : undefined, ONLY_SITE),
    region: fill("region", given.region, null),
    pue: fill("pue", resolvePue(given.pue, [...path, "pue"], to), 1),
    electricity,
    carbonGramsPerKwh,
    ...(market ? { market: resolveMarket(market) } : {}),
    ...(battery ? { battery: resolveBattery(battery, { electricity, carbonGramsPerKwh }, [...path, "battery"], to) } : {}),
    ...(generation ? { generation: resolveGeneration(generation, [...path, "generation"], to) } : {}),
  };
}

/** Refuses to go by a rate that some site does not have. */
export function knowsRates(sites: readonly ResolvedSite[], by: "carbon" | "price", path: readonly (string | number)[], to: Resolving): void {
  const without = sites.find(({ carbonGramsPerKwh, electricity }) => (by === "carbon" ? carbonGramsPerKwh : electricity) === null);
  if (without === undefined) return;
  const [what, write] = by === "carbon" ? ["carbon intensity", "carbon: 380 g/kWh for each site"] : ["price", "electricity: 0.20 EUR/kWh for each site"];
  to.findings.push({ path, at: "key", message: `${without.name} has no ${what} to go by`, write });
}

/** How things are metered and shared out, where the scenario or a site asks for it; else null. */
export function resolveAccounts(
  user: Pick<UserScenario, "accounts" | "classes" | "equipment" | "hosts" | "money">,
  sites: readonly ResolvedSite[],
  to: Resolving,
): AccountsSpec | null {
  const { accounts: given } = user;
  const needed =
    given !== undefined ||
    user.money !== undefined ||
    user.equipment !== undefined ||
    (user.classes ?? []).some(({ credits = "none" }) => credits !== "none") ||
    sites.some((site) => !isPlainSite(site)) ||
    user.hosts.some(({ powerSupply }) => powerSupply !== undefined);
  if (!needed) {
    to.marks.set("accounts", "default");
    return null;
  }
  const fill = fillAt(to.marks, "accounts");
  return {
    meterSeconds: fill("meterSeconds", given?.meter, METER_SECONDS),
    weight: fill("weight", given?.share, "vcpus"),
    within: fill("within", given?.within, "host"),
  };
}

/** The site of a host group: the only one, or the one it names. */
export function siteOf(
  given: { readonly site?: string | undefined },
  path: readonly (string | number)[],
  sites: readonly ResolvedSite[],
  to: Resolving,
): string {
  const [first] = sites;
  const names = sites.map(({ name }) => name);
  if (given.site !== undefined && !names.includes(given.site))
    to.findings.push(unknownName([...path, "site"], "site", given.site, names, "sites of the scenario"));
  if (given.site === undefined && sites.length > 1)
    to.findings.push({
      path: [...path, "site"],
      at: "key",
      absence: true,
      message: "is required where there are several sites",
      write: `site: ${names[0] ?? ""}`,
    });
  return given.site ?? first?.name ?? ONLY_SITE;
}

/** All classes in the natural order of their names. */
export function resolveClasses(given: readonly UserServiceClass[] | undefined, to: Resolving): ResolvedServiceClass[] {
  to.marks.set("classes", given === undefined ? "default" : "given");
  unique(given ?? [], "classes", "class", to);
  const inOrder = [...(given ?? []).entries()].toSorted(([, a], [, b]) => naturalCompare(a.name, b.name));
  return inOrder.map(([at, one], i) => resolveClass(one, ["classes", at], i, to));
}

function resolveClass(given: UserServiceClass, path: (string | number)[], index: number, to: Resolving): ResolvedServiceClass {
  const fill = fillAt(to.marks, `classes[${index}]`);
  to.marks.set(`classes[${index}].name`, "given");
  const none = { tiers: [], terms: null };
  const credits =
    given.credits === undefined || given.credits === "none"
      ? none
      : typeof given.credits === "string"
        ? { tiers: creditTerms[given.credits as CreditTermsName].tiers.map((tier) => ({ ...tier })), terms: given.credits }
        : { tiers: given.credits.toSorted((a, b) => b.below - a.below), terms: null };
  for (let i = 1; i < credits.tiers.length; i++) {
    const [above, below] = [credits.tiers[i - 1], credits.tiers[i]];
    if (above && below && (above.below === below.below || above.credit >= below.credit))
      to.findings.push({ path: [...path, "credits"], at: "key", message: "a lower availability must give a higher credit" });
  }
  return {
    name: given.name,
    availability: fill("availability", given.availability, null),
    readyShare: fill("readyShare", given.ready, null),
    slowdownShare: fill("slowdownShare", given.slowdown, null),
    restartSeconds: fill("restartSeconds", given.restart, null),
    rpoSeconds: fill("rpoSeconds", given.rpo, null),
    rtoSeconds: fill("rtoSeconds", given.rto, null),
    window: fill("window", given.window, "month"),
    price: fill("price", given.price, null),
    creditTerms: credits.terms,
    credits: fill("credits", given.credits === undefined ? undefined : credits.tiers, []),
  };
}

/** Refuses a class that is not in the list, where there is a list. */
export function checkClass(given: string | undefined, path: readonly (string | number)[], classes: readonly ResolvedServiceClass[], to: Resolving): void {
  const names = classes.map(({ name }) => name);
  if (given !== undefined && given !== NO_TARGETS && names.length > 0 && !names.includes(given))
    to.findings.push(unknownName([...path, "class"], "service class", given, names, "classes of the scenario"));
}

function unique(given: readonly { readonly name: string }[], list: string, what: string, to: Resolving): void {
  const seen = new Set<string>();
  for (const [i, { name }] of given.entries()) {
    if (seen.has(name)) to.findings.push({ path: [list, i, "name"], message: `another ${what} is named ${JSON.stringify(name)}` });
    seen.add(name);
  }
}
