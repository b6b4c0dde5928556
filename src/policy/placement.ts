/**
 * What a placement policy sees and says.
 *
 * A policy is a pure function from a VM and a read-only view of the fleet to a choice. It never touches the model: the
 * engine checks every choice against the rules (memory, vCPUs, limits, power state) whatever the policy says.
 */

/** The VM to place. */
export interface VmAsk {
  readonly vm: number;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** CPU it is expected to use at first, MHz of native work (its demand when it starts; vCPUs x core speed when unknown). */
  readonly demandMHz: number;
  readonly owner: string;
  readonly serviceClass: string;
}

/** The hosts, as a policy may see them. Hosts are numbered 0 .. count - 1 in the scenario's order. */
export interface Fleet {
  readonly count: number;
  /**
   * The first host numbered `from` or more that can take the VM under every rule of the engine (on, memory with
   * overhead, vCPU ratio, product limits), or -1. Backed by an index: walking `h = next(0); h >= 0; h = next(h + 1)`
   * visits only hosts that fit.
   */
  next(from: number): number;
  name(host: number): string;
  group(host: number): string;
  cores(host: number): number;
  coreMHz(host: number): number;
  /** CPU for guests, MHz (all cores less what the hypervisor keeps back). */
  capacityMHz(host: number): number;
  /** CPU in use now, MHz. */
  usedMHz(host: number): number;
  /** CPU asked for by the VMs placed there (their expected demand where they have not started), MHz. */
  demandMHz(host: number): number;
  /** Memory for guests, MiB (RAM less the hypervisor's reserve). */
  memoryMiB(host: number): number;
  freeMemoryMiB(host: number): number;
  /** vCPUs placed, and how many more the admission ratio allows. */
  vcpus(host: number): number;
  freeVcpus(host: number): number;
  vms(host: number): number;
  /** Watts of the host if it used that much CPU (MHz). */
  watts(host: number, usedMHz: number): number;
  /** Grid energy at the host's site now: g CO2e, and money, for each kWh of IT energy (PUE included); NaN where unknown. */
  readonly gramsPerKwh?: (host: number) => number;
  readonly pricePerKwh?: (host: number) => number;
  /** Whether VMs may go where the CPU they ask for is not left: arrivals may, planned moves never do. */
  readonly overcommits: boolean;
  /**
   * Of the hosts that can take the VM and have the CPU left, the one whose power rises least (in whole microwatts), the lowest
   * number among equals, with that rise in W: what walking all of them would find, without walking them.
   */
  leastRise(vm: VmAsk): Choice;
}

export interface Choice {
  /** Host number, or -1: no host suits. */
  readonly host: number;
  /** What the chosen host scored, in the unit the policy documents; NaN where it keeps no score. */
  readonly score: number;
}

/** Places one VM. Called in the order in which VMs arrive. */
export type Place = (vm: VmAsk, fleet: Fleet) => Choice;

export interface PlacementPolicy {
  /** As written in scenarios: `first-fit`. */
  readonly name: string;
  /** One sentence: which host it takes. */
  readonly about: string;
  /** Paper, product or textbook it comes from. */
  readonly source: string;
  /** What `score` means and its unit; empty when it keeps none. */
  readonly score: string;
  /** Makes the function for one run. Throws an Error that names the option when options are wrong. `luck` draws uniform [0, 1). */
  create(options: Readonly<Record<string, unknown>>, luck: () => number): Place;
}

/** Watts as whole microwatts: what rises of power are compared in, so that equal hosts are equal whatever a sum's last bits say. */
export const microwatts = (watts: number): number => Math.round(watts * 1e6);

/** Nobody. */
export const nowhere: Choice = { host: -1, score: Number.NaN };
