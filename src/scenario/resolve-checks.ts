/**
 * Checks of a scenario: read here, so that what is misspelt or names a figure that cannot be there is known before anything
 * runs; worked out after the run, when there are figures (`checks/evaluate.ts`).
 */
import { type Capability, impossibleFigure, possibleFigures } from "../checks/figures.ts";
import { parseCheck } from "../checks/parse.ts";
import type { ResolvedScenario } from "./resolved.ts";
import type { Resolving } from "./resolving.ts";

/** What of a scenario brings figures of its own. */
const HAS: Readonly<Record<Capability, (scenario: ResolvedScenario) => boolean>> = {
  // Whatever befalls hosts, links and data may put VMs out of service.
  failures: ({ failures, ha, recovery, maintenance = [], events }) =>
    (failures ?? ha ?? recovery ?? null) !== null || maintenance.length > 0 || events.some((event) => "host" in event || "link" in event),
  ha: ({ ha }) => (ha ?? null) !== null,
  "fault tolerance": ({ vms }) => vms.some((group) => group.ha?.faultTolerant === true),
  recovery: ({ recovery }) => (recovery ?? null) !== null,
  maintenance: ({ maintenance = [] }) => maintenance.length > 0,
  datastores: ({ datastores = [] }) => datastores.length > 0,
  exposure: ({ exposure }) => (exposure ?? null) !== null,
  "a disclosed flaw": ({ exposure }) => (exposure?.disclosedSeconds ?? null) !== null,
  services: ({ vms }) => vms.some(({ workload }) => workload.kind === "service"),
  scaling: ({ vms }) => vms.some(({ scaling }) => scaling !== undefined),
  classes: ({ classes = [] }) => classes.length > 0,
  money: ({ money }) => (money ?? null) !== null,
  "carbon of hosts": ({ accounts, sites }) => (accounts ?? null) !== null && sites.every(({ carbonGramsPerKwh }) => carbonGramsPerKwh !== null),
  governors: ({ hosts }) => hosts.some(({ governor = "performance" }) => governor !== "performance"),
  interference: ({ interference }) => (interference ?? null) !== null,
};

/** All figures that a run of the scenario may have. */
export const figuresOfScenario = (scenario: ResolvedScenario): Set<string> =>
  possibleFigures(new Set((Object.keys(HAS) as Capability[]).filter((capability) => HAS[capability](scenario))));

export function resolveChecks(given: readonly string[] | undefined, scenario: ResolvedScenario, to: Resolving): string[] {
  to.marks.set("checks", given === undefined ? "default" : "given");
  if (given === undefined) return [];
  const possible = figuresOfScenario(scenario);
  return given.flatMap((text, i) => {
    const parsed = parseCheck(text);
    const fault = parsed.ok ? impossibleFigure(parsed.check, possible) : parsed.fault;
    if (parsed.ok && fault === null) return [parsed.check.text];
    const { message, suggestion, at, length } = fault as NonNullable<typeof fault>;
    to.findings.push({
      path: ["checks", i],
      message: `${message} (character ${at + 1})`,
      part: { at, length },
      ...(suggestion === undefined ? {} : { suggestion }),
    });
    return [];
  });
}
