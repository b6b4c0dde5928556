/**
 * The ways that copies travel: hosts' cards on the network for backups, repositories, lines between sites, storage of sites.
 * Each is a port; a copy crosses two of them at its max-min fair share (flows.ts), and meets whatever else crosses the same
 * card: migrations, guests, storage.
 */
import type { Link } from "../link.ts";
import type { Network } from "../network.ts";

/** Where copies leave and where they arrive. */
export interface Port {
  readonly out: readonly Link[];
  readonly into: readonly Link[];
}

export class Transfers {
  readonly #network: Network;
  readonly #hosts = new Map<number, Port>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** A port that gives out and takes in so many MiB/s. */
  port(name: string, outMiBPerSecond: number, intoMiBPerSecond = outMiBPerSecond): Port {
    const { flows } = this.#network;
    return { out: [flows.link(`${name} out`, outMiBPerSecond)], into: [flows.link(`${name} in`, intoMiBPerSecond)] };
  }

  /** The card of host `h` that copies use. */
  host(h: number): Port {
    let port = this.#hosts.get(h);
    if (port === undefined) {
      port = { out: this.#network.copyLinks(h, "backup", "out"), into: this.#network.copyLinks(h, "backup", "into") };
      this.#hosts.set(h, port);
    }
    return port;
  }

  /** Sends `mib` from port to port; `done` is called when all of it is there. Its number. */
  send(from: Port, to: Port, mib: number, done: () => void): number {
    return this.#network.flows.start([...from.out, ...to.into], mib, Number.POSITIVE_INFINITY, done);
  }

  /** Breaks it off; nothing happens when it is over. */
  cancel(transfer: number): void {
    this.#network.flows.cancel(transfer);
  }
}
