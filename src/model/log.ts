/** What happened, in columns: one row an event, in order. Texts are made only when somebody reads them. */

export const EVENTS = [
  "requested",
  "queued",
  "placed",
  "booting",
  "running",
  "suspended",
  "resumed",
  "stopped",
  "completed",
  "rejected",
  "lost",
  "down",
  "deleted",
  "task done",
  "migrating",
  "migrated",
  "migration broken off",
  "moved",
  "refused",
  "host off",
  "host on",
  "host booting",
  "host boot failed",
  "host shutting down",
  "host asleep",
  "host speed",
  "maintenance",
  "maintenance ended",
  "out of space",
  "space again",
  "snapshot",
  "snapshots deleted",
  "link down",
  "link up",
  "host failed",
  "host repaired",
  "crashed",
  "shut down",
  "cut off",
  "reconnected",
  "data lost",
  "resized",
  "disks moving",
  "disks moved",
  "disks stay",
] as const;
export type EventName = (typeof EVENTS)[number];

const NUMBER: ReadonlyMap<string, number> = new Map(EVENTS.map((name, i) => [name, i]));

export class EventLog {
  count = 0;
  time = new Float64Array(256);
  event = new Uint8Array(256);
  vm = new Int32Array(256);
  host = new Int32Array(256);
  /** Task number, reason number or factor, by event; NaN where there is none. */
  detail = new Float64Array(256);
  /** Texts of reasons; details and `vms.reason` are indices into them. */
  readonly reasons: string[] = [];
  readonly #reasonNumber = new Map<string, number>();

  /** Index of a reason; new ones are added. */
  reason(text: string): number {
    const known = this.#reasonNumber.get(text);
    if (known !== undefined) return known;
    this.#reasonNumber.set(text, this.reasons.length);
    return this.reasons.push(text) - 1;
  }

  /** Text of a reason; "" for -1. */
  reasonText(number: number): string {
    return number < 0 ? "" : this.reasons[number];
  }

  add(time: number, event: EventName, vm: number, host: number, detail: number = Number.NaN): void {
    const i = this.count++;
    if (i === this.time.length) this.#grow();
    this.time[i] = time;
    this.event[i] = NUMBER.get(event) as number;
    this.vm[i] = vm;
    this.host[i] = host;
    this.detail[i] = detail;
  }

  #grow(): void {
    const size = this.time.length * 2;
    const grown = <T extends Float64Array | Uint8Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.time = grown(new Float64Array(size), this.time);
    this.event = grown(new Uint8Array(size), this.event);
    this.vm = grown(new Int32Array(size), this.vm);
    this.host = grown(new Int32Array(size), this.host);
    this.detail = grown(new Float64Array(size), this.detail);
  }
}
