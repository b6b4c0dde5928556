/** What a network is built from, in base units: plain data. */

/** What a network is for. Guests' own traffic; memory of migrating VMs; disks that lie on the network; copies. */
export const NETWORK_KINDS = ["guest", "migration", "storage", "backup"] as const;
export type NetworkKind = (typeof NETWORK_KINDS)[number];

/** A network of its own name: a VLAN, a port group, a tenant's network. */
export interface NetworkSpec {
  name: string;
  kind: NetworkKind;
  /** Its tag; networks with different tags are apart though they share cards and cables. null = untagged. */
  vlan: number | null;
  /** Most that it may use of one host's card in each direction, or null. */
  limitGbitPerSecond: number | null;
  /** Share of each of its flows against those of other networks where a link is full. */
  weight: number;
}

/** Equal network cards of a host that work as one. */
export interface NicSpec {
  name: string;
  /** One card, in each direction. */
  gbitPerSecond: number;
  count: number;
  /** All cards carry traffic, one flow on one of them; or one does and the others stand by. */
  bond: "active" | "standby";
  /** Networks it carries, by name; null = all that no other card of the host names. */
  networks: string[] | null;
}

/** A switch at the top of a rack: hosts behind it talk to each other freely, and to all others over its uplinks. */
export interface SwitchSpec {
  name: string;
  /** Groups of hosts or single ones. */
  hosts: string[];
  /** One uplink, in each direction. */
  uplinkGbitPerSecond: number;
  uplinks: number;
}
