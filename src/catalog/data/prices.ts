/**
 * What things cost: list or usual prices without tax, each with its year, source and confidence. Prices change often; a
 * scenario replaces any of them (`money.prices`). Energy has no default: its price depends on the place.
 */
import type { Confidence } from "../profile.ts";

/** What a price is for one of. `core` and `16 cores` are billed by the product's own rule, see licences. */
export type PriceUnit =
  | "core/year"
  | "socket/year"
  | "socket pair/year"
  | "host/year"
  | "user/year"
  | "VM/year"
  | "16 cores"
  | "host"
  | "TiB"
  | "device"
  | "U/month";

export interface PriceEntry {
  readonly label: string;
  readonly amount: number;
  readonly low?: number;
  readonly high?: number;
  readonly currency: "EUR" | "USD";
  readonly per: PriceUnit;
  readonly year: number;
  /** Key into `sources`. */
  readonly source: string;
  readonly confidence: Confidence;
  readonly note?: string;
}

const estimate = { year: 2024, source: "judgement", confidence: "estimate" } as const;
const remembered = { source: "list-price", confidence: "remembered" } as const;

export const prices = {
  "vmware-vcf": { label: "VMware Cloud Foundation", amount: 350, low: 185, high: 350, currency: "USD", per: "core/year", year: 2026, source: "vcf", confidence: "verified", note: "list; realised 185 to 275" },
  "vmware-vvf": { label: "VMware vSphere Foundation", amount: 135, low: 135, high: 190, currency: "USD", per: "core/year", year: 2026, source: "vcf", confidence: "verified" },
  "vsphere-standard": { label: "VMware vSphere Standard", amount: 50, low: 45, high: 60, currency: "USD", per: "core/year", year: 2025, ...remembered },
  "windows-datacenter": { label: "Windows Server Datacenter", amount: 6155, low: 6155, high: 6771, currency: "USD", per: "16 cores", year: 2025, source: "ws2025", confidence: "verified", note: "perpetual; any number of Windows VMs" },
  "windows-standard": { label: "Windows Server Standard", amount: 1069, low: 1069, high: 1176, currency: "USD", per: "16 cores", year: 2025, source: "ws2025", confidence: "verified", note: "perpetual; two Windows VMs for each full licensing of the host" },
  "proxmox-community": { label: "Proxmox VE Community", amount: 115, currency: "EUR", per: "socket/year", year: 2025, ...remembered },
  "proxmox-basic": { label: "Proxmox VE Basic", amount: 355, currency: "EUR", per: "socket/year", year: 2025, ...remembered },
  "proxmox-standard": { label: "Proxmox VE Standard", amount: 530, currency: "EUR", per: "socket/year", year: 2025, ...remembered },
  "proxmox-premium": { label: "Proxmox VE Premium", amount: 1060, currency: "EUR", per: "socket/year", year: 2025, ...remembered },
  "xcp-ng": { label: "XCP-ng with Vates Pro support", amount: 1250, low: 0, high: 1800, currency: "EUR", per: "host/year", year: 2025, source: "xcp", confidence: "verified", note: "support is optional, the licence free" },
  "xenserver-standard": { label: "XenServer Standard", amount: 400, currency: "USD", per: "socket/year", ...estimate },
  "xenserver-premium": { label: "XenServer Premium", amount: 800, currency: "USD", per: "socket/year", ...estimate },
  "rhel": { label: "Red Hat Enterprise Linux, standard support", amount: 1300, low: 800, high: 4000, currency: "USD", per: "socket pair/year", year: 2025, ...remembered },
  "rhel-datacenter": { label: "Red Hat Enterprise Linux for Virtual Datacenters", amount: 4000, currency: "USD", per: "socket pair/year", year: 2025, ...remembered },
  "parallels-standard": { label: "Parallels Desktop Standard", amount: 100, currency: "USD", per: "user/year", year: 2025, ...remembered },
  "parallels-pro": { label: "Parallels Desktop Pro", amount: 120, currency: "USD", per: "user/year", year: 2025, ...remembered },
  "parallels-business": { label: "Parallels Desktop Business", amount: 150, currency: "USD", per: "user/year", year: 2025, ...remembered },
  "server-entry": { label: "server with one processor", amount: 2500, low: 1200, high: 4000, currency: "USD", per: "host", ...estimate },
  "server-mid": { label: "server with two processors, up to 80 cores", amount: 14_000, low: 9000, high: 22_000, currency: "USD", per: "host", ...estimate, note: "street price of 2 x 32 cores, 512 GB" },
  "server-high": { label: "server with more than 80 cores", amount: 25_000, low: 16_000, high: 45_000, currency: "USD", per: "host", ...estimate, note: "2 x 64 cores, 1 TB" },
  "desktop": { label: "desktop under a hosted hypervisor", amount: 1500, low: 800, high: 4000, currency: "USD", per: "host", ...estimate },
  "array-flash": { label: "all-flash array, usable capacity", amount: 600, low: 250, high: 1500, currency: "USD", per: "TiB", ...estimate, note: "before any data reduction" },
  "array-hybrid": { label: "hybrid array, usable capacity", amount: 250, low: 100, high: 600, currency: "USD", per: "TiB", ...estimate, note: "disks with a flash tier" },
  "switch-10g": { label: "switch, 48 ports of 10 Gbit/s", amount: 6000, low: 2500, high: 12_000, currency: "USD", per: "device", ...estimate },
  "switch-25g": { label: "switch, 48 ports of 25 Gbit/s", amount: 14_000, low: 6000, high: 25_000, currency: "USD", per: "device", ...estimate },
  "admin-host": { label: "administration of a host", amount: 600, low: 200, high: 2000, currency: "USD", per: "host/year", ...estimate },
  "admin-vm": { label: "administration of a VM", amount: 0, low: 0, high: 500, currency: "USD", per: "VM/year", ...estimate, note: "none beside that of hosts, unless given" },
  "rack-unit": { label: "rack space without power", amount: 25, low: 10, high: 60, currency: "USD", per: "U/month", ...estimate },
} as const satisfies Record<string, PriceEntry>;

