/**
 * The ways of VMs' I/O: traffic out of the host and into it, and to each disk. VMs of one class on one host take the same ways,
 * and are one set of streams on each (link.ts).
 */
import type { Datastore, Datastores } from "./datastores.ts";
import type { Flows } from "./flows.ts";
import type * as H from "./hosts.ts";
import type { Crossing, Link, Streams, Traffic } from "./link.ts";
import type { Network } from "./network.ts";
import { type IoSpec, READ_SHARE, RECEIVED_SHARE } from "./storage-spec.ts";
import type * as V from "./vms.ts";

/** A VM's part in a set of streams: which of its disks (-1 = network), and what part of its disk I/O or traffic that is. */
export interface Part {
  readonly streams: Streams;
  readonly disk: number;
  readonly share: number;
}

/** What a VM's load says about one kind of I/O now; NaN where it says nothing. */
export type FurtherIo = (v: number, name: "iops" | "diskMiBPerSecond" | "gbitPerSecond") => number;

export class IoPaths {
  readonly #hosts: H.Hosts;
  readonly #vms: V.Vms;
  readonly #flows: Flows;
  readonly #network: Network;
  readonly #datastores: Datastores;
  readonly #further: FurtherIo;
  /** Traffic out of the hosts, into them, and to the first, second, ... disk of each VM; made when first needed. */
  readonly #traffic = new Map<string, Traffic>();
  /** Streams by kind, host and class. */
  readonly #streams = new Map<string, Streams>();
  /** Paths of hosts to datastores, where the product gets less than all out of the device. */
  readonly #paths = new Map<string, Link>();

  constructor(hosts: H.Hosts, vms: V.Vms, flows: Flows, network: Network, datastores: Datastores, further: FurtherIo) {
    this.#hosts = hosts;
    this.#vms = vms;
    this.#flows = flows;
    this.#network = network;
    this.#datastores = datastores;
    this.#further = further;
  }

  /** Whether its group or its load speaks of I/O of VM `v`. */
  asks(v: number): boolean {
    const { io } = this.#vms.classes[this.#vms.classOf[v]];
    const further = this.#further;
    return (
      io.iops > 0 || (io.diskMiBPerSecond ?? 0) > 0 || this.asksNetwork(v) || !Number.isNaN(further(v, "iops")) || !Number.isNaN(further(v, "diskMiBPerSecond"))
    );
  }

  asksNetwork(v: number): boolean {
    return this.#vms.classes[this.#vms.classOf[v]].io.gbitPerSecond > 0 || !Number.isNaN(this.#further(v, "gbitPerSecond"));
  }

  networkOf(v: number): string {
    return this.#network.named(this.#vms.classes[this.#vms.classOf[v]].io.network ?? "guest").name;
  }

  /** VM `v`, which has I/O, takes part in the streams of its host and class from now on. */
  join(v: number): Part[] {
    const h = this.#vms.host[v];
    const c = this.#vms.classOf[v];
    const { io } = this.#vms.classes[c];
    const parts: Part[] = [];
    const join = (kind: string, path: () => Streams): Streams => {
      const key = `${kind}/${h}/${c}`;
      let streams = this.#streams.get(key);
      if (streams === undefined) {
        streams = path();
        this.#streams.set(key, streams);
      }
      streams.add(v);
      this.#flows.changed(streams);
      return streams;
    };
    if (this.asksNetwork(v)) {
      const network = this.networkOf(v);
      const { weight } = this.#network.named(network);
      for (const direction of ["out", "into"] as const) {
        const received = io.receivedShare ?? RECEIVED_SHARE;
        const share = direction === "out" ? 1 - received : received;
        if (share === 0) continue;
        const streams = join(direction, () => {
          const links = this.#network.guestLinks(h, network, direction, io.passThrough === true);
          return this.#flows.streams(
            this.#trafficOf(direction, false),
            links.map((link) => ({ link, share: 1 })),
            weight,
            null,
          );
        });
        parts.push({ streams, disk: -1, share });
      }
    }
    for (const [k, disk] of this.#datastores.disksOf(v).entries()) {
      if (disk.spec.ioShare === 0) continue;
      const store = this.#datastores.list[disk.datastore];
      const streams = join(`disk ${k} on ${store.number}`, () =>
        this.#flows.streams(this.#trafficOf(`disk ${k}`, true), this.#storagePath(h, store, io), disk.spec.shares, store.device),
      );
      parts.push({ streams, disk: k, share: disk.spec.ioShare });
    }
    return parts;
  }

  #trafficOf(kind: string, counted: boolean): Traffic {
    let traffic = this.#traffic.get(kind);
    if (traffic === undefined) {
      const column = (): Float64Array => new Float64Array(this.#vms.count);
      traffic = { iops: counted ? column() : null, mib: column(), share: column().fill(1) };
      this.#traffic.set(kind, traffic);
    }
    return traffic;
  }

  /** Device, the host's path to it, and the storage network where the datastore lies on it. */
  #storagePath(h: number, store: Datastore, io: IoSpec): Crossing[] {
    const crossings: Crossing[] = [{ link: store.device, share: 1 }];
    const { diskIopsEfficiency, diskThroughputEfficiency } = this.#hosts.classes[this.#hosts.classOf[h]].hypervisor;
    if (diskIopsEfficiency < 1 || diskThroughputEfficiency < 1) {
      const key = `${h}/${store.number}`;
      let path = this.#paths.get(key);
      if (path === undefined) {
        const { iops, mibPerSecond } = store.spec;
        path = this.#flows.link(
          `${this.#hosts.name(h)} path to ${store.name}`,
          1,
          1 / (iops * diskIopsEfficiency),
          1 / (mibPerSecond * diskThroughputEfficiency),
        );
        this.#paths.set(key, path);
      }
      crossings.push({ link: path, share: 1 });
    }
    if (store.port) crossings.push(...this.#network.storageCrossings(h, store.port, io.readShare ?? READ_SHARE));
    return crossings;
  }
}
