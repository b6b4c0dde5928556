/**
 * The words and options of each command, in the form in which yargs reads them and from which handlers get their types.
 */
import type { Argv } from "yargs";

/** What a command's handler is given, as its options say. */
export type ArgumentsOf<F extends (parser: Argv) => unknown> = ReturnType<F> extends Argv<infer T> ? T : never;

const seed = { type: "string", describe: "Seed of all luck in place of the scenario's", nargs: 1 } as const;
const placement = { type: "string", describe: "Placement policy in place of the scenario's (hypervise show policies)", nargs: 1 } as const;
const json = { type: "boolean", describe: "Print one JSON object instead of text" } as const;
const quiet = { type: "boolean", describe: "Print nothing but problems" } as const;
const set = {
  type: "string",
  array: true,
  nargs: 1,
  requiresArg: true,
  describe: "Change an entry of the scenario before it runs, as path=value (hosts.new.count=12); may be repeated",
} as const;
const check = {
  type: "string",
  array: true,
  nargs: 1,
  requiresArg: true,
  describe: 'What must hold, such as "ready.p95 < 5 %": exit code 99 when it does not; may be repeated',
} as const;
const parquet = { type: "boolean", describe: "Also write each table as Parquet" } as const;
const png = { type: "boolean", describe: "Also draw the charts as PNG" } as const;
const pdf = { type: "boolean", describe: "Also print the report as PDF, with a Chromium where one is found" } as const;
const file = { type: "string", demandOption: true, describe: "Scenario file, YAML or JSON" } as const;

/** Options and words that may come more than once. */
export const MANY: ReadonlySet<string> = new Set(["_", "set", "names", "files", "metric", "check"]);

export const TOPICS = ["hypervisors", "servers", "sizes", "policies", "failures", "evidence", "sources"] as const;

export const runOptions = (parser: Argv) =>
  parser
    .positional("file", file)
    .option("out", { type: "string", describe: "Folder for the results [default: out/NAME of the scenario file]", nargs: 1 } as const)
    .options({ seed, set, placement, check, json, quiet })
    .option("report", { type: "boolean", default: true, hidden: true })
    .option("no-report", { type: "boolean", describe: "Write no charts and no report" })
    .options({ parquet, png, pdf })
    .example("$0 run quickstart.yaml", "simulate, write out/quickstart, show a summary")
    .example("$0 run dc.yaml --seed 7 --set vms.web.count=200", "the same with other numbers");

export const checkOptions = (parser: Argv) =>
  parser
    .positional("file", file)
    .options({ seed, set, placement })
    .option("resolved", { type: "boolean", describe: "Print the scenario with everything filled in, each line marked" } as const)
    .example("$0 check dc.yaml --resolved", "what would run, and which values are defaults");

export const showOptions = (parser: Argv) =>
  parser
    .positional("topic", { choices: TOPICS, demandOption: true, describe: "What to show" } as const)
    .positional("names", { type: "string", array: true, default: [] as string[], describe: "Names; several hypervisors are compared side by side" } as const)
    .example("$0 show hypervisors esxi kvm", "two products side by side, with sources")
    .example("$0 show evidence kvm", "the model beside published measurements");

export const initOptions = (parser: Argv) =>
  parser
    .positional("template", { type: "string", describe: "Template; without one, lists them" } as const)
    .positional("file", { type: "string", describe: "File to write [default: TEMPLATE.yaml]" } as const)
    .example("$0 init quickstart my.yaml", "a commented scenario to start from");

export const convertOptions = (parser: Argv) =>
  parser
    .positional("format", { type: "string", demandOption: true, describe: "Format of the trace: planetlab, bitbrains, opendc, azure, ..." } as const)
    .positional("path", { type: "string", demandOption: true, describe: "Trace file or folder" } as const)
    .option("out", { type: "string", demandOption: true, describe: "Folder for vms.csv and demand.csv", nargs: 1 } as const)
    .option("set", { ...set, describe: "Option of the reader, as name=value (scale=0.5); may be repeated" } as const)
    .option("gzip", { type: "boolean", describe: "Compress the demand table" } as const)
    .option("fit", { choices: ["enterprise", "cloud"] as const, describe: "Also compare the trace with a generator's profile", nargs: 1 } as const)
    .options({ quiet })
    .example("$0 convert planetlab 20110303.csv --out day", "a PlanetLab day in the plain format");

