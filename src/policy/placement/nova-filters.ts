/**
 * Filters of the Nova policy: each says whether a host may take the VM at all.
 *
 * What Nova's Placement service checks before any filter (free memory and vCPUs under the scenario's ratios, host enabled) the
 * engine has checked already. `ram` and `core` tighten it, as the filters of those names did in Nova until 2019.
 * Source: OpenStack Nova documentation, "Compute schedulers" and "Configuration options" (defaults named below).
 */
import type { Fleet, VmAsk } from "../placement.ts";
import { mapOption, numberOption, type Options, textsOption, wholeOption } from "./options.ts";

/** True: the host passes. */
export type Filter = (vm: VmAsk, fleet: Fleet, host: number) => boolean;

export interface FilterKind {
  /** One sentence: which hosts pass. */
  readonly about: string;
  /** Options it reads from the policy's, besides those of other filters. */
  readonly options: readonly string[];
  create(policy: string, options: Options): Filter;
}

export const novaFilters = {
  ram: {
    about: "memory placed + asked is at most ramAllocationRatio (1) x the host's memory",
    options: ["ramAllocationRatio"],
    create(policy, options) {
      const ratio = numberOption(policy, options, "ramAllocationRatio", 1, 0, Infinity);
      return (vm, fleet, h) => fleet.memoryMiB(h) - fleet.freeMemoryMiB(h) + vm.memoryMiB <= ratio * fleet.memoryMiB(h);
    },
  },
  core: {
    about: "vCPUs placed + asked are at most cpuAllocationRatio (4; 16 before 2023) x cores, and the VM alone at most the cores",
    options: ["cpuAllocationRatio"],
    create(policy, options) {
      const ratio = numberOption(policy, options, "cpuAllocationRatio", 4, 0, Infinity);
      return (vm, fleet, h) => vm.vcpus <= fleet.cores(h) && fleet.vcpus(h) + vm.vcpus <= ratio * fleet.cores(h);
    },
  },
  "num-instances": {
    about: "fewer VMs on the host than maxInstancesPerHost (50)",
    options: ["maxInstancesPerHost"],
    create(policy, options) {
      const most = wholeOption(policy, options, "maxInstancesPerHost", 50, 1);
      return (_vm, fleet, h) => fleet.vms(h) < most;
    },
  },
  "isolated-groups": {
    about: "a host group listed in isolatedGroups takes only VMs of the owners listed there (aggregate multi-tenancy isolation)",
    options: ["isolatedGroups"],
    create(policy, options) {
      const owners = listsByName(policy, options, "isolatedGroups");
      return (vm, fleet, h) => owners.get(fleet.group(h))?.has(vm.owner) ?? true;
    },
  },
  "class-groups": {
    about: "a VM of a service class listed in classGroups goes only to the host groups listed there (aggregate instance extra specs)",
    options: ["classGroups"],
    create(policy, options) {
      const groups = listsByName(policy, options, "classGroups");
      return (vm, fleet, h) => groups.get(vm.serviceClass)?.has(fleet.group(h)) ?? true;
    },
  },
} satisfies Record<string, FilterKind>;

function listsByName(policy: string, options: Options, key: string): ReadonlyMap<string, ReadonlySet<string>> {
  const lists = mapOption(policy, options, key);
  return new Map(Object.keys(lists).map((name) => [name, new Set(textsOption(`${policy}.${key}`, lists, name))]));
}
