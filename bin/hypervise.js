#!/usr/bin/env node
// Starts the bundled command. A fresh clone has no bundle yet: `npm start` and `npm run build` make it. CommonJS, as is the
// bundle (hence the package.json beside this): Node starts it faster than a module.
try {
  require("../dist/cli/main.cjs");
} catch (error) {
  if (error?.code !== "MODULE_NOT_FOUND" || !String(error.message).includes("dist/cli/main.cjs")) throw error;
  process.stderr.write("hypervise is not built yet: run `npm run build` in its folder first\n");
  process.exitCode = 1;
}
