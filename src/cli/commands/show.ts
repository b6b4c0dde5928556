/**
 * `hypervise show`: the catalogue, the policies, and the model beside measurements.
 */
import { placementPolicies } from "../../policy/placement/index.ts";
import { BadInput, EXIT, given } from "../exit.ts";
import type { ArgumentsOf, showOptions } from "../options.ts";
import { showHypervisors, showPolicies, showServers, showSizes, showSources } from "../show.ts";
import { terminalText } from "../style.ts";
import type { Terminal } from "../terminal.ts";

/** Runs the command; the exit code. Throws `BadInput` for a name that does not exist. */
export async function show({ topic, names }: ArgumentsOf<typeof showOptions>, terminal: Terminal): Promise<number> {
  const { style } = terminal;
  const text = await given(async () => {
    switch (topic) {
      case "hypervisors":
        return showHypervisors(names, style);
      case "servers":
        return showServers(names, style);
      case "sizes":
        return showSizes(names, style);
      case "policies":
        return showPolicies(placementPolicies, names, style);
      case "failures":
        return (await import("../show-failures.ts")).showFailures(names, style);
      case "sources":
        if (names.length > 0) throw new BadInput("show sources takes no names");
        return showSources(style);
      case "evidence": {
        if (names.length > 1) throw new BadInput("show evidence takes one product, or none for all");
        const [{ showEvidence }, { modelledSpeed }] = await Promise.all([import("../show-evidence.ts"), import("../modelled-speed.ts")]);
        return showEvidence(names[0] ?? null, modelledSpeed, style);
      }
    }
  });
  terminal.out(terminalText(text, style));
  return EXIT.ok;
}
