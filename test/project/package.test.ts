/** Promises of the project about itself: it installs from any registry, and its papers say what is there. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/version.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  version: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  engines: { node: string };
};
const papers = [
  "README.md",
  "CHANGELOG.md",
  "notebooks/README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

describe("the packages", () => {
  it("are locked without the host they came from", () => {
    const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, Record<string, unknown>> };
    // Pages where authors ask for support are the only addresses a lock file needs.
    const entries = Object.values(lock.packages).map(({ funding, deprecated, ...entry }) => entry);
    expect(entries.length).toBeGreaterThan(50);
    expect(JSON.stringify(entries)).not.toMatch(/"resolved"|:\/\//);
  });

  it("are exact versions", () => {
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("include those that were asked for by name", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(expect.arrayContaining(["seedrandom", "d3", "yargs", "csv-stringify"]));
    expect(Object.keys(manifest.devDependencies)).toContain("vitest");
  });
});

describe("the version", () => {
  it("is the same in package.json, in the program and in the changelog", () => {
    expect(VERSION).toBe(manifest.version);
    expect(read("CHANGELOG.md")).toContain(`## [${manifest.version}]`);
  });
});

describe("the papers", () => {
  it.each(papers)("%s names only npm scripts that exist", (paper) => {
    const builtIn = new Set(["ci", "install", "test", "start", "link", "pack"]);
    for (const [, words = ""] of read(paper).matchAll(/\bnpm ((?:run (?:--silent )?)?[\w:-]+)/g)) {
      const name = words.replace(/^run (?:--silent )?/, "");
      if (words.startsWith("run ") || ["test", "start"].includes(name)) expect(manifest.scripts, `${paper}: npm ${words}`).toHaveProperty([name]);
      else expect(builtIn.has(name), `${paper}: npm ${words}`).toBe(true);
    }
  });

  it.each(papers)("%s links only to files that exist", (paper) => {
    for (const [, target = ""] of read(paper).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(?:https?:|mailto:|#)/.test(target)) continue;
      expect(existsSync(resolve(root, dirname(paper), target.replace(/#.*$/, ""))), `${paper}: ${target}`).toBe(true);
    }
  });

  it("name every page of docs in its table of contents", () => {
    const contents = read("docs/README.md");
    for (const paper of papers.filter((name) => name.startsWith("docs/") && name !== "docs/README.md")) expect(contents).toContain(`(${paper.slice(5)})`);
  });

  it("say which Node is needed, as package.json does", () => {
    expect(manifest.engines.node).toBe(">=20.19");
    expect(read("README.md")).toContain("Node 20.19");
  });
});

describe("what is in the repository", () => {
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);

  it("is no trace of a third party and no result of a run", () => {
    expect(tracked.filter((path) => /^(?:out|dist|coverage|node_modules|traces)\//.test(path))).toEqual([]);
  });

  it("has the files people look for", () => {
    for (const path of ["README.md", "LICENSE", "CHANGELOG.md", ".npmrc", ".ci/run", "docs/README.md", "notebooks/README.md"]) expect(tracked).toContain(path);
  });
});
