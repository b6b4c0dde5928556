/**
 * The measured process of bench/cloudsim.ts: reads a trace, runs the experiment some times, prints the times as JSON.
 *
 * Words: file, detector, selection, copies of the trace, runs.
 */
import { readFileSync } from "node:fs";
import type { CloudSimOptions } from "../src/compat/cloudsim/results.ts";
import { runCloudSim } from "../src/compat/cloudsim/run.ts";
import { parsePlanetLab, repeatDay } from "../src/compat/cloudsim/trace.ts";

const [file = "", detector, selection, copies = "1", runs = "1"] = process.argv.slice(2);
const read = parsePlanetLab(readFileSync(file, "latin1"));
const day = copies === "1" ? read : repeatDay(read, Number(copies));
const options = { detector, selection, hosts: 800 * Number(copies) } as CloudSimOptions;
const wallSeconds: number[] = [];
const cpuSeconds: number[] = [];
let energyKwh = 0;
for (let run = 0; run < Number(runs); run++) {
  const cpu = process.cpuUsage();
  const started = performance.now();
  energyKwh = runCloudSim(day, options).energyKwh;
  wallSeconds.push((performance.now() - started) / 1000);
  const used = process.cpuUsage(cpu);
  cpuSeconds.push((used.user + used.system) / 1e6);
}
const whole = process.cpuUsage();
process.stdout.write(
  JSON.stringify({ energyKwh, processCpuSeconds: (whole.user + whole.system) / 1e6, wallSeconds, cpuSeconds, peakMiB: process.resourceUsage().maxRSS / 1024 }),
);
