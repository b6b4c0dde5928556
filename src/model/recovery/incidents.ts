/**
 * What happened to each VM's data and service: one entry a VM and event, from the loss to the moment it runs again.
 *
 * RTO attained = running - stopped. RPO attained = the time the VM had run since the copy it came back from was frozen; data
 * lost = what changed in that time (changed.ts). A VM that comes back with its own disk lost nothing.
 */
export type Source = "own disk" | "replica" | "backup" | "none";

export interface Incident {
  readonly vm: number;
  /** "site east lost", "ransomware", "data lost", "host h-1 down", "failed back", "test of dr". */
  readonly cause: string;
  /** No harm was done: a drill, or a move home. */
  readonly planned: boolean;
  /** When it stopped, s; for a test: when it began. */
  readonly stoppedSeconds: number;
  /** The work of the VM by then, seconds of running. */
  readonly ran: number;
  source: Source;
  /** Name of the backup or replication, the instant its copy holds, and what was read of it. */
  copy: string;
  pointSeconds: number;
  readMiB: number;
  lostSeconds: number;
  lostMiB: number;
  /** When recovery began (was decided, its step came), and its data were there. NaN = not yet. */
  begunSeconds: number;
  dataSeconds: number;
  runningSeconds: number;
  /** Overtaken: another event befell the VM before it ran again, and its entry counts for both. */
  end: "running" | "lost" | "stopped" | "overtaken" | "";
}

export class Incidents {
  readonly log: Incident[] = [];
  readonly #open = new Map<number, Incident>();

  begin(vm: number, cause: string, planned: boolean, now: number, ran: number): Incident {
    const incident: Incident = {
      vm,
      cause,
      planned,
      stoppedSeconds: now,
      ran,
      source: "none",
      copy: "",
      pointSeconds: Number.NaN,
      readMiB: 0,
      lostSeconds: 0,
      lostMiB: 0,
      begunSeconds: Number.NaN,
      dataSeconds: Number.NaN,
      runningSeconds: Number.NaN,
      end: "",
    };
    this.log.push(incident);
    return incident;
  }

  /** The incident that VM `v` is in, or undefined. */
  of(v: number): Incident | undefined {
    return this.#open.get(v);
  }

  open(incident: Incident): void {
    this.#open.set(incident.vm, incident);
  }

  close(incident: Incident, end: Incident["end"], now: number): void {
    if (this.#open.get(incident.vm) === incident) this.#open.delete(incident.vm);
    incident.end = end;
    if (end === "running") incident.runningSeconds = now;
  }
}
