/**
 * The command line: commands, options, help, spelling help and exit codes. What a command does is in `commands/`, loaded
 * when it runs.
 */
import yargs, { type Argv } from "yargs";
import { systemReason } from "../node/system-errors.ts";
import { nearest } from "../units/spelling.ts";
import { VERSION } from "../version.ts";
import { BadInput, EXIT } from "./exit.ts";
import { checkOptions, compareOptions, convertOptions, initOptions, MANY, runOptions, showOptions, TOPICS, validateOptions, whyOptions } from "./options.ts";
import { printable, terminalText } from "./style.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

interface CommandEntry {
  /** As yargs reads it. */
  readonly words: string;
  readonly about: string;
  /** What to type after the command, for messages. */
  readonly usage: string;
  readonly options: (parser: Argv) => Argv;
  /** Registers the command; the types of its options reach its handler only where both are named together. */
  readonly register: (parser: Argv, entry: CommandEntry, context: Context) => Argv;
}

interface Context {
  readonly words: readonly string[];
  readonly terminal: Terminal;
  /** Takes the exit code of the command that ran. */
  readonly done: (code: number) => void;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: {
    words: "run <file>",
    about: "Simulate a scenario and write its results",
    usage: "FILE",
    options: runOptions,
    register: (parser, { words, about }, { words: typed, terminal, done }) =>
      parser.command(words, about, runOptions, async (args) => done(await (await import("./commands/run.ts")).run(args, typed, terminal))),
  },
  check: {
    words: "check <file>",
    about: "Check a scenario without running it",
    usage: "FILE",
    options: checkOptions,
    register: (parser, { words, about }, { terminal, done }) =>
      parser.command(words, about, checkOptions, async (args) => done(await (await import("./commands/check.ts")).check(args, terminal))),
  },
  show: {
    words: "show <topic> [names..]",
    about: "Show the catalogue with its sources",
    usage: `${TOPICS.join("|")} [NAME...]`,
    options: showOptions,
    register: (parser, { words, about }, { terminal, done }) =>
      parser.command(words, about, showOptions, async (args) => done(await (await import("./commands/show.ts")).show(args, terminal))),
  },
  init: {
    words: "init [template] [file]",
    about: "Write a scenario to start from",
    usage: "[TEMPLATE] [FILE]",
    options: initOptions,
    register: (parser, { words, about }, { terminal, done }) =>
      parser.command(words, about, initOptions, async (args) => done(await (await import("./commands/init.ts")).init(args, terminal))),
  },
  convert: {
    words: "convert <format> <path>",
    about: "Convert a trace to the plain format",
    usage: "FORMAT PATH --out DIR",
    options: convertOptions,
    register: (parser, { words, about }, { terminal, done }) =>
      parser.command(words, about, convertOptions, async (args) => done(await (await import("./commands/convert.ts")).convert(args, terminal))),
  },
  compare: {
    words: "compare <files..>",
    about: "Compare scenarios or policies under the same luck",
    usage: "FILE FILE... (or FILE with --policy a,b or --vary path=a,b)",
    options: compareOptions,
    register: (parser, { words, about }, { words: typed, terminal, done }) =>
      parser.command(words, about, compareOptions, async (args) => done(await (await import("./commands/compare.ts")).compare(args, typed, terminal))),
  },
  why: {
    words: "why <result> [vm]",
    about: "Say why a VM moved or a host was switched",
    usage: "RESULT VM [--at TIME], or RESULT --host HOST",
    options: whyOptions,
    register: (parser, { words, about }, { terminal, done }) =>
      parser.command(words, about, whyOptions, async (args) => done(await (await import("./commands/why.ts")).why(args, terminal))),
  },
  validate: {
    words: "validate [model]",
    about: "Show what agrees with other simulators, formulas and measurements",
    usage: "[--traces DIR] (or cloudsim --trace FILE, cloudsim-ladder --traces DIR)",
    options: validateOptions,
    register: (parser, { words, about }, { terminal, done }) =>
      parser.command(words, about, validateOptions, async (args) => done(await (await import("./commands/validate.ts")).validate(args, terminal))),
  },
};
const COMPLETION = "completion";
const COMMAND_NAMES: readonly string[] = [...Object.keys(COMMANDS), COMPLETION];

/** Builds the parser. Where the first word names a command only that one is registered: it is all that can be asked for. */
function parserFor(context: Context): Argv {
  const { words, terminal } = context;
  const named = COMMANDS[words[0] ?? ""];
  let parser: Argv = yargs([...words])
    .scriptName("hypervise")
    .locale("en")
    .usage("$0 COMMAND\n\nSimulates virtualized datacenters: hosts, hypervisors, VMs, energy and service levels.")
    .parserConfiguration({ "dot-notation": false })
    .option("ascii", { type: "boolean", global: true, describe: "Print ASCII characters only" });
  for (const entry of named ? [named] : Object.values(COMMANDS)) parser = entry.register(parser, entry, context);
  return parser
    .completion(COMPLETION, "Print a script that completes commands in the shell")
    .check((argv) => {
      for (const [name, value] of Object.entries(argv)) {
        if (Array.isArray(value) && !MANY.has(name)) throw new BadInput(`--${name} is given ${value.length} times; it takes one value`);
      }
      return true;
    })
    .recommendCommands()
    .strict()
    .demandCommand(1, "name a command")
    .help()
    .alias("help", "h")
    .version(VERSION)
    .alias("version", "v")
    .epilogue("Exit codes: 0 fine, 2 something given is wrong, 99 a check failed, 98 a check is unclear, 1 the simulator contradicts itself, 130 interrupted.")
    .wrap(Math.max(60, Math.min(100, terminal.width)))
    .exitProcess(false);
}

