/**
 * Filters and weighers as in OpenStack Nova: hosts that pass every filter are weighed, and the heaviest takes the VM.
 *
 * weight_h = sum over weighers of multiplier x normalised raw value (nova-weighers.ts). By default free memory and free
 * vCPUs count equally, which spreads; `weighers: { ram: -1, cpu: -1 }` packs.
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `filters` | [] | names of nova-filters.ts, asked in this order; beyond them the engine's own rules always hold |
 * | `weighers` | {} | multipliers by name; weighers not named keep their defaults |
 * | `hostSubsetSize` | 1 | the VM goes to one of this many heaviest hosts, by chance |
 * | `shuffleBestSameWeighed` | false | chance decides among hosts that share the highest weight, instead of the order |
 *
 * With one candidate nothing is weighed (score NaN), as in Nova. Nova's disk, I/O, PCI, NUMA, image and build-failure rules
 * have no counterpart here. A user's own filters and weighers: `novaWith` in a module named by the scenario.
 * Source: OpenStack Nova documentation, "Compute schedulers"; proof: test/policy/nova.test.ts.
 */
import type { Fleet, Place, PlacementPolicy, VmAsk } from "../placement.ts";
import { nowhere } from "../placement.ts";
import { type Filter, type FilterKind, novaFilters } from "./nova-filters.ts";
import { addWeights, novaWeighers, type Weigher } from "./nova-weighers.ts";
import { flagOption, mapOption, numberOption, type Options, oneOf, refuseUnknown, textsOption, wholeOption } from "./options.ts";

/** The Nova policy with more filters and weighers than the built-in ones, under a name of its own. */
export function novaWith(name: string, moreFilters: Readonly<Record<string, FilterKind>>, moreWeighers: Readonly<Record<string, Weigher>>): PlacementPolicy {
  const filterKinds: Readonly<Record<string, FilterKind>> = { ...novaFilters, ...moreFilters };
  const weighers: Readonly<Record<string, Weigher>> = { ...novaWeighers, ...moreWeighers };
  return {
    name,
    about: "of the hosts that pass all filters, the one of highest weight (free memory and vCPUs by default)",
    source: "OpenStack Nova, filter scheduler",
    score: "sum of multiplier x normalised value over the weighers; NaN when there was one candidate",
    create(options, luck) {
      const filterOptions = Object.values(filterKinds).flatMap((kind) => kind.options);
      refuseUnknown(name, options, ["filters", "weighers", "hostSubsetSize", "shuffleBestSameWeighed", ...filterOptions]);
      const asked = textsOption(name, options, "filters").map((word) => oneOf(name, "filters", word, Object.keys(filterKinds)));
      for (const [word, kind] of Object.entries(filterKinds)) {
        const idle = asked.includes(word) ? undefined : kind.options.find((key) => key in options);
        if (idle !== undefined) throw new Error(`placement policy "${name}", option "${idle}": has no effect unless filters has "${word}"`);
      }
      const subset = wholeOption(name, options, "hostSubsetSize", 1, 1);
      const shuffle = flagOption(name, options, "shuffleBestSameWeighed", false);
      const filters = asked.map((word) => filterKinds[word].create(name, options));
      return weigh(filters, activeWeighers(name, options, weighers), subset, shuffle, luck);
    },
  };
}

export const nova: PlacementPolicy = novaWith("nova", {}, {});

interface Active {
  readonly weigher: Weigher;
  readonly multiplier: number;
}

function activeWeighers(name: string, options: Options, weighers: Readonly<Record<string, Weigher>>): Active[] {
  const given = mapOption(name, options, "weighers");
  for (const word of Object.keys(given)) oneOf(name, "weighers", word, Object.keys(weighers));
  return Object.entries(weighers)
    .map(([word, weigher]) => ({ weigher, multiplier: numberOption(`${name}.weighers`, given, word, weigher.multiplier, -Infinity, Infinity) }))
    .filter(({ multiplier }) => multiplier !== 0);
}

function weigh(filters: readonly Filter[], weighers: readonly Active[], subset: number, shuffle: boolean, luck: () => number): Place {
  let weights = new Float64Array(64);
  let raw = new Float64Array(64);
  const hosts: number[] = [];
  const passes = (vm: VmAsk, fleet: Fleet, h: number): boolean => filters.every((filter) => filter(vm, fleet, h));
  return (vm, fleet) => {
    hosts.length = 0;
    for (let h = fleet.next(0); h >= 0; h = fleet.next(h + 1)) if (passes(vm, fleet, h)) hosts.push(h);
    const count = hosts.length;
    if (count === 0) return nowhere;
    if (count === 1) return { host: hosts[0], score: Number.NaN };
    if (weights.length < count) {
      weights = new Float64Array(2 * count);
      raw = new Float64Array(2 * count);
    }
    weights.fill(0, 0, count);
    for (const { weigher, multiplier } of weighers) {
      for (let i = 0; i < count; i++) raw[i] = weigher.raw(fleet, hosts[i]);
      addWeights(weights, raw, count, multiplier, weigher.minimum);
    }
    const chosen = subset > 1 ? oneOfBest(weights, count, subset, shuffle, luck) : best(weights, count, shuffle, luck);
    return { host: hosts[chosen], score: weights[chosen] };
  };
}

function best(weights: Float64Array, count: number, shuffle: boolean, luck: () => number): number {
  let top = 0;
  for (let i = 1; i < count; i++) if (weights[i] > weights[top]) top = i;
  if (!shuffle) return top;
  const equals: number[] = [];
  for (let i = top; i < count; i++) if (weights[i] === weights[top]) equals.push(i);
  return equals[Math.floor(luck() * equals.length)];
}

/** One of the `subset` heaviest, by chance. With `shuffle` the heaviest of all are put in random order first, as Nova does. */
function oneOfBest(weights: Float64Array, count: number, subset: number, shuffle: boolean, luck: () => number): number {
  const order = Array.from({ length: count }, (_, i) => i).sort((i, j) => weights[j] - weights[i] || i - j);
  if (shuffle) {
    let equals = 1;
    while (equals < count && weights[order[equals]] === weights[order[0]]) equals++;
    for (let i = equals - 1; i > 0; i--) {
      const j = Math.floor(luck() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
  }
  return order[Math.floor(luck() * Math.min(subset, count))];
}
