/** The folder of results: all there or not at all, old results whole until the new ones are, and nobody else's files lost. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { textFile } from "../../src/node/results.ts";
import { checkFolder, FolderRefused, markOf, type ResultFile, writeFolder } from "../../src/node/results-folder.ts";

let base: string;
let out: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "hypervise-folder-"));
  out = join(base, "out");
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Files with the manifest that makes them ours. */
function withManifest(...files: ResultFile[]): ResultFile[] {
  return [...files, textFile("manifest.json", () => JSON.stringify(markOf(files)))];
}
const failing: ResultFile = {
  path: "vms.csv",
  *chunks() {
    yield "vm\n";
    throw new Error("the disk is full");
  },
};
const contents = async (): Promise<string[]> => (await readdir(base, { recursive: true })).sort();

describe("writeFolder", () => {
  it("makes the folder, and folders within it", async () => {
    await writeFolder(join(base, "deep", "out"), withManifest(textFile("charts/a.svg", () => "<svg/>")));
    expect(await contents()).toEqual(["deep", "deep/out", "deep/out/charts", "deep/out/charts/a.svg", "deep/out/manifest.json"]);
  });

  it("replaces its own older results, and what they had more of is gone", async () => {
    await writeFolder(
      out,
      withManifest(
        textFile("a.csv", () => "1"),
        textFile("b.csv", () => "1"),
      ),
    );
    await writeFolder(out, withManifest(textFile("a.csv", () => "2")));
    expect(await contents()).toEqual(["out", "out/a.csv", "out/manifest.json"]);
    expect(await readFile(join(out, "a.csv"), "utf8")).toBe("2");
  });

  it("leaves nothing behind when a file cannot be written, and old results as they were", async () => {
    await expect(
      writeFolder(
        out,
        withManifest(
          textFile("a.csv", () => "1"),
          failing,
        ),
      ),
    ).rejects.toThrow("the disk is full");
    expect(await contents()).toEqual([]);
    await writeFolder(out, withManifest(textFile("a.csv", () => "1")));
    await expect(
      writeFolder(
        out,
        withManifest(
          textFile("a.csv", () => "2"),
          failing,
        ),
      ),
    ).rejects.toThrow("the disk is full");
    expect(await contents()).toEqual(["out", "out/a.csv", "out/manifest.json"]);
    expect(await readFile(join(out, "a.csv"), "utf8")).toBe("1");
  });

  it("says in a sentence what the system refuses, and leaves nothing behind", async () => {
    const full: ResultFile = {
      path: "vms.csv",
      *chunks() {
        yield "vm\n";
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
      },
    };
    const refusal = new FolderRefused(`${out} cannot be written: the disk is full (ENOSPC); nothing was written`);
    await expect(writeFolder(out, withManifest(full))).rejects.toEqual(refusal);
    expect(await contents()).toEqual([]);
  });

  it.runIf(existsSync("/proc/self"))("says so where no folder can be made, instead of trying for ever", async () => {
    await expect(writeFolder("/proc/none", withManifest(textFile("a.csv", () => "1")))).rejects.toThrow(FolderRefused);
  });

  it("knows before any work that a file is in the way, or that nothing may be written there", async () => {
    await writeFile(join(base, "file"), "");
    await expect(checkFolder(join(base, "file", "deep", "out"))).rejects.toThrow(/is a file/);
    if (process.getuid?.() === 0) return;
    await mkdir(join(base, "closed"), { mode: 0o555 });
    await expect(checkFolder(join(base, "closed", "out"))).rejects.toThrow(/may not be written \(it is not allowed \(EACCES\)\)/);
  });

  it("stops when it is aborted, and leaves nothing behind", async () => {
    const stop = new AbortController();
    const endless: ResultFile = {
      path: "a.csv",
      *chunks() {
        for (let i = 0; ; i++) {
          if (i === 3) stop.abort();
          yield "x";
        }
      },
    };
    await expect(writeFolder(out, [endless], stop.signal)).rejects.toThrow(/abort/i);
    expect(await contents()).toEqual([]);
  });

  it("removes what a killed run left beside it, and not what a living one is writing", async () => {
    // No process has the number 2^22 + 1 on Linux (its largest is 2^22); this test's parent is alive.
    const dead = `.out.unfinished-${2 ** 22 + 1}`;
    const alive = `.out.unfinished-${process.ppid}`;
    await mkdir(join(base, dead));
    await mkdir(join(base, alive));
    await writeFolder(out, withManifest());
    expect(await contents()).toEqual([alive, "out", "out/manifest.json"]);
  });

  it("puts results back that a killed run had moved away and not yet replaced", async () => {
    await writeFolder(out, withManifest(textFile("a.csv", () => "1")));
    await import("node:fs/promises").then((fs) => fs.rename(out, join(base, `.out.replaced-${2 ** 22 + 1}`)));
    await expect(writeFolder(out, [failing])).rejects.toThrow("the disk is full");
    expect(await readFile(join(out, "a.csv"), "utf8")).toBe("1");
  });
});

