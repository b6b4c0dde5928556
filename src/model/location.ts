/** The names of what a host depends on, from the location of its group. */
import type { HostClass } from "./spec.ts";

export const DOMAINS = ["site", "room", "rack", "feed", "cooling", "switch"] as const;
export type DomainKind = (typeof DOMAINS)[number];

/** The names of the domains of that kind which member `i` (from 0) of a host group depends on. */
export function domainNames(c: Pick<HostClass, "count" | "location" | "site">, i: number, kind: DomainKind): readonly string[] {
  const { location } = c;
  if (kind === "site") return [c.site];
  if (location === undefined) return [];
  const rack = rackName(c, i);
  const named = (name: string | null): string[] => (name === null ? [] : [name.replaceAll("{rack}", rack ?? "")]);
  switch (kind) {
    case "room":
      return named(location.room);
    case "rack":
      return named(rack);
    case "feed":
      return location.feeds.flatMap(named);
    case "cooling":
      return location.cooling.flatMap(named);
    case "switch":
      return location.switches.flatMap(named);
  }
}

/** The rack of member `i` of a group: the group's, or the one of those it fills that the member stands in. */
function rackName({ count, location }: Pick<HostClass, "count" | "location">, i: number): string | null {
  if (!location || location.rack === null) return null;
  const { rack, hostsPerRack } = location;
  if (hostsPerRack === null) return rack;
  const racks = Math.ceil(count / hostsPerRack);
  return racks === 1 ? rack : `${rack}-${String(Math.floor(i / hostsPerRack) + 1).padStart(String(racks).length, "0")}`;
}
