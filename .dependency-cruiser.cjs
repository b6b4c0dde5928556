// The rooms of the house and who may import whom (docs/architecture.md draws the same). A room may always import itself.
const ROOMS = {
  queue: [],
  checks: ["units"],
  kernel: ["queue"],
  sharing: [],
  units: [],
  results: [],
  catalog: ["units"],
  policy: ["units", "kernel"],
  model: ["kernel", "sharing", "units", "policy"],
  metrics: ["model", "results", "units", "kernel"],
  scenario: ["catalog", "checks", "units", "model", "kernel"],
  workload: ["units", "kernel", "model", "scenario"],
  compat: ["kernel", "policy", "units"],
  experiment: ["catalog", "checks", "kernel", "metrics", "model", "results", "scenario", "units", "simulation.ts"],
  validation: ["catalog", "compat", "experiment", "kernel", "model", "results", "scenario", "units", "simulation.ts"],
  report: ["results", "units"],
  node: ["workload", "scenario", "model", "results", "units", "policy"],
};

/** Narrower than a room: only these files of a neighbour may be seen. */
const CONTRACTS = [
  {
    from: "model",
    room: "policy",
    files: ["placement.ts", "rebalancing.ts", "scaling.ts", "constraints.ts", "ha-admission.ts"],
    why: "the model knows the shape of a policy and the rules, never a policy",
  },
  { from: "workload", room: "scenario", files: ["resolved.ts"], why: "a workload reads what a scenario says, not how it is parsed" },
  {
    from: "workload",
    room: "model",
    files: ["demand.ts", "accounts-spec.ts", "failures/spec.ts"],
    why: "a workload ends in demand columns or a series, and knows no host",
  },
  { from: "scenario", room: "kernel", files: ["laws.ts"], why: "a scenario says by which laws times are drawn, and draws none" },
  {
    from: "scenario",
    room: "model",
    files: [
      "script-spec.ts",
      "spec.ts",
      "demand.ts",
      "accounts-spec.ts",
      "location.ts",
      "failures/spec.ts",
      "ha/spec.ts",
      "recovery/spec.ts",
      "recovery/changed.ts",
      "maintenance/spec.ts",
      "storage-spec.ts",
      "network-spec.ts",
    ],
    why: "a scenario fills in the model's numbers and runs nothing",
  },
  { from: "experiment", room: "metrics", files: ["accounts/reckoning.ts"], why: "an experiment reckons runs anew at other prices, and observes none" },
  { from: "experiment", room: "model", files: ["accounts-spec.ts"], why: "an experiment knows prices, and no host" },
  { from: "metrics", room: "kernel", files: ["kernel.ts"], why: "observers keep a clock and touch nothing else" },
];

const rooms = Object.entries(ROOMS).map(([room, may]) => ({
  name: `${room}-imports`,
  comment: may.length > 0 ? `${room}/ may import ${may.join(", ")} only` : `${room}/ imports no other room`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: [room, ...may].map((name) => (name.endsWith(".ts") ? `^src/${name.replace(".", "\\.")}$` : `^src/${name}/`)) },
}));

const contracts = CONTRACTS.map(({ from, room, files, why }) => ({
  name: `${from}-sees-contract-of-${room}`,
  comment: why,
  severity: "error",
  from: { path: `^src/${from}/` },
  to: { path: `^src/${room}/`, pathNot: files.map((file) => `^src/${room}/${file.replace(".", "\\.")}$`) },
}));

module.exports = {
  forbidden: [
    ...rooms,
    ...contracts,
    { name: "no-cycle", comment: "no file imports itself, by whatever way", severity: "error", from: {}, to: { circular: true } },
    {
      name: "browser-safe",
      comment: "only node/ and cli/ may use Node; the page hashes its own style and script",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(node|cli)/|^src/report/page\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "simulation-is-the-top",
      comment: "simulation.ts puts the rooms together without faces and files",
      severity: "error",
      from: { path: "^src/simulation\\.ts$" },
      to: { path: "^src/(cli|node|report|compat|web)/" },
    },
    {
      name: "src-only",
      comment: "the product imports neither tests nor scripts",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts)/" },
    },
    {
      name: "declared-packages",
      comment: "what the product imports is a dependency of package.json",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/policy-module\\.ts$" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    { name: "resolvable", comment: "every import exists", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types", "default"], mainFields: ["module", "main", "types"] },
  },
};
