/** High availability as a scenario asks for it, in seconds. */

export const PRIORITIES = ["highest", "high", "medium", "low", "lowest"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What high availability does for the VMs of a group. */
export interface VmAvailability {
  readonly priority: Priority | "disabled";
  /** Groups whose VMs must run before these are restarted. */
  readonly after: readonly string[];
  /** A second copy stands by on another host. */
  readonly faultTolerant: boolean;
}

/** How a group of hosts is watched; groups whose product cannot do it are not listed. */
export interface WatchedGroup {
  readonly group: string;
  /** From its last heartbeat to being declared dead. */
  readonly detectionSeconds: number;
}

export type HaAdmission =
  | { readonly policy: "none" }
  | { readonly policy: "slots"; readonly hosts: number; readonly slotMHz: number | null; readonly slotMiB: number | null }
  | { readonly policy: "percentage"; readonly cpu: number; readonly memory: number }
  | { readonly policy: "dedicated"; readonly hosts: readonly string[] };

export interface HaSpec {
  readonly watched: readonly WatchedGroup[];
  readonly heartbeatSeconds: number;
  /** The host that watches the others failed itself: another one is elected first. */
  readonly electionSeconds: number;
  readonly isolation: {
    readonly response: "leave" | "shutdown" | "power-off";
    readonly afterSeconds: number;
    readonly shutdownSeconds: number;
    /** Whether a VM cannot be started while its first copy still runs (a lock on its disks, or the host is cut off its power). */
    readonly fencing: boolean;
  };
  readonly restartsAtOnce: number;
  /** Waits before each further attempt of a start that failed. */
  readonly retrySeconds: readonly number[];
  readonly startFailureChance: number;
  /** When the next priority begins: as soon as the one before has its places, or runs. */
  readonly next: "placed" | "running";
  /** How long those who wait for others (by priority or `after`) wait at most. */
  readonly waitSeconds: number;
  readonly admission: HaAdmission;
  /** Fault tolerance: chance that the standby does not take over. */
  readonly takeOverFailureChance?: number;
  readonly monitoring: { readonly silenceSeconds: number; readonly resets: number; readonly windowSeconds: number } | null;
}
