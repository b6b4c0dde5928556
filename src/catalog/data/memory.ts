/**
 * What each product does when its hosts hold more memory than they have: whether it lets them, and its means in their order.
 *
 * Of ESXi the order, the states and the 65 % are documented; the way Linux pages is that of its LRU lists. Times to bring a page
 * back are estimates for an SSD of a data centre; state your own where swap lies elsewhere.
 */
import type { Fact, Figure } from "../profile.ts";

export interface MemoryProfile {
  readonly overcommit: Fact<"yes" | "no">;
  readonly takenFrom: Fact<"nobody" | "shares" | "coldest" | "range" | "demand">;
  readonly minFree: Fact<"sliding" | "watermark" | "none">;
  readonly sharing: Fact<"none" | "within" | "across">;
  readonly swap: Fact<"none" | "blind" | "coldest">;
  readonly balloonLimit: Figure;
  readonly balloonKeeps: Figure;
  readonly compressionCache: Figure;
  readonly idleTax: Figure;
  readonly floorShare: Figure;
  readonly floorMiB: Figure;
  readonly buffer: Figure;
}

/** What holds for every product. */
export const memoryCosts = {
  swapSeconds: { value: 200e-6, low: 80e-6, high: 10e-3, unit: "s", source: "judgement", confidence: "estimate", note: "a read of one page from a busy SSD; disks 5 to 10 ms" },
  decompressSeconds: { value: 20e-6, low: 10e-6, high: 50e-6, unit: "s", source: "product-docs", confidence: "remembered", note: "ESXi" },
} as const satisfies Record<string, Figure>;

const fact = <Value extends string>(value: Value, source: string, confidence: Figure["confidence"], note?: string): Fact<Value> => ({ value, source, confidence, ...(note === undefined ? {} : { note }) });
const share = (value: number, source: string, confidence: Figure["confidence"], note?: string): Figure => ({ value, unit: "share", source, confidence, ...(note === undefined ? {} : { note }) });
const zero: Figure = { value: 0, unit: "share", source: "definition", confidence: "verified" };
const noMiB: Figure = { value: 0, unit: "MiB", source: "definition", confidence: "verified" };
const none = fact("none", "definition", "verified");

/** Every VM has all its memory. */
const fixed: MemoryProfile = {
  overcommit: fact("no", "definition", "verified"),
  takenFrom: fact("nobody", "definition", "verified"),
  minFree: none,
  sharing: none,
  swap: none,
  balloonLimit: zero,
  balloonKeeps: zero,
  compressionCache: zero,
  idleTax: zero,
  floorShare: zero,
  floorMiB: noMiB,
  buffer: zero,
};

/** A desktop's VMs are programs of its host, which pages them like any other. */
const hosted: MemoryProfile = {
  ...fixed,
  overcommit: fact("yes", "product-docs", "remembered", "VM memory is memory of a program; the products warn, or can be told not to"),
  takenFrom: fact("coldest", "judgement", "estimate", "the host's own page replacement"),
  minFree: fact("watermark", "judgement", "estimate"),
  swap: fact("coldest", "judgement", "estimate"),
};

export const memories: Readonly<Record<string, MemoryProfile>> = {
  esxi: {
    overcommit: fact("yes", "product-docs", "remembered"),
    takenFrom: fact("shares", "waldspurger2002", "remembered", "min-funding revocation"),
    minFree: fact("sliding", "product-docs", "remembered", "899 MB for the first 28 GB and 1 % of the rest"),
    sharing: fact("within", "product-docs", "remembered", "salted since 2014: pages of different VMs are not shared unless their salts are equal"),
    swap: fact("blind", "waldspurger2002", "remembered", "pages are picked at random"),
    balloonLimit: share(0.65, "product-docs", "remembered"),
    balloonKeeps: zero,
    compressionCache: share(0.1, "product-docs", "remembered"),
    idleTax: share(0.75, "waldspurger2002", "remembered"),
    floorShare: zero,
    floorMiB: noMiB,
    buffer: zero,
  },
  kvm: {
    ...hosted,
    overcommit: fact("yes", "product-docs", "remembered"),
    takenFrom: fact("coldest", "product-docs", "remembered", "active and inactive lists of the kernel"),
    minFree: fact("watermark", "product-docs", "remembered", "min_free_kbytes and the high watermark of 1.5 times that"),
    sharing: fact("across", "product-docs", "remembered", "KSM, as ksmtuned switches it on when memory is short"),
    swap: fact("coldest", "product-docs", "remembered", "host swap"),
    balloonLimit: share(1, "product-docs", "remembered", "no limit of its own; targets are set by a manager such as oVirt's"),
    balloonKeeps: share(0.2, "product-docs", "remembered", "oVirt's manager leaves each guest 20 % of its memory free"),
  },
  hyperv: {
    ...fixed,
    takenFrom: fact("demand", "product-docs", "remembered", "Dynamic Memory, where it is switched on"),
    balloonLimit: share(1, "product-docs", "remembered", "down to the VM's minimum"),
    floorMiB: { value: 512, unit: "MiB", source: "product-docs", confidence: "remembered", note: "default minimum memory" },
    buffer: share(0.2, "product-docs", "remembered", "default memory buffer"),
  },
  xen: {
    ...fixed,
    takenFrom: fact("range", "product-docs", "remembered", "XenServer's Dynamic Memory Control, where VMs have a range"),
    balloonLimit: share(1, "product-docs", "remembered", "down to the VM's dynamic minimum"),
    floorShare: share(0.25, "product-docs", "remembered", "lowest dynamic minimum for most guests"),
  },
  virtualbox: hosted,
  workstation: hosted,
  parallels: hosted,
  none: fixed,
  ideal: { ...fixed, overcommit: fact("yes", "definition", "verified") },
};
