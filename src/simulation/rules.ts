/** The rules of a scenario with numbers for the names of its hosts and VMs. */
import type { NumbersOf } from "../model/names.ts";
import type { Constraint } from "../policy/constraints.ts";
import type { ResolvedRule } from "../scenario/resolved.ts";

/** A rule of the scenario with numbers for its names. */
export function constraintsOf(rule: ResolvedRule, numbers: NumbersOf): Constraint[] {
  const { name } = rule;
  switch (rule.kind) {
    case "reserve":
      return [{ kind: "reserve", name, memoryShare: rule.memoryShare, vcpuShare: rule.vcpuShare }];
    case "together":
      return [{ kind: "together", name, vms: rule.vms.flatMap((vm) => numbers.vm(vm)) }];
    case "apart":
      return [{ kind: "apart", name, vms: rule.vms.flatMap((vm) => numbers.vm(vm)), most: rule.perHost }];
    case "dedicated": {
      const { own, others } = numbers.owner(rule.owner);
      const hosts = rule.hosts.flatMap((host) => numbers.host(host));
      return [
        { kind: "hosts", name, vms: own, hosts, must: true, not: false },
        { kind: "hosts", name, vms: others, hosts, must: true, not: true },
      ];
    }
    case "hosts":
      return [
        {
          kind: "hosts",
          name,
          vms: rule.vms.flatMap((vm) => numbers.vm(vm)),
          hosts: rule.hosts.flatMap((host) => numbers.host(host)),
          must: rule.strength.startsWith("must"),
          not: rule.strength.endsWith("not"),
        },
      ];
  }
}
