/**
 * What the resolver's parts share: the catalogue they ask, and where they note what was filled in, found wrong or odd.
 */
import { nearest } from "../units/spelling.ts";
import type { Finding } from "./problems.ts";
import type { ResolvedHostGroup, ResolvedHypervisor, ResolvedRebalance } from "./resolved.ts";

/** Names of a scenario and what they stand for; `standard.ts` makes the usual one. */
export interface Catalogue {
  hypervisor(key: string): ResolvedHypervisor | undefined;
  server(key: string): Pick<ResolvedHostGroup, "server" | "cores" | "threadsPerCore" | "numaNodes" | "coreMHz" | "memoryMiB" | "power"> | undefined;
  size(key: string): { vcpus: number; memoryMiB: number } | undefined;
  /** Names to suggest from. */
  readonly hypervisorNames: readonly string[];
  readonly serverNames: readonly string[];
  readonly sizeNames: readonly string[];
  /** Built-in placement policies. */
  readonly policyNames: readonly string[];
  /** What is wrong with the options of a built-in policy, or null. */
  policyFault?(policy: string, options: Readonly<Record<string, unknown>>): string | null;
  /** What is wrong with the policies of the rebalancing loop or their options, or null. */
  rebalancingFault?(rebalance: ResolvedRebalance): string | null;
  /** Formats of traces. */
  readonly traceFormats: readonly string[];
}

/** Where a value of the resolved scenario comes from. */
export type Mark = "given" | "default" | "catalogue";

/** By path in the resolved scenario: `hosts[0].coreMHz`. */
export type Marks = Map<string, Mark>;

export interface Resolving {
  readonly catalogue: Catalogue;
  readonly marks: Marks;
  readonly findings: Finding[];
  readonly warnings: Finding[];
}

/** Chooses between what was given and what stands in for it, and marks which it was. */
export type Fill = <T>(field: string, given: T | undefined, fallback: T, origin?: Mark) => T;

export const fillAt =
  (marks: Marks, prefix: string): Fill =>
  (field, given, fallback, origin = "default") => {
    marks.set(prefix === "" ? field : `${prefix}.${field}`, given === undefined ? origin : "given");
    return given === undefined ? fallback : given;
  };

/** A name the catalogue does not have, with the nearest it has. */
export function unknownName(path: Finding["path"], what: string, key: string, names: readonly string[], command: string): Finding {
  const near = nearest(key, names);
  const short = names.length <= 12;
  return {
    path,
    message: `there is no ${what} ${JSON.stringify(key)}`,
    ...(near !== undefined ? { suggestion: near } : short ? { allowed: names } : { write: `a name from: ${command}` }),
  };
}

/**
 * What a policy says of its options, at the option it speaks of. `block` is what stands at `path`; a policy's words are
 * `option "x": ...`, `has no option "x"`, and `; did you mean "y"?`.
 */
export function policyFinding(path: Finding["path"], block: unknown, words: string): Finding {
  const [, none, named = ""] = /(has no )?option "([^"]+)"/.exec(words) ?? [];
  // An option that is a policy in turn has its name and its own options in a block.
  const inner = Object.entries(block ?? {}).find(([, value]) => entry(value, named) !== undefined)?.[0];
  const value = entry(block, named);
  const at = value === undefined ? (inner === undefined ? [] : [inner, named]) : entry(value, "policy") === undefined ? [named] : [named, "policy"];
  const near = /; did you mean "([^"]+)"\?/.exec(words);
  return {
    path: [...path, ...at],
    at: at.length > 0 && !none ? "value" : "key",
    message: near ? words.replace(near[0], "") : words,
    ...(near ? { suggestion: near[1] } : {}),
  };
}

const entry = (block: unknown, key: string): unknown =>
  block !== null && typeof block === "object" && Object.hasOwn(block, key) ? (block as Record<string, unknown>)[key] : undefined;
