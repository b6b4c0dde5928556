/** Latency of a storage device against its load, by the model's formula: `npm run docs` draws it for docs/storage.md. */
import { type Device, idleLatency, latency } from "../src/model/device.ts";
import type { LatencyCurve } from "../src/report/charts/latency.ts";

/** Loads in steps of 1 %, up to where the line would leave the page. */
const LOADS = Array.from({ length: 99 }, (_, i) => i / 100);

/** Small I/Os alone, as many under way as there are. */
export const latencyCurve = ({ name, ...device }: Device & { readonly name: string }): LatencyCurve => ({
  name,
  channels: Math.max(1, Math.round(device.iops * idleLatency(device))),
  points: LOADS.map((load) => ({ load, ms: 1000 * latency(device, load, load, load * device.iops, Number.POSITIVE_INFINITY) })),
});
