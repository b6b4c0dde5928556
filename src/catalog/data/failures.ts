/**
 * How often things fail and how long they are down: models fitted to public traces, and usual rates of components.
 *
 * The fits are of whole traces, over all their nodes, in hours; shapes carry over to other machines, scales do not (they differ
 * a hundredfold between traces): a scenario keeps the shape and gives its own mean.
 */
import type { Confidence, Figure } from "../profile.ts";

/** Laws fitted to one quantity, hours. */
export interface Fits {
  readonly exponential: { readonly mean: number };
  readonly weibull: { readonly shape: number; readonly scale: number };
  readonly "log-normal"?: { readonly mu: number; readonly sigma: number };
  readonly gamma: { readonly shape: number; readonly scale: number };
}

export interface FailureTraceFit {
  /** As written in scenarios: `lanl-05`. */
  readonly key: string;
  readonly name: string;
  /** What was observed. */
  readonly about: string;
  /** Time a node is available, and unavailable. */
  readonly up: Fits;
  readonly down: Fits;
  readonly source: string;
  readonly confidence: Confidence;
}

export const failureFits: readonly FailureTraceFit[] = [
  {
    key: "grid5000-06",
    name: "Grid'5000 2006",
    about: "nodes of an experimental grid that users reinstall at will",
    up: { exponential: { mean: 32.41 }, weibull: { shape: 0.48, scale: 14.37 }, "log-normal": { mu: 1.51, sigma: 2.42 }, gamma: { shape: 0.34, scale: 94.35 } },
    down: { exponential: { mean: 7.41 }, weibull: { shape: 0.35, scale: 0.47 }, "log-normal": { mu: -2, sigma: 2.2 }, gamma: { shape: 0.19, scale: 39.92 } },
    source: "javadi2013",
    confidence: "verified",
  },
  {
    key: "lanl-05",
    name: "Los Alamos 2005",
    about: "clusters for high-performance computing, the most like servers",
    up: { exponential: { mean: 1779.99 }, weibull: { shape: 0.48, scale: 816.6 }, "log-normal": { mu: 5.56, sigma: 2.39 }, gamma: { shape: 0.35, scale: 5102.71 } },
    down: { exponential: { mean: 5.92 }, weibull: { shape: 0.58, scale: 2.18 }, "log-normal": { mu: 0.05, sigma: 1.42 }, gamma: { shape: 0.38, scale: 15.44 } },
    source: "javadi2013",
    confidence: "verified",
  },
  {
    key: "microsoft-99",
    name: "Microsoft 1999",
    about: "desktop PCs of a company, switched off at will: a stand-in for hosts of Type 2 products",
    up: { exponential: { mean: 67.01 }, weibull: { shape: 0.55, scale: 35.3 }, "log-normal": { mu: 2.62, sigma: 1.84 }, gamma: { shape: 0.41, scale: 162.19 } },
    down: { exponential: { mean: 16.49 }, weibull: { shape: 0.6, scale: 9.34 }, "log-normal": { mu: 1.42, sigma: 1.54 }, gamma: { shape: 0.46, scale: 35.52 } },
    source: "javadi2013",
    confidence: "verified",
  },
  {
    key: "planetlab-05",
    name: "PlanetLab 2005",
    about: "nodes all over the world, network outages included",
    up: { exponential: { mean: 159.49 }, weibull: { shape: 0.33, scale: 19.35 }, "log-normal": { mu: 1.44, sigma: 2.86 }, gamma: { shape: 0.2, scale: 788.03 } },
    down: { exponential: { mean: 49.61 }, weibull: { shape: 0.36, scale: 5.59 }, "log-normal": { mu: 0.4, sigma: 2.45 }, gamma: { shape: 0.21, scale: 237.65 } },
    source: "javadi2013",
    confidence: "verified",
  },
];

/** What a model of that component takes where the scenario says nothing; a kind that is not here must say it. */
export interface ComponentRates {
  /** Failures of one a year. */
  readonly perYear: Figure;
  readonly repairHours: Figure;
}

const figure = (value: number, unit: string, source: string, confidence: Confidence, note: string, range: Partial<Pick<Figure, "low" | "high">> = {}): Figure => ({
  value,
  ...range,
  unit,
  source,
  confidence,
  note,
});

export const componentRates: Readonly<Record<string, ComponentRates>> = {
  host: {
    perYear: figure(0.5, "a host-year", "judgement", "estimate", "crashes that need a restart; 1,000 of 1,800 servers in their first year at Google (0.56), twice a year and more on older ones", { low: 0.1, high: 2 }),
    repairHours: figure(8, "h", "judgement", "estimate", "hardware to be replaced; a restart alone takes a quarter of an hour", { low: 2, high: 72 }),
  },
  disk: {
    perYear: figure(0.0157, "a disk-year", "backblaze", "verified", "hard disks in 2024"),
    repairHours: figure(24, "h", "judgement", "estimate", "replaced the next day and rebuilt", { low: 4, high: 72 }),
  },
  rack: {
    perYear: figure(0.44, "a rack-year", "dean2008", "verified", "20 failures a year among 45 racks"),
    repairHours: figure(3, "h", "dean2008", "remembered", "1 to 6 h in the slides", { low: 1, high: 6 }),
  },
  feed: {
    perYear: figure(1, "a feed-year", "dean2008", "verified", "one power distribution unit a year in a cluster of 1,800"),
    repairHours: figure(6, "h", "dean2008", "verified", "about six hours"),
  },
  cooling: {
    perYear: figure(0.5, "a unit-year", "dean2008", "verified", "overheating in half of the cluster-years, most machines down within five minutes"),
    repairHours: figure(36, "h", "dean2008", "verified", "one to two days to recover"),
  },
};

/** What a crash of hypervisor or host OS costs: a restart of the host. */
export const softwareRepairHours: Figure = figure(0.25, "h", "judgement", "estimate", "restart of the host", { low: 0.1, high: 0.5 });

const byKey = new Map(failureFits.map((fit) => [fit.key, fit]));
export const failureFit = (key: string): FailureTraceFit | undefined => byKey.get(key.toLowerCase());

/** How a product's high availability declares a host dead: seconds from its last heartbeat. Products that are not here have none. */
export const detectionSeconds: Readonly<Record<string, Figure>> = {
  esxi: figure(15, "s", "product-docs", "remembered", "vSphere HA: 15 s, 18 s without datastore heartbeats", { low: 15, high: 30 }),
  hyperv: figure(15, "s", "judgement", "estimate", "failover clustering: ten lost heartbeats a second apart within a subnet, then fencing", { low: 10, high: 20 }),
  xen: figure(60, "s", "product-docs", "remembered", "XenServer pools: time-out of one minute", { low: 30, high: 120 }),
  kvm: figure(90, "s", "judgement", "estimate", "Proxmox HA waits for the watchdog: one to two minutes", { low: 60, high: 120 }),
  // Reference cases without costs: at once.
  ideal: figure(0, "s", "definition", "verified", "no time at all"),
};

/** Whether the product can keep a standby copy that takes over at once. */
export const faultTolerantProducts: readonly string[] = ["esxi", "ideal"];
