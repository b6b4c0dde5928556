/** Which hosts and VMs a name of the scenario stands for. */
import type * as H from "./hosts.ts";
import type * as V from "./vms.ts";

/** The numbers a name stands for: one member, or all of its group; throws for an unknown name. */
export interface NumbersOf {
  host(name: string): readonly number[];
  vm(name: string): readonly number[];
  /** VMs of that owner, and all others. */
  owner(name: string): { readonly own: readonly number[]; readonly others: readonly number[] };
}

/** Looks names of members and groups up; made only when a scenario has rules. */
export function numbersOf(hosts: H.Hosts, vms: V.Vms): NumbersOf {
  const table = (count: number, name: (i: number) => string, group: (i: number) => string): Map<string, number[]> => {
    const found = new Map<string, number[]>();
    for (let i = 0; i < count; i++) {
      const of = found.get(group(i));
      if (of) of.push(i);
      else found.set(group(i), [i]);
    }
    for (let i = 0; i < count; i++) if (!found.has(name(i))) found.set(name(i), [i]);
    return found;
  };
  let hostTable: Map<string, number[]> | undefined;
  let vmTable: Map<string, number[]> | undefined;
  const known = (found: number[] | undefined, what: string, name: string): readonly number[] => {
    if (found === undefined) throw new Error(`a rule names the ${what} "${name}", which does not exist`);
    return found;
  };
  return {
    owner(name) {
      const own: number[] = [];
      const others: number[] = [];
      for (let v = 0; v < vms.count; v++) (vms.owners[v] === name ? own : others).push(v);
      return { own, others };
    },
    host(name) {
      hostTable ??= table(
        hosts.count,
        (h) => hosts.name(h),
        (h) => hosts.classes[hosts.classOf[h]].name,
      );
      return known(hostTable.get(name), "host", name);
    },
    vm(name) {
      vmTable ??= table(
        vms.count,
        (v) => vms.names[v],
        (v) => vms.classes[vms.classOf[v]].name,
      );
      return known(vmTable.get(name), "VM", name);
    },
  };
}