export type PriceKey = keyof typeof prices;
export const priceKeys = Object.keys(prices) as PriceKey[];
export const priceOf = (key: PriceKey): PriceEntry => prices[key];

/** Smallest number of cores billed: for each CPU, for each server, and in each order. */
export interface CoreRule {
  readonly perCpu: number;
  readonly perHost: number;
  readonly perOrder: number;
}

/** The rules by which products count cores: VMware's of 2025 (source: vcf), Windows Server's (source: ws2025). */
export const coreRules: Readonly<Partial<Record<PriceKey, CoreRule>>> = {
  "vmware-vcf": { perCpu: 16, perHost: 0, perOrder: 72 },
  "vmware-vvf": { perCpu: 16, perHost: 0, perOrder: 72 },
  "vsphere-standard": { perCpu: 16, perHost: 0, perOrder: 72 },
  "windows-datacenter": { perCpu: 8, perHost: 16, perOrder: 0 },
  "windows-standard": { perCpu: 8, perHost: 16, perOrder: 0 },
};

/** Licences a host needs where the scenario names none, by hypervisor. The free ones need none. */
export const usualLicences: Readonly<Record<string, readonly PriceKey[]>> = {
  esxi: ["vmware-vvf"],
  // Hyper-V costs nothing, the Windows Server below it does; Datacenter covers Windows guests too.
  hyperv: ["windows-datacenter"],
  xen: ["xcp-ng"],
  kvm: ["proxmox-standard"],
  parallels: ["parallels-business"],
};

/** Of a price: what is paid at the end of its life, support a year; rack units of a server; years of life. */
export const hardwareDefaults = {
  /** 3 to 6 years: estimate. */
  lifeYears: 4,
  residualShare: 0,
  /** 5 to 18 % of the price a year: estimate. */
  supportShare: 0.1,
  rackUnits: 2,
} as const;

/** What else stands in the racks, by kind: the key of its price. Years of life, rack units of a device: estimates. */
export const equipmentKinds = ["array-flash", "array-hybrid", "switch-10g", "switch-25g"] as const satisfies readonly PriceKey[];
export const equipmentDefaults = { lifeYears: 5, residualShare: 0, supportShare: 0.1, rackUnits: { array: 2, switch: 1 } } as const;

/** Embodied carbon of a server: median of 48 manufacturers' sheets (quartiles 1146 and 1382, range 465 to 2503 kg); 4 years of life. */
export const embodied = { kg: 1215, low: 465, high: 2503, source: "boavizta", confidence: "verified" } as const;

/** US dollars for a euro: mean of the reference rates of 2024. */
export const dollarsPerEuro = { value: 1.0824, low: 1.04, high: 1.12, source: "ecb2024", confidence: "remembered", year: 2024 } as const;

/** Ranges of what is assumed beside prices, where a scenario does not say it. */
export const assumed = {
  lifeYears: { value: hardwareDefaults.lifeYears, low: 3, high: 6, source: "judgement", confidence: "estimate" },
  supportShare: { value: hardwareDefaults.supportShare, low: 0.05, high: 0.18, source: "judgement", confidence: "estimate" },
  discountShare: { value: 0.05, low: 0.02, high: 0.1, source: "judgement", confidence: "estimate" },
  riseShare: { value: 0, low: 0, high: 0.05, source: "judgement", confidence: "estimate" },
  /** IT energy alone, to the mean of the Uptime Institute's survey of 2023. */
  pue: { value: 1, low: 1, high: 1.58, source: "uptime23", confidence: "verified" },
} as const;
