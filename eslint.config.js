// Rules that need types, and the bans that keep a run repeatable. Formatting and all other rules are biome's (biome.json).
import tseslint from "typescript-eslint";

/** Rooms whose numbers must be the same on any machine and in the browser: no clock, no luck but the named streams, no Node. */
const core = ["kernel", "queue", "sharing", "units", "catalog", "model", "policy", "metrics", "results", "compat", "workload", "scenario", "report"];

const repeatable = {
  "no-restricted-properties": [
    "error",
    { object: "Math", property: "random", message: "Draw from a named stream of kernel/streams.ts." },
    { object: "Date", property: "now", message: "Simulated time comes from the kernel; wall time belongs to the caller." },
    { object: "performance", property: "now", message: "Wall time belongs to the caller." },
  ],
  "no-restricted-syntax": [
    "error",
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "new Date() reads the clock of the machine." },
    { selector: "CallExpression[callee.name='Date']", message: "Date() reads the clock of the machine." },
    { selector: "ForInStatement", message: "Walk Object.keys, which says what it walks." },
  ],
  "no-restricted-imports": ["error", { patterns: [{ group: ["node:*"], message: "This room runs in the browser too." }] }],
};

export default tseslint.config(
  { ignores: ["dist/", "out/", "coverage/", "node_modules/", "**/*.js", "**/*.cjs", "**/*.mjs"] },
  {
    files: ["**/*.ts"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: ["./tsconfig.core.json", "./tsconfig.src.json", "./tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": "allow-with-description" }],
      "@typescript-eslint/no-base-to-string": "error",
      "@typescript-eslint/no-duplicate-type-constituents": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-for-in-array": "error",
      "@typescript-eslint/no-implied-eval": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "@typescript-eslint/no-unsafe-argument": "error",
      "@typescript-eslint/no-unsafe-assignment": "error",
      "@typescript-eslint/no-unsafe-call": "error",
      "@typescript-eslint/no-unsafe-member-access": "error",
      "@typescript-eslint/no-unsafe-return": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/prefer-promise-reject-errors": "error",
      "@typescript-eslint/require-array-sort-compare": ["error", { ignoreStringArrays: true }],
      "@typescript-eslint/require-await": "error",
      "@typescript-eslint/restrict-plus-operands": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/unbound-method": "error",
    },
  },
  { files: [...core.map((room) => `src/${room}/**/*.ts`), "src/simulation.ts"], ignores: ["src/report/page.ts"], rules: repeatable },
);
