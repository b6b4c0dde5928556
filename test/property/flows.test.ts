/** Traffic that is shared anew only where it meets has the rates it would have if all of it were shared anew at every change. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";
import { Flows } from "../../src/model/flows.ts";
import { type Flow, maxMinRates } from "../../src/sharing/network.ts";

interface Plan {
  readonly at: number;
  readonly links: readonly number[];
  readonly mib: number;
  readonly cap: number;
  readonly weight: number;
  /** Broken off so long after its start; Infinity = never. */
  readonly until: number;
}

/** VMs whose demand, constant between changes, crosses the same links; `changes` are (time, demand of each VM). */
interface StreamPlan {
  readonly links: readonly number[];
  readonly weight: number;
  readonly changes: readonly { readonly at: number; readonly mib: readonly number[] }[];
}

const VMS = 3;
const END = 80;

/** The plain way: at every start, change and end all rates are solved anew. Ends by plan (NaN for those broken off), and MiB got by VM. */
function plainly(plans: readonly Plan[], streams: readonly StreamPlan[], capacity: readonly number[]) {
  const left = plans.map((p) => p.mib);
  const ends = plans.map(() => Number.NaN);
  const got = streams.map(() => new Float64Array(VMS));
  const toCome = new Set(plans.keys());
  const open = new Set<number>();
  const changes = [...new Set(streams.flatMap((s) => s.changes.map((c) => c.at)))];
  let now = 0;
  while (now < END) {
    const list = [...open];
    const flows: Flow[] = list.map((i) => plans[i]);
    const demands = streams.map((s) => s.changes.filter((c) => c.at <= now).at(-1)?.mib ?? new Array<number>(VMS).fill(0));
    for (const [s, { links, weight }] of streams.entries()) for (let v = 0; v < VMS; v++) flows.push({ links, weight, cap: demands[s][v] });
    const rates = maxMinRates(capacity, flows);
    const end = list.map((i, k) => now + left[i] / rates[k]);
    const broken = (i: number): number => plans[i].at + plans[i].until;
    const next = Math.min(END, ...end, ...list.map(broken), ...Array.from(toCome, (i) => plans[i].at), ...changes.filter((c) => c > now));
    for (const [k, i] of list.entries()) {
      left[i] -= rates[k] * (next - now);
      if (end[k] === next) ends[i] = next;
      if (end[k] === next || broken(i) === next) open.delete(i);
    }
    for (let s = 0; s < streams.length; s++) for (let v = 0; v < VMS; v++) got[s][v] += rates[list.length + s * VMS + v] * (next - now);
    for (const i of toCome) {
      if (plans[i].at !== next) continue;
      toCome.delete(i);
      open.add(i);
    }
    now = next;
  }
  return { ends, got };
}

const LINKS = 6;
const path = fc.uniqueArray(fc.integer({ min: 0, max: LINKS - 1 }), { minLength: 1, maxLength: 4 });
const weight = fc.constantFrom(1, 1, 0.5, 2);
const plan = fc.record({
  at: fc.integer({ min: 1, max: 40 }),
  links: path,
  mib: fc.double({ min: 1, max: 5000, noNaN: true }),
  cap: fc.constantFrom(Number.POSITIVE_INFINITY, 30, 64, 128),
  weight,
  until: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 7.25),
});
const demand = fc.constantFrom(0, 1, 10, 40, 90);
const streamPlan = fc.record({
  links: path,
  weight,
  changes: fc.array(fc.record({ at: fc.integer({ min: 1, max: 60 }), mib: fc.array(demand, { minLength: VMS, maxLength: VMS }) }), { maxLength: 5 }),
});

