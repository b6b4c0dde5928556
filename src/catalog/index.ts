/**
 * The catalogue: hypervisors, servers and VM sizes with the source and confidence of each figure.
 *
 * Keys are matched without regard to case. The measurements behind the hypervisor figures are in `evidence.ts`, apart from
 * here because they are many and only one command shows them.
 */

import { esxi } from "./data/esxi.ts";
import { hyperv } from "./data/hyperv.ts";
import { ideal } from "./data/ideal.ts";
import { kvm } from "./data/kvm.ts";
import { none } from "./data/none.ts";
import { parallels } from "./data/parallels.ts";
import { powerCurves, servers } from "./data/servers.ts";
import { sizeFamilies } from "./data/sizes.ts";
import { sources } from "./data/sources.ts";
import { virtualbox } from "./data/virtualbox.ts";
import { workstation } from "./data/workstation.ts";
import { xen } from "./data/xen.ts";
import type { HypervisorProfile } from "./profile.ts";
import type { ServerProfile } from "./server.ts";
import type { VmSize } from "./size.ts";

export type { Source } from "./data/sources.ts";
export { NO_LIMIT } from "./limits.ts";
export * from "./profile.ts";
export type { PowerCurve, ServerProfile } from "./server.ts";
export type { SizeFamily, VmSize } from "./size.ts";
export { powerCurves, servers, sizeFamilies, sources };

/** All hypervisors: the bare-metal ones, the hosted ones, then the two reference cases. */
export const hypervisors: readonly HypervisorProfile[] = [esxi, hyperv, xen, kvm, virtualbox, workstation, parallels, none, ideal];

/** All VM sizes, family by family. */
export const sizes: readonly VmSize[] = sizeFamilies.flatMap((family) => family.sizes);

const byKey = <T extends { readonly key: string }>(entries: readonly T[]): Map<string, T> => new Map(entries.map((entry) => [entry.key.toLowerCase(), entry]));

const hypervisorsByKey = byKey(hypervisors);
for (const hypervisor of hypervisors) for (const alias of hypervisor.aliases) hypervisorsByKey.set(alias, hypervisor);
const serversByKey = byKey(servers);
const sizesByKey = byKey(sizes);

/** The hypervisor of that key or alias ("esxi", "hyper-v", "vbox"), or undefined. */
export const hypervisorProfile = (key: string): HypervisorProfile | undefined => hypervisorsByKey.get(key.toLowerCase());

/** The server of that key ("dell-r740-8280"), or undefined. */
export const server = (key: string): ServerProfile | undefined => serversByKey.get(key.toLowerCase());

/** The VM size of that key ("medium", "m5.large"), or undefined. */
export const vmSize = (key: string): VmSize | undefined => sizesByKey.get(key.toLowerCase());

/** Every spelling that is understood, for suggestions when one is not. */
export const hypervisorNames: readonly string[] = [...hypervisors.map((h) => h.key), ...hypervisors.flatMap((h) => h.aliases)];
export const serverNames: readonly string[] = servers.map((s) => s.key);
export const sizeNames: readonly string[] = sizes.map((s) => s.key);
