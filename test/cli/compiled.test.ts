/** The bundle with what V8 compiled of it, which is of use or not, and never needed. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleCommand, keepCompiled } from "../../scripts/bundle.ts";
import { codeFile, runCompiled } from "../../src/cli/compiled.ts";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
mkdirSync(dist, { recursive: true });
const folder = mkdtempSync(join(dist, "compiled-test-"));
const file = join(folder, "cli", "command.cjs");

beforeAll(() => bundleCommand(join(folder, "cli")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("is used where it is there and of this program, and else done without", async () => {
  const holdsCommand = { runCommandLine: expect.any(Function) as unknown };
  expect(runCompiled(file)).toMatchObject({ fromCache: false, exports: holdsCommand });
  await keepCompiled(join(folder, "cli"));
  expect(runCompiled(file)).toMatchObject({ fromCache: true, exports: holdsCommand });
  // In a place of its own, because V8 knows a file again that it has compiled in this process.
  const other = join(folder, "other.cjs");
  copyFileSync(file, other);
  writeFileSync(codeFile(other), "code of some other V8");
  expect(runCompiled(other)).toMatchObject({ fromCache: false, exports: holdsCommand });
});