/** Runs the plans; with `batched` all changes of an instant are solved once, as the datacenter does it. */
function simulate(plans: readonly Plan[], streamPlans: readonly StreamPlan[], capacity: readonly number[], batched: boolean) {
  const kernel = new Kernel();
  const flows = new Flows(kernel, 2, 1, batched ? { requestSolve: () => kernel.requestFlush() } : {});
  kernel.onFlush(4, () => flows.solve());
  const links = capacity.map((c, i) => flows.link(`l${i}`, c));
  const ends = plans.map(() => Number.NaN);
  const ids: number[] = [];
  kernel.on(2, (i) => {
    const { mib, cap, weight } = plans[i];
    const done = (): void => {
      ends[i] = kernel.now;
    };
    ids[i] = flows.start(
      plans[i].links.map((l) => links[l]),
      mib,
      cap,
      done,
      undefined,
      weight,
    );
  });
  kernel.on(3, (i) => flows.cancel(ids[i]));
  const got = streamPlans.map(() => new Float64Array(VMS));
  const streams = streamPlans.map(({ links: crossed, weight }) => {
    const traffic = { iops: null, mib: new Float64Array(VMS), share: new Float64Array(VMS).fill(1) };
    const set = flows.streams(
      traffic,
      crossed.map((l) => ({ link: links[l], share: 1 })),
      weight,
      null,
    );
    for (let v = 0; v < VMS; v++) set.add(v);
    return set;
  });
  let last = 0;
  // What each VM got is added up before anything of an instant happens (phase 0), at every instant at which something may.
  kernel.on(5, () => {
    for (const [s, { traffic }] of streams.entries()) for (let v = 0; v < VMS; v++) got[s][v] += traffic.mib[v] * traffic.share[v] * (kernel.now - last);
    last = kernel.now;
  });
  kernel.on(4, (s, c) => {
    streams[s].traffic.mib.set(streamPlans[s].changes[c].mib);
    flows.changed(streams[s]);
  });
  for (const [i, p] of plans.entries()) {
    kernel.schedule(p.at, 2, 2, i);
    if (p.until < Number.POSITIVE_INFINITY) kernel.schedule(p.at + p.until, 2, 3, i);
  }
  for (const [s, { changes }] of streamPlans.entries()) for (const [c, { at }] of changes.entries()) kernel.schedule(at, 3, 4, s, c);
  // Ends of transfers lie between whole seconds: stop before each event that is due and add up.
  while (kernel.peek() <= END) {
    const next = kernel.peek();
    kernel.schedule(next, 0, 5, 0);
    kernel.run(next);
  }
  kernel.schedule(END, 0, 5, 0);
  kernel.run(END);
  flows.settle();
  return { ends, got, links };
}

describe("traffic over links", () => {
  it("has the rates of the plain way, for any starts, caps, weights, paths, demands and breaks", () => {
    fc.assert(
      fc.property(
        fc.array(plan, { maxLength: 15 }),
        fc.array(streamPlan, { maxLength: 4 }),
        fc.array(fc.constantFrom(60, 119, 596), { minLength: LINKS, maxLength: LINKS }),
        fc.boolean(),
        (plans, drawn, capacity, batched) => {
          // Two changes of one set at one instant would depend on their order.
          const streams = drawn.map((s) => ({
            ...s,
            changes: s.changes.filter((c, i) => s.changes.findIndex((other) => other.at === c.at) === i).toSorted((a, b) => a.at - b.at),
          }));
          const plain = plainly(plans, streams, capacity);
          const { ends, got, links } = simulate(plans, streams, capacity, batched);
          for (const [i, end] of ends.entries()) {
            // An end that close to the end of the run may fall on either side of it by rounding.
            if (Number.isNaN(plain.ends[i])) expect(Number.isNaN(end) || end > END * (1 - 1e-9)).toBe(true);
            else expect(Math.abs(end - plain.ends[i])).toBeLessThan(1e-6 * plain.ends[i]);
          }
          for (const [s, all] of plain.got.entries())
            for (const [v, mib] of all.entries()) expect(Math.abs(got[s][v] - mib)).toBeLessThan(1e-6 * Math.max(1, mib));
          // Conservation: capacity x time = used + idle on every link, and nobody used more than there is.
          for (const link of links) {
            expect(link.capacityIntegral).toBeCloseTo(link.nominal * END, 6);
            expect(link.streamIntegral + link.transferIntegral).toBeLessThanOrEqual(link.capacityIntegral * (1 + 1e-9));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