describe("a folder that is not ours", () => {
  const refused = async (message: RegExp): Promise<void> => {
    await expect(checkFolder(out)).rejects.toThrow(message);
    await expect(writeFolder(out, withManifest())).rejects.toThrow(FolderRefused);
  };

  it("is refused when it holds files without a manifest", async () => {
    await mkdir(out);
    await writeFile(join(out, "thesis.tex"), "");
    await refused(/holds files that are not results of hypervise/);
  });

  it("is refused when its manifest is somebody else's", async () => {
    await mkdir(out);
    await writeFile(join(out, "manifest.json"), '{"name":"an app"}');
    await refused(/not results of hypervise/);
  });

  it("is refused when somebody added a file to our results", async () => {
    await writeFolder(out, withManifest(textFile("a.csv", () => "1")));
    await writeFile(join(out, "notes.txt"), "");
    await refused(/holds notes\.txt, which hypervise did not write/);
    expect(await readFile(join(out, "notes.txt"), "utf8")).toBe("");
  });

  it("is refused when it is a file", async () => {
    await writeFile(out, "");
    await refused(/is a file/);
  });

  it("is fine when it is empty, or not there", async () => {
    await checkFolder(out);
    await mkdir(out);
    await checkFolder(out);
    await writeFolder(out, withManifest());
    expect(await contents()).toEqual(["out", "out/manifest.json"]);
  });
});

describe("a process that is ended while it writes", () => {
  /** A program that writes an endless file into the folder. */
  async function writer(): Promise<string> {
    const path = join(base, "writer.mjs");
    const source = `
      import { writeFolder } from ${JSON.stringify(fileURLToPath(new URL("../../src/node/results-folder.ts", import.meta.url)))};
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      function* chunks() { for (;;) yield "x".repeat(1000); }
      await writeFolder(${JSON.stringify(out)}, [{ path: "a.csv", chunks }], stop.signal).catch((e) => { process.exitCode = e.name === "AbortError" ? 130 : 1; });
    `;
    await build({ stdin: { contents: source, resolveDir: base, loader: "ts" }, outfile: path, bundle: true, platform: "node", format: "esm" });
    return path;
  }

  async function endedBy(signal: NodeJS.Signals): Promise<{ code: number | null; left: string[] }> {
    const child = spawn(process.execPath, [await writer()], { stdio: "inherit" });
    const unfinished = join(base, `.out.unfinished-${child.pid}`, "a.csv");
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    while (!existsSync(unfinished)) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill(signal);
    return { code: await ended, left: (await contents()).filter((name) => name !== "writer.mjs") };
  }

  it("by Ctrl-C clears up and says 130", async () => {
    expect(await endedBy("SIGINT")).toEqual({ code: 130, left: [] });
  });

  it("by force leaves no results, only its unfinished folder, which the next run removes", async () => {
    const { left } = await endedBy("SIGKILL");
    expect(left.every((name) => name.startsWith(".out.unfinished-"))).toBe(true);
    await writeFolder(out, withManifest());
    expect((await contents()).filter((name) => name !== "writer.mjs")).toEqual(["out", "out/manifest.json"]);
  });
});
