/** Resource pools with nothing left open: parents that exist, no circle, and every VM group in a pool there is. */
import { exactQuantity } from "../units/exact.ts";
import { nearest } from "../units/spelling.ts";
import { circleOf } from "./cycles.ts";
import { naturalCompare } from "./members.ts";
import type { Finding } from "./problems.ts";
import type { ResolvedHostGroup, ResolvedPool, ResolvedVmGroup } from "./resolved.ts";
import { fillAt, type Resolving } from "./resolving.ts";
import { poolShareWords, type UserPool } from "./schema-pools.ts";

interface Placed<T> {
  readonly group: T;
  readonly path: Finding["path"];
}

export function resolvePools(
  given: readonly UserPool[] | undefined,
  vms: readonly Placed<ResolvedVmGroup>[],
  hosts: readonly ResolvedHostGroup[],
  to: Resolving,
): ResolvedPool[] {
  to.marks.set("pools", given === undefined ? "default" : "given");
  const list = given ?? [];
  const names = new Set<string>();
  for (const [i, { name }] of list.entries()) {
    if (names.has(name)) to.findings.push({ path: ["pools", i, "name"], message: `another pool is named ${JSON.stringify(name)}` });
    names.add(name);
  }
  const known = (name: string, path: Finding["path"]): void => {
    if (names.has(name)) return;
    const near = nearest(name, [...names]);
    const rest = names.size === 0 ? { write: "the pool in the list pools" } : near === undefined ? { allowed: [...names] } : { suggestion: near };
    to.findings.push({ path, message: `there is no pool ${JSON.stringify(name)}`, ...rest });
  };
  for (const [i, { parent }] of list.entries()) if (parent !== undefined) known(parent, ["pools", i, "parent"]);
  for (const { group, path } of vms) if (group.pool !== null) known(group.pool, [...path, "pool"]);
  const circle = circleOf(new Map(list.map(({ name, parent }) => [name, parent === undefined ? [] : [parent]])));
  if (circle !== null)
    to.findings.push({ path: ["pools"], at: "key", message: `${circle.join(" is in ")} is in ${circle[0]}: a pool cannot be inside itself` });

  const pools = list.map((pool, i) => resolvePool(pool, i, to)).toSorted((a, b) => naturalCompare(a.name, b.name));
  if (circle === null) checkReservations(pools, list, to);
  warnAboutProducts(pools, vms, hosts, to);
  return pools;
}

function resolvePool(given: UserPool, i: number, to: Resolving): ResolvedPool {
  const fill = fillAt(to.marks, `pools[${i}]`);
  const shares = typeof given.shares === "string" ? poolShareWords[given.shares] : given.shares;
  const reservationMHz = fill("reservationMHz", given.reservation, 0);
  const limitMHz = fill<number | null>("limitMHz", given.limit, null);
  if (limitMHz !== null && limitMHz < reservationMHz) to.findings.push({ path: ["pools", i, "limit"], message: "the limit is below the reservation" });
  return {
    name: given.name,
    parent: given.parent ?? null,
    shares: fill("shares", shares, poolShareWords.normal),
    reservationMHz,
    limitMHz,
    expandable: fill("expandable", given.expandable, true),
  };
}

/** What pools reserve inside one that cannot borrow must fit its own reservation. */
function checkReservations(pools: readonly ResolvedPool[], list: readonly UserPool[], to: Resolving): void {
  for (const pool of pools) {
    if (pool.expandable) continue;
    const inside = pools.filter(({ parent }) => parent === pool.name);
    const sum = inside.reduce((total, { reservationMHz }) => total + reservationMHz, 0);
    if (sum > pool.reservationMHz * (1 + 1e-12)) {
      to.findings.push({
        path: ["pools", list.findIndex(({ name }) => name === pool.name), "reservation"],
        message: `${inside.map(({ name }) => name).join(", ")} reserve ${exactQuantity(sum, "frequency")} inside it, more than its own ${exactQuantity(pool.reservationMHz, "frequency")}, and it is not expandable`,
      });
    }
  }
}

/** What some product lacks has no effect there. */
function warnAboutProducts(pools: readonly ResolvedPool[], vms: readonly Placed<ResolvedVmGroup>[], hosts: readonly ResolvedHostGroup[], to: Resolving): void {
  if (pools.length === 0) return;
  const products = new Map(hosts.map(({ hypervisor }) => [hypervisor.name, hypervisor.pools]));
  for (const [name, kind] of products) {
    if (kind === "none")
      to.warnings.push({ path: ["pools"], at: "key", message: `${name} has no resource pools: on its hosts VMs share as if there were none` });
    if (kind === "limits")
      to.warnings.push({
        path: ["pools"],
        at: "key",
        message: `${name} knows limits of groups only: shares and reservations of pools have no effect on its hosts`,
      });
    if (kind === "shares-and-limits" && pools.some(({ reservationMHz }) => reservationMHz > 0))
      to.warnings.push({ path: ["pools"], at: "key", message: `${name} reserves nothing: reservations of pools have no effect on its hosts` });
  }
  const used = new Set(vms.map(({ group }) => group.pool));
  for (const { name } of pools)
    if (!used.has(name) && !pools.some(({ parent }) => parent === name))
      to.warnings.push({ path: ["pools"], at: "key", message: `nothing is in the pool ${JSON.stringify(name)}` });
}
