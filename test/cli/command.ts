/** The bundled command as a user runs it: its own process, its own folder, no terminal. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleCommand } from "../../scripts/bundle.ts";

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Command {
  /** A folder for the files of the test; the command runs in it. */
  readonly folder: string;
  readonly run: (...words: string[]) => Promise<Outcome>;
  readonly end: () => Promise<void>;
}

/** Below the project, as the built command is, so that it finds the packages it needs only at times (esbuild). */
const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

/** Bundles the command into a folder of its own. */
export async function startCommand(): Promise<Command> {
  await mkdir(dist, { recursive: true });
  const base = await mkdtemp(join(dist, "command-test-"));
  const folder = await mkdtemp(join(base, "work-"));
  const main = join(base, "cli", "main.cjs");
  await bundleCommand(join(base, "cli"));
  const run = (...words: string[]): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [main, ...words], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } });
      let out = "";
      let err = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        err += text;
      });
      child.once("error", reject).once("close", (code) => resolve({ code, out, err }));
    });
  return { folder, run, end: () => rm(base, { recursive: true, force: true }) };
}

/** A scenario that runs at once: two hosts, three VMs, two hours. */
export const SMALL = `name: small
seed: 5
duration: 2 h
hosts:
  - name: host
    count: 2
    cores: 4
    speed: 2 GHz
    memory: 32 GiB
    power: { model: linear, idle: 50 W, full: 150 W }
    hypervisor: kvm
vms:
  - name: vm
    count: 3
    vcpus: 2
    memory: 4 GiB
    load: 40 %
`;
