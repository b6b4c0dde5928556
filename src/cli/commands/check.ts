/**
 * `hypervise check`: is the scenario right, and what would run.
 */
import { formatCount, formatDuration } from "../../units/format.ts";
import { renderResolved } from "../check.ts";
import { EXIT } from "../exit.ts";
import type { ArgumentsOf, checkOptions } from "../options.ts";
import { loadFile } from "../scenario-file.ts";
import type { Terminal } from "../terminal.ts";

/** Runs the command; the exit code. */
export async function check(args: ArgumentsOf<typeof checkOptions>, terminal: Terminal): Promise<number> {
  const file = await loadFile(args, terminal);
  if (file === null) return EXIT.badInput;
  const { scenario, marks } = file.loaded;
  if (args.resolved === true) {
    terminal.out(renderResolved(scenario, marks, terminal.style));
    return EXIT.ok;
  }
  const hosts = scenario.hosts.reduce((sum, group) => sum + group.count, 0);
  const vms = scenario.vms.reduce((sum, group) => sum + (group.count ?? 0), 0);
  const more = scenario.vms.some((group) => group.count === null) ? " and those of its traces" : "";
  const time = scenario.durationSeconds === null ? "until done" : formatDuration(scenario.durationSeconds);
  terminal.out(`  ${args.file} is right: ${formatCount(hosts)} hosts, ${formatCount(vms)} VMs${more}, ${time}, ${scenario.placement.policy}\n`);
  return EXIT.ok;
}
