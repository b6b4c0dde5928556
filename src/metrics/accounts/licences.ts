/**
 * How many units of a licence hosts need, by each product's own metric.
 *
 *   cores      sum over CPUs of max(perCpu, cores of the CPU), at least perHost a host, at least perOrder in all
 *   16 cores   the same / 16; a licence that covers two Windows VMs is needed ceil(VMs / 2) times
 *   sockets, pairs of sockets (rounded up), hosts, users
 *
 * Sources: VMware, 16 cores a CPU and 72 an order since April 2025 (vcf); Windows Server, 8 cores a CPU and 16 a server, two
 * VMs for each full licensing of the host under Standard (ws2025). Proved by test/metrics/licences.test.ts.
 */
import type { LicenceSpec } from "../../model/accounts-spec.ts";

export interface LicensedHost {
  readonly cores: number;
  readonly sockets: number;
  readonly users: number;
}

/** Cores that are billed for one host, before any minimum of an order. */
export function billedCores(host: LicensedHost, rule: NonNullable<LicenceSpec["cores"]>): number {
  const perCpu = host.cores / host.sockets;
  return Math.max(rule.perHost, host.sockets * Math.max(rule.perCpu, Math.ceil(perCpu)));
}

/** Units that one host needs; `windowsVms` is the most it runs at a time. An order's minimum is not in it. */
export function licenceUnits(licence: LicenceSpec, host: LicensedHost, windowsVms = 0): number {
  switch (licence.per) {
    case "core/year":
      return licence.cores === null ? host.cores : billedCores(host, licence.cores);
    case "16 cores": {
      const times = licence.windowsGuests === "two" ? Math.max(1, Math.ceil(windowsVms / 2)) : 1;
      return (times * (licence.cores === null ? host.cores : billedCores(host, licence.cores))) / 16;
    }
    case "socket/year":
      return host.sockets;
    case "socket pair/year":
      return Math.ceil(host.sockets / 2);
    case "host/year":
      return 1;
    case "user/year":
      return host.users;
    default:
      throw new Error(`a licence cannot be priced for each ${licence.per}`);
  }
}

/** Units of an order for many hosts: what they need together, or the order's minimum. */
export const orderUnits = (licence: LicenceSpec, needed: number): number => (needed > 0 ? Math.max(needed, licence.cores?.perOrder ?? 0) : 0);

/** The cheapest way to license Windows guests on a host, with its units; undefined when there are none. */
export function windowsLicence(choices: readonly LicenceSpec[], host: LicensedHost, windowsVms: number): { licence: LicenceSpec; units: number } | undefined {
  if (windowsVms === 0) return undefined;
  const offers = choices.map((licence) => ({ licence, units: licenceUnits(licence, host, windowsVms) }));
  return offers.toSorted((a, b) => a.units * a.licence.amount - b.units * b.licence.amount)[0];
}