export const compareOptions = (parser: Argv) =>
  parser
    .positional("files", { type: "string", array: true, demandOption: true, describe: "Scenario files; the first is the baseline" } as const)
    .option("reps", { type: "number", default: 10, describe: "Replications of each, with the seeds SEED/1, SEED/2, ...", nargs: 1 } as const)
    .option("policy", { type: "string", describe: "Compare placement policies on one scenario: a,b,c", nargs: 1 } as const)
    .option("vary", { type: "string", describe: "Compare values of one entry of one scenario: path=a,b,c", nargs: 1 } as const)
    .option("metric", { type: "string", array: true, nargs: 1, requiresArg: true, describe: "Figure of summary.csv to show; may be repeated" } as const)
    .option("svg", { type: "string", describe: "Also draw the first figure against the second into this file", nargs: 1 } as const)
    .option("out", { type: "string", describe: "Folder for the report, the charts and the figures of every replication", nargs: 1 } as const)
    .options({ parquet, png, pdf, check, seed, set, json, quiet })
    .example("$0 compare old.yaml new.yaml --reps 30", "two datacenters under the same luck")
    .example("$0 compare dc.yaml --policy first-fit,worst-fit --metric energy_it_kwh", "two policies on one scenario")
    .example("$0 compare old.yaml new.yaml --out out/old-new", "with a report: what differs, why, and where it turns");

export const whyOptions = (parser: Argv) =>
  parser
    .positional("result", { type: "string", demandOption: true, describe: "Folder of a run's results" } as const)
    .positional("vm", { type: "string", describe: "VM to tell about" } as const)
    .option("host", { type: "string", describe: "Host to tell about", nargs: 1 } as const)
    .option("at", { type: "string", describe: "Only the last that was known at that time: 2h, 90 min or 2:05:00", nargs: 1 } as const)
    .option("all", { type: "boolean", describe: "All entries of a long story, not only its sum, beginning and end" } as const)
    .options({ json })
    .example("$0 why out/dc web-07", "where it was, what moved it and why")
    .example("$0 why out/dc --host node-03", "what was decided about a host");

export const validateOptions = (parser: Argv) =>
  parser
    .positional("model", {
      choices: ["cloudsim", "cloudsim-ladder"] as const,
      describe: "One experiment in full; without it, all agreement in one table",
    } as const)
    .option("traces", { type: "string", describe: "Folder with traces (planetlab/, opendc/workloads/) for the rows that need them", nargs: 1 } as const)
    .option("all", { type: "boolean", describe: "Show every figure of every case" } as const)
    .option("trace", { type: "string", describe: "cloudsim, cloudsim-ladder: PlanetLab day as a packed CSV file", nargs: 1 } as const)
    .option("detector", { type: "string", describe: "npa, dvfs, thr, iqr, mad, lr or lrr [default: thr; of the ladder lr]", nargs: 1 } as const)
    .option("parameter", { type: "number", describe: "The detector's number [default: as published]", nargs: 1 } as const)
    .option("selection", { type: "string", default: "mmt", describe: "mmt, mu, mc or rs", nargs: 1 } as const)
    .option("keep-idle", { type: "boolean", default: false, describe: "Keep VMs that ask for nothing where they are" } as const)
    .option("hosts", { type: "number", describe: "Hosts, half of each kind [default: 800, as published]", nargs: 1 } as const)
    .option("seed", { ...seed, describe: "Seed of the selection rs" } as const)
    .options({ json })
    .example("$0 validate", "everything there is, green or red, with its sources")
    .example("$0 validate cloudsim --trace 20110303.csv --detector lr --selection mmt", "our figures beside CloudSim 3.0.3's")
    .example("$0 validate cloudsim-ladder --traces DIR", "from CloudSim's experiment to the default model, one quirk at a time");
