/** Laws of times with nothing left open. */
import { failureFit, failureFits } from "../catalog/data/failures.ts";
import { type Law, meanOf, stretched } from "../kernel/laws.ts";
import type { Finding } from "./problems.ts";
import { type Resolving, unknownName } from "./resolving.ts";
import type { UserLaw } from "./schema-failures.ts";

type Key = Exclude<keyof UserLaw, "law">;

/** Entries each family has; of those joined by a bar one is needed. A mean may stretch any law. */
const ENTRIES: Readonly<Record<NonNullable<UserLaw["law"]>, readonly (readonly Key[])[]>> = {
  exponential: [["mean"]],
  weibull: [["shape"], ["scale", "mean"]],
  "log-normal": [["sigma"], ["median", "mu", "mean"]],
  gamma: [["shape"], ["scale", "mean"]],
  exactly: [["value"]],
  empirical: [["times"]],
  bathtub: [["hazards"]],
};
const EXAMPLES: Readonly<Partial<Record<Key, string>>> = {
  mean: "mean: 90 days",
  shape: "shape: 0.7",
  scale: "scale: 90 days",
  sigma: "sigma: 1.2",
  median: "median: 4 h",
  mu: "mu: 9.6",
  value: "value: 300 s",
  times: "times: [1 h, 2 h]",
  hazards: "hazards: [{shape: 1, scale: 1 year}]",
};
const HOUR = 3600;

/** Stands in for a law that is refused: the rest of the file is looked at all the same. */
const NOTHING: Law = { law: "exponential", mean: HOUR };

/** `side`: a trace's name stands for its times up or down. */
export function resolveLaw(given: UserLaw, path: Finding["path"], side: "up" | "down", to: Resolving): Law {
  if (given.like !== undefined) return fitted(given, given.like, path, side, to);
  const { law } = given;
  if (law === undefined) {
    to.findings.push({ path, at: "key", absence: true, message: "does not say which law", write: "law: weibull, or like: lanl-05, or a time alone" });
    return NOTHING;
  }
  const entries = ENTRIES[law];
  const known = new Set<string>(["law", "mean", ...entries.flat()]);
  meaningless(given, known, `the law ${law}`, path, to);
  let complete = true;
  for (const choices of entries) {
    if (choices.some((key) => given[key] !== undefined)) continue;
    complete = false;
    to.findings.push({
      path: [...path, choices[0] ?? ""],
      at: "key",
      absence: true,
      message: `is required for the law ${law}`,
      write: choices.map((key) => EXAMPLES[key]).join(" or "),
    });
  }
  if (!complete) return NOTHING;
  if (law === "weibull" || law === "gamma" || law === "log-normal") {
    const [own, ...others] = (["scale", "median", "mu", "mean"] as const).filter((key) => given[key] !== undefined);
    for (const other of others)
      to.findings.push({ path: [...path, other], at: "key", message: `stands beside ${own}, which says the same`, write: "one of the two" });
  }
  return toMean(make(law, given), given.mean);
}

function make(law: NonNullable<UserLaw["law"]>, { mean = 1, median, shape = 1, scale, mu, sigma = 1, value = 0, times = [], hazards = [] }: UserLaw): Law {
  switch (law) {
    case "exponential":
      return { law, mean };
    case "weibull":
    case "gamma":
      return { law, shape, scale: scale ?? 1 };
    case "log-normal":
      return { law, mu: mu ?? Math.log(median ?? 1), sigma };
    case "exactly":
      return { law, value };
    case "empirical":
      return { law, values: times };
    case "bathtub":
      return { law, hazards };
  }
}

const toMean = (law: Law, mean: number | undefined): Law => (mean === undefined || law.law === "exactly" ? law : stretched(law, mean / meanOf(law)));

function fitted(given: UserLaw, like: string, path: Finding["path"], side: "up" | "down", to: Resolving): Law {
  meaningless(given, new Set(["like", "fit", "mean"]), "a law taken from a trace", path, to);
  const fit = failureFit(like);
  if (fit === undefined) {
    to.findings.push(
      unknownName(
        path,
        "trace with fitted laws",
        like,
        failureFits.map(({ key }) => key),
        "hypervise show failures",
      ),
    );
    return NOTHING;
  }
  const family = given.fit ?? "weibull";
  const fits = fit[side];
  if (family === "log-normal" && fits["log-normal"] === undefined) {
    to.findings.push({ path: [...path, "fit"], message: `${fit.key} has no log-normal fit`, allowed: ["exponential", "weibull", "gamma"] });
    return NOTHING;
  }
  // Fits are in hours.
  const law: Law = { law: family, ...fits[family] } as Law;
  return toMean(stretched(law, HOUR), given.mean);
}

function meaningless(given: UserLaw, known: ReadonlySet<string>, what: string, path: Finding["path"], to: Resolving): void {
  for (const [key, value] of Object.entries(given))
    if (value !== undefined && !known.has(key)) to.findings.push({ path: [...path, key], at: "key", message: `means nothing for ${what}` });
}
