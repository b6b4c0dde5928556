/**
 * Traffic over links at the hand values of SimGrid's network cases (3.32, fluid network model without TCP's factors). Links
 * l1 = 100e6 (a-b), l2 = 200e6 (b-d), l3 = 50e6 (d-f) bytes/s; a route is their concatenation. Flows are transfers of the
 * model (model/flows.ts); a latency is a wait before the first byte.
 */
import { Kernel } from "../kernel/kernel.ts";
import { Flows } from "../model/flows.ts";
import { type AgreementCase, near } from "./case.ts";

const MIB = 1 << 20;
const SPEEDS = { l1: 100e6, l2: 200e6, l3: 50e6 } as const;
type LinkName = keyof typeof SPEEDS;

interface Sent {
  readonly name: string;
  readonly links: readonly LinkName[];
  readonly bytes: number;
  readonly start?: number;
  readonly cap?: number;
  readonly latency?: number;
}

interface Case {
  readonly id: string;
  readonly what: string;
  readonly sent: readonly Sent[];
  /** l1 goes down then; `NAME_broken` is when the transfer learns of it. */
  readonly l1Down?: number;
  readonly expected: Readonly<Record<string, number>>;
}

const HUNDRED = 100e6;
const cases: readonly Case[] = [
  {
    id: "X01",
    what: "two flows on l1: half each",
    sent: [
      { name: "p", links: ["l1"], bytes: HUNDRED },
      { name: "q", links: ["l1"], bytes: HUNDRED },
    ],
    expected: { p_end: 2, q_end: 2 },
  },
  {
    id: "X02",
    what: "ab, bd and ad: 50, 150 and 50 MB/s; bd ends at 2/3",
    sent: [
      { name: "ab", links: ["l1"], bytes: HUNDRED },
      { name: "bd", links: ["l2"], bytes: HUNDRED },
      { name: "ad", links: ["l1", "l2"], bytes: HUNDRED },
    ],
    expected: { bd_end: 2 / 3, ab_end: 2, ad_end: 2 },
  },
  {
    // q has 90 MB/s to 0.5 and 55 MB left, then 45 beside r: 0.5 + 55/45. r has 45 to then and 100 - 55 = 45 MB left, then 90.
    id: "X04",
    what: "p held to 10e6, q from 0, r from 0.5 on l1: 90, then 45 each, then 90",
    sent: [
      { name: "p", links: ["l1"], bytes: HUNDRED, cap: 10e6 },
      { name: "q", links: ["l1"], bytes: HUNDRED },
      { name: "r", links: ["l1"], bytes: HUNDRED, start: 0.5 },
    ],
    expected: { q_end: 0.5 + 55 / 45, r_end: 0.5 + 55 / 45 + 45 / 90, p_end: 10 },
  },
  {
    // q: 25 MB by 1.5, then 33.3 MB/s for 25 MB = 0.75 s. r: 25 MB by 2.25, then 50 MB/s. p: 100 + 25 + 25 + 25 MB by 2.75, 125 left.
    id: "X05",
    what: "three flows come one after the other, one goes on over l2",
    sent: [
      { name: "p", links: ["l1"], bytes: 300e6 },
      { name: "q", links: ["l1"], bytes: 50e6, start: 1 },
      { name: "r", links: ["l1", "l2"], bytes: 50e6, start: 1.5 },
    ],
    expected: { q_end: 2.25, r_end: 2.75, p_end: 4 },
  },
  {
    id: "L01",
    what: "latency 0.1 s, then 100e6 bytes at 100e6 bytes/s",
    sent: [{ name: "p", links: ["l1"], bytes: HUNDRED, latency: 0.1 }],
    expected: { p_end: 1.1 },
  },
  {
    id: "F03",
    what: "the link fails at 4 during a transfer of 10 s: it is broken off then",
    sent: [{ name: "f", links: ["l1"], bytes: 1e9 }],
    l1Down: 4,
    expected: { f_broken: 4 },
  },
];

function times({ sent, l1Down }: Case): Map<string, number> {
  const kernel = new Kernel();
  const flows = new Flows(kernel, 2, 1);
  const link = (name: LinkName) => flows.link(name, SPEEDS[name] / MIB);
  const links = { l1: link("l1"), l2: link("l2"), l3: link("l3") };
  const found = new Map<string, number>();
  const start = ({ name, links: crossed, bytes, cap = Number.POSITIVE_INFINITY }: Sent): void => {
    const note = (what: string) => () => void found.set(`${name}_${what}`, kernel.now);
    flows.start(
      crossed.map((l) => links[l]),
      bytes / MIB,
      cap / MIB,
      note("end"),
      note("broken"),
    );
  };
  kernel.on(2, (i) => start(sent[i] as Sent));
  kernel.on(3, () => flows.setCapacity(links.l1, 0));
  for (const [i, { start: at = 0, latency = 0 }] of sent.entries()) kernel.schedule(at + latency, 2, 2, i);
  if (l1Down !== undefined) kernel.schedule(l1Down, 0, 3, 0);
  kernel.run();
  return found;
}

/** SimGrid's network cases: X and L, and F03. */
export const networkCases: readonly AgreementCase[] = cases.map((one) => ({
  id: one.id,
  what: one.what,
  run: () => {
    const found = times(one);
    return Object.entries(one.expected).map(([key, there]) => near(key, found.get(key) ?? Number.NaN, there, 1e-6 * there));
  },
}));