/** Runs a command line and returns its exit code. Writes to the process's stdout and stderr. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const terminal = processTerminal(words.includes("--ascii"));
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    throw error;
  });
  let code: number = EXIT.ok;
  const done = (result: number): void => {
    code = result;
  };
  const parser = parserFor({ words, terminal, done });
  if (words.length === 0) {
    terminal.out(`${await parser.getHelp()}\n`);
    return EXIT.ok;
  }
  withoutHelpAfterwards(parser);
  parser.fail((message, error) => {
    throw error ?? new BadInput(explain(message, words));
  });
  try {
    await parser.parseAsync();
    return code;
  } catch (error) {
    return report(error, terminal);
  }
}

/** After a command yargs lays out its help, in case somebody asks for it later: a tenth of a short run, and nobody does. */
function withoutHelpAfterwards(parser: Argv): void {
  const { getInternalMethods } = parser as unknown as { getInternalMethods: () => { getUsageInstance: () => { cacheHelpMessage: () => void } } };
  getInternalMethods.call(parser).getUsageInstance().cacheHelpMessage = () => {};
}

/** Says what is wrong with a command line in our words, with the nearest spelling. */
function explain(message: string, words: readonly string[]): string {
  const command = words.find((word) => !word.startsWith("-")) ?? "";
  const help = `(hypervise ${command ? `${command} ` : ""}--help lists what there is)`;
  if (/^Did you mean/.test(message)) return unknownWord(command, command, words);
  const unknown = /^Unknown arguments?: (.*)$/.exec(message);
  if (unknown) {
    const names = [...new Set((unknown[1] ?? "").split(", "))].filter((name) => words.some((word) => optionName(word) === name || word === name));
    return names.map((name) => unknownWord(name, command, words)).join("\n  ") || `${message} ${help}`;
  }
  if (/^Not enough non-option arguments/.test(message)) return `${command} needs more: ${usageOf(command)}`;
  const choice = /^Invalid values:\s*Argument: (\S+), Given: (.*), Choices: (.*)$/s.exec(message);
  if (choice) {
    const [, name = "", found = "", choices = ""] = choice.map((part) => part.replaceAll('"', "").trim());
    const near = nearest(found, choices.split(", "));
    return `there is no ${name} ${JSON.stringify(found)}${near ? `; did you mean ${near}?` : ` (there are ${choices})`}`;
  }
  const missing = /^Missing required arguments?: (.*)$/.exec(message)?.[1];
  if (missing !== undefined) return `${command} needs ${missing.replaceAll(/[\w-]+/g, "--$&")}: ${usageOf(command)}`;
  if (/^Not enough arguments following/.test(message)) return `${message.replaceAll(/\s*\n\s*/g, " ").replaceAll('"', "")} ${help}`;
  return message.replaceAll(/\s*\n\s*/g, " ");
}

const optionName = (word: string): string => word.replace(/^--?(?:no-)?/, "").replace(/=.*$/s, "");

function unknownWord(name: string, command: string, words: readonly string[]): string {
  if (!words.includes(name)) {
    const near = nearest(name, optionsOf(command));
    const written = words.find((word) => word.startsWith("-") && optionName(word) === name) ?? `--${name}`;
    return `there is no option ${written.replace(/=.*$/s, "")}${near ? `; did you mean --${near}?` : ` (hypervise ${command} --help lists them)`}`;
  }
  if (name !== command) return `${JSON.stringify(name)} is one word too many: ${usageOf(command)}`;
  const near = nearest(name, COMMAND_NAMES);
  return `there is no command ${JSON.stringify(name)}${near ? `; did you mean ${near}?` : ` (there are ${COMMAND_NAMES.join(", ")})`}`;
}

const usageOf = (command: string): string => `hypervise ${command} ${COMMANDS[command]?.usage ?? ""}`.trimEnd();

/** Names of the options a command has. */
function optionsOf(command: string): string[] {
  const described = COMMANDS[command]?.options(yargs([])) as unknown as { getOptions(): { key: Record<string, unknown> } } | undefined;
  return [...Object.keys(described?.getOptions().key ?? {}), "ascii", "help", "version"];
}

/** Prints an error for the person it concerns and chooses the exit code. */
function report(error: unknown, terminal: Terminal): number {
  const { red } = terminal.problemStyle;
  if (error instanceof BadInput || (error instanceof Error && ["FolderRefused", "PngMissing", "PdfMissing", "SeriesEnded"].includes(error.name))) {
    // What is quoted may come from a file; nothing in it reaches the terminal as a command.
    const lines = error.message.split("\n").map((line) => `  ${red(terminalText(printable(line), terminal.problemStyle))}\n`);
    terminal.problem(lines.join(""));
    return EXIT.badInput;
  }
  if (error instanceof Error && error.name === "AbortError") {
    terminal.problem("  interrupted; nothing was written\n");
    return EXIT.interrupted;
  }
  const reason = systemReason(error);
  if (reason !== null) {
    const { path = "a file" } = error as NodeJS.ErrnoException;
    terminal.problem(`  ${red(terminalText(printable(`${path} cannot be read or written: ${reason}`), terminal.problemStyle))}\n`);
    return EXIT.badInput;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.problem(`  ${red("hypervise contradicts itself; this is its mistake, not yours. Nothing was written.")}\n${what}\n`);
  return EXIT.internal;
}
