/** `npm test` runs the project "fast"; `npm run test:long` the cases that take minutes (test/long). */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 30_000,
    coverage: { include: ["src/**/*.ts"] },
    projects: [
      { extends: true, test: { name: "fast", include: ["test/**/*.test.ts"], exclude: ["test/long/**"] } },
      { extends: true, test: { name: "long", include: ["test/long/**/*.test.ts"], testTimeout: 900_000 } },
    ],
  },
});
