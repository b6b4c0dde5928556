#!/usr/bin/env node
// Starts the bundled command. A fresh clone has no bundle yet: `npm start` and `npm run build` make it.
try {
  await import("../dist/cli/main.js");
} catch (error) {
  if (error?.code !== "ERR_MODULE_NOT_FOUND" || !String(error.message).includes("dist/cli/main.js")) throw error;
  process.stderr.write("hypervise is not built yet: run `npm run build` in its folder first\n");
  process.exitCode = 1;
}
