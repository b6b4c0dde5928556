/**
 * Admission control of high availability: is there room to restart everything when hosts fail?
 *
 * slots        a slot is the largest CPU and the largest memory need of any powered-on VM; a host has
 *              min(floor(cpu / slot cpu), floor(memory / slot memory)) of them. Failover capacity = most hosts, largest
 *              first, whose slots can go while the rest still holds every VM. Where the size of a slot is capped, a VM that
 *              needs more takes several.
 * percentage   (total - needs) / total, of CPU and of memory, must stay above what is set aside.
 *
 * A VM needs its reservations and the memory overhead; without a CPU reservation it counts 32 MHz, without one of memory its
 * overhead alone. Source: VMware vSphere Availability, with its worked examples as tests. Proof: test/policy/ha-admission.test.ts.
 */

/** CPU MHz and memory MiB: of a host, what it has; of a VM, what it must be sure of. */
export interface Room {
  readonly mhz: number;
  readonly mib: number;
}

/** What a VM without a CPU reservation counts as. */
export const LEAST_MHZ = 32;

/** The largest needs, each at most the cap where there is one; null without any VM. */
export function slotOf(vms: readonly Room[], cap: Partial<Room> = {}): Room | null {
  if (vms.length === 0) return null;
  let mhz = 0;
  let mib = 0;
  for (const vm of vms) {
    mhz = Math.max(mhz, vm.mhz);
    mib = Math.max(mib, vm.mib);
  }
  return { mhz: Math.min(mhz, cap.mhz ?? Number.POSITIVE_INFINITY), mib: Math.min(mib, cap.mib ?? Number.POSITIVE_INFINITY) };
}

/** Slots that the host has. */
export function slotsOn(host: Room, slot: Room): number {
  const by = (has: number, needs: number): number => (needs > 0 ? Math.floor(has / needs) : Number.POSITIVE_INFINITY);
  return Math.min(by(host.mhz, slot.mhz), by(host.mib, slot.mib));
}

/** Slots that the VM takes. */
export function slotsOf(vm: Room, slot: Room): number {
  const by = (needs: number, has: number): number => (has > 0 ? Math.ceil(needs / has) : 1);
  return Math.max(1, by(vm.mhz, slot.mhz), by(vm.mib, slot.mib));
}

/** Hosts that may fail, those with most slots first, while the others still have `taken` slots; -1: not even all have. */
export function failoverCapacity(slots: readonly number[], taken: number): number {
  const rising = [...slots].sort((a, b) => a - b);
  let sum = 0;
  let needed = 0;
  while (needed < rising.length && sum < taken) sum += rising[needed++];
  return sum < taken ? -1 : rising.length - needed;
}

/** Share of CPU and of memory that is not needed. */
export function freeShare(total: Room, needs: Room): { cpu: number; memory: number } {
  return { cpu: total.mhz > 0 ? (total.mhz - needs.mhz) / total.mhz : 0, memory: total.mib > 0 ? (total.mib - needs.mib) / total.mib : 0 };
}
