/**
 * Loads a placement policy of the user's own: a module named in the scenario, with the policy as its default export or as an
 * export named `policy`.
 *
 * JavaScript (.js, .mjs) is imported as it stands. TypeScript (.ts, .mts) is stripped of its types by Node where Node can
 * (22.18 and later), else bundled by esbuild if that is installed (it is in a clone of the project); else the message says
 * to compile it. A policy runs with the rights of the user: a scenario with a module is to be trusted like a program.
 */
import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { PlacementPolicy } from "../policy/placement.ts";
import { BadInput } from "./exit.ts";

const KNOWN = [".js", ".mjs", ".ts", ".mts"];

/** Loads the policy; `path` is relative to `folder` (of the scenario file). Throws `BadInput` naming the module and what is wrong. */
export async function loadPolicy(path: string, folder: string): Promise<PlacementPolicy> {
  const file = resolve(folder, path);
  if (!existsSync(file)) throw new BadInput(`placement module ${path}: no such file (looked for it beside the scenario)`);
  if (!KNOWN.includes(extname(file))) throw new BadInput(`placement module ${path}: expected a file ending in ${KNOWN.join(", ")}`);
  let loaded: Record<string, unknown>;
  try {
    loaded = await importModule(file, path);
  } catch (error) {
    if (error instanceof BadInput) throw error;
    throw new BadInput(`placement module ${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const policy = loaded.default ?? loaded.policy;
  const faults = faultsOf(policy);
  if (faults.length > 0) {
    throw new BadInput(`placement module ${path}: ${faults.join("; ")}. It must export a policy: { name, about, source, score, create } (docs/placement.md)`);
  }
  return accountable(policy as PlacementPolicy, path);
}

/** The policy, with its own errors told apart from those of the simulator. */
function accountable(policy: PlacementPolicy, path: string): PlacementPolicy {
  const blame = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      throw new BadInput(`placement module ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  return {
    ...policy,
    create(options, luck) {
      const place = blame(() => policy.create(options, luck));
      if (typeof place !== "function") throw new BadInput(`placement module ${path}: create gave no function`);
      return (vm, fleet) => blame(() => place(vm, fleet));
    },
  };
}

function faultsOf(policy: unknown): string[] {
  if (policy === undefined) return ["has neither a default export nor an export named policy"];
  if (typeof policy !== "object" || policy === null) return [`exports a ${policy === null ? "null" : typeof policy}`];
  const entries = policy as Record<string, unknown>;
  const faults = ["name", "about", "source", "score"].filter((key) => typeof entries[key] !== "string").map((key) => `${key} is not a text`);
  if (typeof entries.create !== "function") faults.push("create is not a function");
  return faults;
}

async function importModule(file: string, shown: string): Promise<Record<string, unknown>> {
  if (!/\.m?ts$/.test(file) || (process.features as { typescript?: unknown }).typescript)
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const esbuild = await import("esbuild").catch(() => {
    throw new BadInput(`placement module ${shown}: Node ${process.versions.node} cannot read TypeScript by itself; compile it to .js, or install esbuild`);
  });
  const built = await esbuild.build({ entryPoints: [file], bundle: true, format: "esm", platform: "node", target: "node20", write: false, logLevel: "silent" });
  const code = built.outputFiles[0]?.text ?? "";
  return (await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`)) as Record<string, unknown>;
}
