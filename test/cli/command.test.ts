/** The command: what it prints where, its exit codes, and what it says when something is wrong. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERSION } from "../../src/version.ts";
import { type Command, SMALL, startCommand } from "./command.ts";

let hypervise: Command;
beforeAll(async () => {
  hypervise = await startCommand();
  await writeFile(join(hypervise.folder, "small.yaml"), SMALL);
}, 60_000);
afterAll(() => hypervise.end());

const file = (path: string): string => join(hypervise.folder, path);

describe("hypervise", () => {
  it("prints its version and nothing else", async () => {
    expect(await hypervise.run("--version")).toEqual({ code: 0, out: `${VERSION}\n`, err: "" });
  });

  it("prints help when asked, and when nothing is asked", async () => {
    const asked = await hypervise.run("--help");
    expect(asked.code).toBe(0);
    for (const command of ["run", "check", "show", "init", "convert", "compare", "why", "validate"]) expect(asked.out).toContain(`hypervise ${command} `);
    expect(await hypervise.run()).toEqual(asked);
  });

  it.each(["run", "check", "show", "init", "convert", "compare", "why", "validate"])("explains %s", async (command) => {
    const { code, out } = await hypervise.run(command, "--help");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^hypervise ${command}`));
  });
});

describe("a wrong command line ends with 2, says what is wrong on stderr and nothing on stdout", () => {
  it.each([
    [["rn", "small.yaml"], 'there is no command "rn"; did you mean run?'],
    [["frobnicate"], 'there is no command "frobnicate" (there are run, check, show, init, convert, compare, why, validate, completion)'],
    [["run"], "run needs more: hypervise run FILE"],
    [["run", "small.yaml", "extra"], '"extra" is one word too many: hypervise run FILE'],
    [["run", "small.yaml", "--sed", "3"], "there is no option --sed; did you mean --seed?"],
    [["run", "small.yaml", "--no-reprot"], "there is no option --no-reprot; did you mean --report?"],
    [["run", "small.yaml", "--frobnicate"], "there is no option --frobnicate (hypervise run --help lists them)"],
    [["run", "small.yaml", "--seed", "1", "--seed", "2"], "--seed is given 2 times; it takes one value"],
    [["run", "small.yaml", "--set", "seed"], "--set seed: write path=value, for example --set hosts.new.count=12"],
    [["run", "smal.yaml"], "smal.yaml: no such file. There is small.yaml here: did you mean that?"],
    [["run", "."], ". is a folder; name a scenario file in it"],
    [["run", "small.yaml", "--out", "small.yaml"], "small.yaml is a file; --out names a folder"],
    [["show", "hypervisers"], 'there is no topic "hypervisers"; did you mean hypervisors?'],
    [["show", "hypervisors", "xem"], 'no hypervisor "xem" in the catalogue; did you mean xen?'],
    [["convert", "plain", "x"], "convert needs --out: hypervise convert FORMAT PATH --out DIR"],
    [["convert", "planetlb", "x", "--out", "y"], 'did you mean "planetlab"?'],
    [["validate", "cloudsim", "--trace", "nowhere.csv"], "trace nowhere.csv: no such file"],
    [["validate", "cloudsim", "--trace", "small.yaml"], "small.yaml: line 1"],
    [["validate", "cloudsim", "--trace", "small.yaml", "--detector", "tr"], "--detector tr: did you mean thr?"],
    [["init", "quikstart"], 'there is no template "quikstart"; did you mean quickstart?'],
  ])("%j", async (words, message) => {
    const { code, out, err } = await hypervise.run(...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("and never lets a name from outside speak to the terminal", async () => {
    const { err } = await hypervise.run("run", "\u001b[2Jx.yaml");
    expect(err).not.toContain("\u001b");
  });
});

describe("hypervise run", () => {
  it("writes out/NAME and shows one screen", async () => {
    const { code, out, err } = await hypervise.run("run", "small.yaml");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("written to out/small/");
    expect(out.split("\n").length).toBeLessThanOrEqual(41);
    expect((await readdir(file("out/small"))).sort()).toEqual([
      "charts",
      "events.csv",
      "hosts.csv",
      "ledger.csv",
      "manifest.json",
      "metrics.csv",
      "migrations.csv",
      "report.html",
      "report.md",
      "resources.csv",
      "summary.csv",
      "timeline.csv",
      "vms.csv",
    ]);
  });

  it("writes a manifest that names program, scenario, marks, inputs and fingerprint, and no path nobody typed", async () => {
    await hypervise.run("run", "small.yaml", "--out", "with-manifest", "--set", "vms.vm.count=2");
    const text = await readFile(file("with-manifest/manifest.json"), "utf8");
    const manifest = JSON.parse(text) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      program: "hypervise",
      version: VERSION,
      commandLine: ["hypervise", "run", "small.yaml", "--out", "with-manifest", "--set", "vms.vm.count=2"],
      node: process.version,
      run: { scenario: "small", seed: "5", hosts: 2, vms: 2 },
      scenario: { name: "small", vms: [{ count: 2 }] },
      marks: { seed: "given", observeSeconds: "default" },
    });
    // sha256 of the text of SMALL, by any sha256sum.
    const { createHash } = await import("node:crypto");
    expect(manifest.inputs).toEqual([{ path: "small.yaml", bytes: SMALL.length, sha256: createHash("sha256").update(SMALL).digest("hex") }]);
    expect(manifest.files).toContain("summary.csv");
    expect(text).not.toContain(hypervise.folder);
  });

  it("leaves charts and page out when told", async () => {
    await hypervise.run("run", "small.yaml", "--out", "bare", "--no-report");
    expect((await readdir(file("bare"))).sort()).toEqual([
      "events.csv",
      "hosts.csv",
      "ledger.csv",
      "manifest.json",
      "metrics.csv",
      "migrations.csv",
      "resources.csv",
      "summary.csv",
      "timeline.csv",
      "vms.csv",
    ]);
  });

  it("prints nothing when quiet", async () => {
    expect(await hypervise.run("run", "small.yaml", "--quiet", "--out", "quiet")).toEqual({ code: 0, out: "", err: "" });
  });

  it("prints one JSON object with figures, ledgers and fingerprint, and writes only where --out says", async () => {
    await mkdir(file("elsewhere"));
    await writeFile(file("elsewhere/s.yaml"), SMALL);
    const { code, out, err } = await hypervise.run("run", "elsewhere/s.yaml", "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const result = JSON.parse(out) as {
      run: { fingerprint: string };
      summary: Record<string, { value: number; unit: string }>;
      ledgers: Record<string, { value: number }[]>;
      out: null;
    };
    expect(result.run.fingerprint).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/);
    expect(result.summary.hosts).toEqual({ value: 2, unit: "hosts" });
    expect(Object.keys(result.ledgers).sort()).toEqual(["cpu", "energy", "vm"]);
    // The CPU ledger holds all core-seconds there are: 2 hosts x 4 cores x 7200 s.
    expect(result.ledgers.cpu?.reduce((sum, account) => sum + account.value, 0)).toBeCloseTo(2 * 4 * 7200, 6);
    expect(result.out).toBeNull();
    expect(await readdir(file("out")).then((names) => names.includes("s"))).toBe(false);
  });

  it("gives the same fingerprint for the same seed, and another for another", async () => {
    const fingerprint = async (...words: string[]): Promise<string> => {
      const { out } = await hypervise.run("run", "small.yaml", "--json", "--set", "vms.vm.load={generator: {profile: enterprise}}", ...words);
      return (JSON.parse(out) as { run: { fingerprint: string } }).run.fingerprint;
    };
    const [first, second, other] = await Promise.all([fingerprint(), fingerprint("--seed", "5"), fingerprint("--seed", "6")]);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it("shows a broken scenario with line and column, ends with 2 and writes nothing", async () => {
    await writeFile(file("broken.yaml"), SMALL.replace("memory: 32 GiB", "memory: 32"));
    const { code, out, err } = await hypervise.run("run", "broken.yaml");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("broken.yaml:9:13");
    expect(await readdir(file("out"))).not.toContain("broken");
  });

  it("reads the series its sites follow, names them in the manifest, and ends with 2 where one ends before the run", async () => {
    const series = (rows: number): string => `timestamp,g\n${Array.from({ length: rows }, (_, h) => `2026-01-05T0${h}:00:00Z,${100 + 100 * h}`).join("\n")}\n`;
    await writeFile(file("metered.yaml"), `${SMALL}site: {carbon: {file: grid.csv}}\n`);
    await writeFile(file("grid.csv"), series(2));
    expect((await hypervise.run("run", "metered.yaml")).code).toBe(0);
    const manifest = await readFile(file("out/metered/manifest.json"), "utf8");
    expect(manifest).toContain('"path": "grid.csv"');
    expect(await readFile(file("out/metered/meters.csv"), "utf8")).toContain("site,,2026-01,0,7200,");
    await writeFile(file("grid.csv"), series(1));
    const { code, err } = await hypervise.run("run", "metered.yaml");
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/grid.csv goes from 2026-01-05T00:00:00Z to 2026-01-05T01:00:00Z, the run needs .*after: wrap/) as string,
    ]);
  });
  it("refuses to write over somebody else's folder before it simulates", async () => {
    await mkdir(file("thesis"));
    await writeFile(file("thesis/chapter.tex"), "years of work");
    const { code, err } = await hypervise.run("run", "small.yaml", "--out", "thesis");
    expect(code).toBe(2);
    expect(err).toContain("thesis holds files that are not results of hypervise");
    expect(await readdir(file("thesis"))).toEqual(["chapter.tex"]);
  });

  it("prints ASCII only when told", async () => {
    const { out } = await hypervise.run("run", "small.yaml", "--ascii", "--out", "ascii");
    expect([...out].every((c) => c.charCodeAt(0) < 128)).toBe(true);
  });
});

describe("a placement policy of the user's own", () => {
  const scenario = (module: string): string => `${SMALL}placement: { policy: mine, module: ${module} }\n`;
  const policy = (types: boolean, place = "(_vm, fleet) => ({ host: fleet.next(0), score: Number.NaN })"): string =>
    `export default { name: "mine", about: "the first", source: "", score: "", create${types ? "(_options: Record<string, unknown>)" : "()"} { return ${place}; } };\n`;

  const runWith = async (name: string, text: string): Promise<{ code: number | null; err: string; placement: string }> => {
    await mkdir(file("own"), { recursive: true });
    await writeFile(file(`own/${name}`), text);
    await writeFile(file("own/s.yaml"), scenario(`./${name}`));
    const { code, out, err } = await hypervise.run("run", "own/s.yaml", "--json");
    return { code, err, placement: code === 0 ? (JSON.parse(out) as { run: { placement: string } }).run.placement : "" };
  };

  it.each([
    ["policy.mjs", policy(false)],
    ["policy.ts", policy(true)],
    ["named.mjs", policy(false).replace("default", "const policy =")],
  ])("runs from %s, found beside the scenario", async (name, text) => {
    expect(await runWith(name, text)).toEqual({ code: 0, err: "", placement: "mine" });
  });

  it.each([
    ["empty.mjs", "export {};\n", "has neither a default export nor an export named policy"],
    ["half.mjs", 'export default { name: "mine" };\n', "about is not a text; source is not a text; score is not a text; create is not a function"],
    ["syntax.mjs", "export default {\n", "cannot be loaded"],
    ["policy.py", "", "expected a file ending in .js, .mjs, .ts, .mts"],
    ["outside.mjs", policy(false, "() => ({ host: 99, score: 0 })"), "chose host number 99"],
    ["throws.mjs", policy(false, '() => { throw new Error("no idea"); }'), "no idea"],
  ])("%s is refused with the reason", async (name, text, reason) => {
    const { code, err } = await runWith(name, text);
    expect(code).toBe(2);
    expect(err).toContain(name);
    expect(err).toContain(reason);
  });
});

describe("hypervise check", () => {
  it("says what would run", async () => {
    expect(await hypervise.run("check", "small.yaml")).toMatchObject({ code: 0, err: "", out: expect.stringContaining("2 hosts, 3 VMs") as string });
  });

  it("prints a resolved scenario that is itself right", async () => {
    const { code, out } = await hypervise.run("check", "small.yaml", "--resolved");
    expect(code).toBe(0);
    expect(out).toMatch(/# default$/m);
    await writeFile(file("resolved.yaml"), out);
    expect((await hypervise.run("check", "resolved.yaml")).code).toBe(0);
  });
});

describe("hypervise convert", () => {
  it("writes a trace in the plain format, which runs", async () => {
    // Two VMs with two samples each: the packed form of PlanetLab.
    await writeFile(file("day.csv"), "a,10,20\nb,30,40\n");
    const { code, out } = await hypervise.run("convert", "planetlab", "day.csv", "--out", "day");
    expect(code).toBe(0);
    expect(out).toContain("2 VMs, 2 steps of 300 s");
    await writeFile(
      file("traced.yaml"),
      SMALL.replace("    count: 3\n    vcpus: 2\n    memory: 4 GiB\n    load: 40 %", "    load: { trace: { format: plain, path: day } }"),
    );
    const run = await hypervise.run("run", "traced.yaml", "--json", "--out", "traced");
    expect(run).toMatchObject({ code: 0, err: "" });
    expect((JSON.parse(run.out) as { run: { vms: number } }).run.vms).toBe(2);
    // Each file that was read is in the manifest with its hash.
    const manifest = JSON.parse(await readFile(file("traced/manifest.json"), "utf8")) as { inputs: { path: string; sha256: string }[] };
    expect(manifest.inputs.map((input) => input.path).sort()).toEqual(["day/demand.csv", "day/vms.csv", "traced.yaml"]);
  });
});

describe("hypervise init", () => {
  it("lists templates, writes one that runs, and never writes over a file", async () => {
    expect((await hypervise.run("init")).out).toContain("quickstart");
    expect((await hypervise.run("init", "quickstart", "mine.yaml")).code).toBe(0);
    expect((await hypervise.run("check", "mine.yaml")).code).toBe(0);
    const again = await hypervise.run("init", "quickstart", "mine.yaml");
    expect(again.code).toBe(2);
    expect(again.err).toContain("mine.yaml exists already");
  });
});

describe("hypervise show", () => {
  it.each([
    [["hypervisors"], "VMware ESXi"],
    [["hypervisors", "esxi", "kvm"], "kvm"],
    [["servers"], "SPEC"],
    [["sizes"], "vCPU"],
    [["policies"], "first-fit"],
    [["sources"], "http"],
    [["evidence"], "kvm"],
  ])("%j", async (words, text) => {
    const { code, out, err } = await hypervise.run("show", ...words);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(text);
  });
});
