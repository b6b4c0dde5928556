/** The rooms and their doors: the rules of .dependency-cruiser.cjs hold, and they do catch what they forbid. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the rules in a folder; the lines that name a broken one. */
const broken = (folder: string): Promise<string[]> =>
  new Promise((resolve) => {
    const bin = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
    execFile(process.execPath, [bin, "--config", ".dependency-cruiser.cjs", "src"], { cwd: folder, encoding: "utf8" }, (_error, out) => {
      resolve(out.split("\n").filter((line) => /^\s*error /.test(line)));
    });
  });

describe("layering", () => {
  it("holds in the project", async () => {
    expect(await broken(root)).toEqual([]);
  });

  it("is noticed when it is broken", async () => {
    const folder = await mkdtemp(join(tmpdir(), "hypervise-layers-"));
    try {
      await cp(join(root, ".dependency-cruiser.cjs"), join(folder, ".dependency-cruiser.cjs"));
      await cp(join(root, "tsconfig.base.json"), join(folder, "tsconfig.base.json"));
      await writeFile(join(folder, "package.json"), '{"type":"module"}');
      const put = async (path: string, text: string): Promise<void> => {
        await mkdir(join(folder, path, ".."), { recursive: true });
        await writeFile(join(folder, path), text);
      };
      await put("src/model/hosts.ts", "export const hosts = 1;\n");
      await put("src/kernel/kernel.ts", 'import { hosts } from "../model/hosts.ts";\nexport const kernel = hosts;\n');
      await put(
        "src/report/figure.ts",
        'import { hosts } from "../model/hosts.ts";\nimport { readFileSync } from "node:fs";\nexport const page = [hosts, readFileSync];\n',
      );
      await put("src/units/a.ts", 'import { b } from "./b.ts";\nexport const a = (): unknown => b;\n');
      await put("src/units/b.ts", 'import { a } from "./a.ts";\nexport const b = (): unknown => a;\n');
      const names = (await broken(folder)).map((line) => line.trim().split(/[ :]+/)[1]);
      expect(names).toEqual(expect.arrayContaining(["kernel-imports", "report-imports", "browser-safe", "no-cycle"]));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
