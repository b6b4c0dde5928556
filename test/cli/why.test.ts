/** `hypervise why`: from the written files of a run, in sentences. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { why } from "../../src/cli/commands/why.ts";
import { BadInput } from "../../src/cli/exit.ts";
import { plainStyle } from "../../src/cli/style.ts";
import { clock, renderStory } from "../../src/cli/why.ts";
import { tablesOf } from "../../src/node/results.ts";
import { csvChunks } from "../../src/node/results-csv.ts";
import { simulate } from "../../src/simulation.ts";
import { host, scenario, vm } from "../support/build.ts";

const busy = (name: string, on: string, cores: number) =>
  vm({ name, host: on, memoryMiB: 1024, workload: { kind: "constant", utilisation: cores, referenceMHz: 1000 } });
const hosts = [host({ count: 2, cores: 2, memoryMiB: 8192 })];
const loop = {
  everySeconds: 300,
  policy: "consolidate",
  options: { detector: { policy: "threshold", threshold: 0.8 }, underload: "none" },
  placement: { policy: "first-fit" },
  maxMigrationsPerRound: null,
  maxMigrationsAtOnce: null,
  coldMigrations: false,
  power: { policy: "always-on", options: {} },
};
/** a and c make 90 %; a goes to h-2. stuck: both hosts are full. */
const worlds = {
  moved: scenario({ durationSeconds: 1000, hosts, vms: [busy("=a", "h-1", 0.9), busy("c", "h-1", 0.9), busy("d", "h-2", 0.5)], rebalance: loop }),
  stuck: scenario({ durationSeconds: 1000, hosts, vms: [busy("a", "h-1", 0.9), busy("b", "h-1", 0.9), busy("c", "h-2", 0.9)], rebalance: loop }),
  // A memory-bound core of four presses with 1/4: 1 + 0.6 / 4 times the time, so that 13.04 % are lost.
  noisy: scenario({
    durationSeconds: 1000,
    hosts: [host({ cores: 4 })],
    vms: ["a", "b"].map((name) => ({ ...busy(name, "h", 1), mix: { cpu: 0, memory: 1, oltp: 0 } })),
    interference: { cpu: { pressure: 0, sensitivity: 0 }, memory: { pressure: 1, sensitivity: 0.6 }, oltp: { pressure: 0, sensitivity: 0 } },
  }),
  still: scenario({ durationSeconds: 1000, hosts, vms: [busy("a", "h-1", 0.9)] }),
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hypervise-why-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function ask(world: keyof typeof worlds, about: { vm?: string; host?: string; at?: string; json?: boolean }): Promise<string> {
  const result = await mkdtemp(join(folder, "result-"));
  for (const table of tablesOf(simulate(worlds[world]))) await writeFile(join(result, `${table.name}.csv`), [...csvChunks(table)].join(""));
  let out = "";
  const write = (text: string): boolean => {
    out += text;
    return true;
  };
  const terminal = {
    out: write,
    problem: write,
    style: plainStyle,
    problemStyle: plainStyle,
    width: 120,
    ascii: false,
    progress: () => ({ show: () => undefined, end: () => undefined }),
  };
  await why({ result, vm: undefined, host: undefined, at: undefined, json: undefined, _: [], $0: "", ...about } as Parameters<typeof why>[0], terminal);
  return out.replaceAll("\u00a0", " ");
}

describe("why a VM moved", () => {
  it("is told with rule, numbers and outcome: 1024 MiB at 119.2 MiB/s take 8.59 s; a name like a formula is read back", async () => {
    expect(await ask("moved", { vm: "=a" })).toBe(`=a
At 0:00:00: was placed on h-1.
At 0:05:00: consolidate moves =a from h-1 to h-2.
    because: host overloaded (threshold), VM by minimum-migration-time
    it went by: load 90 %, limit 80 %, VM's demand 900 MHz
    it took 8.59 s, of which the VM stood still for 0 s
At 0:05:08: runs on h-2.
`);
  });
  it("is told for a VM that cannot, once for all rounds", async () => {
    expect(await ask("stuck", { vm: "a" })).toBe(`a
At 0:00:00: was placed on h-1.
From 0:05:00 to 0:15:00, 3 times: consolidate wants a off h-1, but it stays: no host takes it.
    because: host overloaded (threshold), VM by minimum-migration-time
    it went by: load 90 %, limit 80 %, VM's demand 900 MHz
    not elsewhere: h-2: is too full for it
`);
  });
  it("is told up to a time, the last entry only", async () => {
    expect(await ask("moved", { vm: "=a", at: "6 min" })).toBe(
      "=a at 0:06:00\nAt 0:05:08: runs on h-2.\n2 earlier entries; without --at all of them are told.\n",
    );
    expect(await ask("moved", { vm: "=a", at: "0:04:59" })).toBe("=a at 0:04:59\nAt 0:00:00: was placed on h-1.\n");
  });
  it("is told of a host too, and as data", async () => {
    expect(await ask("moved", { host: "h-2" })).toContain("At 0:05:00: consolidate moves =a from h-1 to h-2.");
    expect(JSON.parse(await ask("moved", { host: "h-2", json: true }))).toMatchObject({ host: "h-2", story: [{ time_s: 300, clock: "0:05:00" }] });
  });
  it("says that nobody decides where nobody does", async () => {
    expect(await ask("still", { vm: "a" })).toContain("At 0:00:00: was placed on h-1.\nNobody moved VMs or switched hosts in this run");
  });
  it("offers the nearest name, and says what a time looks like", async () => {
    await expect(ask("moved", { vm: "cc" })).rejects.toThrow('the run had no VM "cc"; did you mean c?');
    await expect(ask("moved", { host: "h-3" })).rejects.toThrow("did you mean h-1?");
    await expect(ask("moved", { vm: "c", at: "soon" })).rejects.toThrow("2:05:00");
    await expect(ask("moved", {})).rejects.toThrow(BadInput);
    await expect(
      why({ result: folder, vm: "a" } as Parameters<typeof why>[0], { problem: () => undefined } as unknown as Parameters<typeof why>[1]),
    ).rejects.toThrow("holds no results of a run");
  });
});

describe("a long story", () => {
  const plain = { bold: (text: string) => text, dim: (text: string) => text };
  // 20 moves an hour apart, every fourth because the host was full: 5 of 20.
  const moves = Array.from({ length: 20 }, (_, i) => ({
    timeSeconds: 3600 * i,
    what: `a goes to h-${i}`,
    kind: "goes elsewhere",
    because: [`because: ${i % 4 === 0 ? "full" : "empty"}`],
  }));
  const told = (all: boolean, width = 80): string => renderStory("a", moves, { until: Number.POSITIVE_INFINITY, all, width }, plain);

  it("is told by how often and why, its beginning and its end", () => {
    expect(told(false)).toBe(`a
goes elsewhere: 20 times from 0:00:00 to 19:00:00.
    because: 15 times empty; 5 times full

At 0:00:00: a goes to h-0.
    because: full
At 1:00:00: a goes to h-1.
    because: empty
... 16 entries between: --all tells them, --at TIME the one of a time
At 18:00:00: a goes to h-18.
    because: empty
At 19:00:00: a goes to h-19.
    because: empty
`);
  });
  it("is told whole with --all, and no line is wider than the terminal", () => {
    expect(told(true).match(/goes to/g)).toHaveLength(20);
    for (const line of told(false, 44).split("\n")) expect(line.length).toBeLessThanOrEqual(44);
  });
});

describe("times of a run", () => {
  it("are told to the second", () => {
    expect([0, 7500.9, 86_399, 86_400, 266_705].map(clock)).toEqual(["0:00:00", "2:05:00", "23:59:59", "1 d 00:00:00", "3 d 02:05:05"]);
  });
});

describe("why a VM was slow", () => {
  it("names what it lost time to, and the neighbour: 130.4 s of 1000", async () => {
    expect(await ask("noisy", { vm: "a" })).toContain(
      "In 16.7 min of running it lost 13 %: 2.17 min to neighbours that crowd caches and memory bandwidth.\nThe neighbours were b (100 %).\n",
    );
  });
  it("of a host: what it was short of", async () => {
    expect(await ask("noisy", { host: "h" })).toContain("What slowed its VMs most was caches and memory bandwidth for 16.7 min.");
    expect(JSON.parse(await ask("noisy", { host: "h", json: true }))).toMatchObject({ slowed: [expect.stringContaining("memory bandwidth")] });
  });
  it("says nothing where nobody lost anything, or when asked about a time", async () => {
    expect(await ask("still", { vm: "a" })).not.toContain("lost");
    expect(await ask("noisy", { vm: "a", at: "5 min" })).not.toContain("neighbours");
  });
});
