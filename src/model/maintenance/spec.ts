/** What maintenance is built from, in base units. Plain data; hosts are named by group or one by one. */

export interface MaintenanceSpec {
  name: string;
  hosts: string[];
  /** patch: the host comes back. replace: another comes for it, and it goes. remove: it goes. */
  do: "patch" | "replace" | "remove";
  /** replace: the hosts that come, in this order. */
  by: string[];
  startSeconds: number;
  /** Begun again so often; null = once. */
  everySeconds: number | null;
  /** Hosts may be begun from `fromSeconds` on for `forSeconds`, and again every `everySeconds`, counted from the start; null = at any time. */
  window: { fromSeconds: number; forSeconds: number; everySeconds: number } | null;
  /** Installing, before the reboot. */
  takesSeconds: number;
  reboot: boolean;
  /** Hosts under way at a time. */
  atOnce: number;
  /** What becomes of the VMs meanwhile. */
  vms: "migrate" | "suspend" | "shut down";
  /** How long emptying a host may take; then it is put back and passed over. */
  patienceSeconds: number;
  /** Between the return of one host and the beginning of the next. */
  pauseSeconds: number;
  /** Each host begins by itself at a moment of chance within this time (desktops that patch themselves); null = one after the other. */
  spreadSeconds: number | null;
  /** A bad patch; null = a good one. */
  defect: DefectSpec | null;
}

export interface DefectSpec {
  /** Share of the patched hosts that have it. */
  share: number;
  /** Mean time until such a host crashes, exponential; and again after each repair. */
  meanSeconds: number;
  /** From a crash until the host is up again, its boot aside. */
  repairSeconds: number;
  /** Crashes after which the rollout is stopped and all patched hosts are taken back; null = nobody notices. */
  haltAfter: number | null;
}
