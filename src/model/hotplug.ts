/**
 * Whether a running VM can be given more, or made to give up some, of its vCPUs and memory: as its product and its guest allow.
 * Which can do what: `abilities` of the catalogue, with sources. Proved by test/cases/elasticity.test.ts.
 */
import type { Guests, HypervisorSpec } from "./spec.ts";

export interface Size {
  readonly vcpus: number;
  readonly memoryMiB: number;
}

/** Why a running VM cannot go from one size to the other on that product, or null. */
export function hotplugRefusal(h: HypervisorSpec, guest: "linux" | "windows", from: Size, to: Size): string | null {
  const can = (guests: Guests): boolean => guests === "any" || guests === guest;
  const guestName = guest === "linux" ? "a Linux" : "a Windows";
  if (to.vcpus > from.vcpus && !can(h.hotAddCpu)) return `${h.name} cannot add vCPUs to ${guestName} VM while it runs`;
  if (to.vcpus < from.vcpus && !can(h.hotRemoveCpu)) return `${h.name} cannot take vCPUs from ${guestName} VM while it runs`;
  if (to.memoryMiB > from.memoryMiB && !can(h.hotAddMemory)) return `${h.name} cannot add memory to ${guestName} VM while it runs`;
  if (to.memoryMiB < from.memoryMiB && !can(h.hotRemoveMemory)) return `${h.name} cannot take memory from ${guestName} VM while it runs`;
  return null;
}
