/** One of the things a scenario lets happen at a set time. */
export type ScriptedAction =
  /** In maintenance a host takes no VMs, and those it has are moved away. */
  | { atSeconds: number; host: string; do: "off" | "on" | "fail" | "repair" | "maintenance" | "end maintenance" }
  /** Speed as a factor of the host's nominal speed. */
  | { atSeconds: number; host: string; do: "speed"; factor: number }
  | { atSeconds: number; host: string; do: "pstate"; index: number }
  | { atSeconds: number; vm: string; do: "suspend" | "resume" | "stop" | "snapshot" | "delete snapshots" }
  /** A card (`host-1/card`, `host-1/bond.2`) or an uplink (`tor-a/uplink`). */
  | { atSeconds: number; link: string; do: "down" | "up" }
  | { atSeconds: number; datastore: string; do: "resize"; capacityMiB: number }
  /** Another size while it runs, where product and guest allow it. */
  | { atSeconds: number; vm: string; do: "vcpus"; vcpus: number }
  | { atSeconds: number; vm: string; do: "memory"; memoryMiB: number }
  /** By the product's own way of migrating, or at once and for nothing. */
  | { atSeconds: number; vm: string; do: "migrate" | "move"; to: string }
  /** Its disks to another datastore while it runs; with `host` its memory to that host too. */
  | { atSeconds: number; vm: string; do: "move disks"; onto: string; host: string | null };
