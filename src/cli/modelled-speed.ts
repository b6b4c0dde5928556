/**
 * What the model makes of one kind of work on one product: the same finite work in a VM of the product and on the bare
 * machine, on a host with nothing else to do. `hypervise show evidence` prints it beside the measurements.
 */
import { numbers, texts } from "../results/table.ts";
import { loadScenario } from "../scenario/load.ts";
import { standardCatalogue } from "../scenario/standard.ts";
import { simulate } from "../simulation.ts";

/** Kinds of work of the evidence that the model covers as a speed, as a scenario names them. */
const WORK: Readonly<Record<string, string>> = { cpu: "cpu", memory: "memory", "mixed-oltp": "oltp" };

/** Speed in the VM / speed on the bare machine, out of two runs; null where the model does not cover the kind. */
export function modelledSpeed(product: string, kind: string): number | null {
  const work = WORK[kind];
  return work === undefined ? null : secondsOf("none", work) / secondsOf(product, work);
}

/** Seconds that an hour of work of one core takes. */
function secondsOf(product: string, work: string): number {
  const loaded = loadScenario(oneVm(product, work), `one VM on ${product}`, standardCatalogue(["first-fit"], []));
  if (!loaded.ok) throw new TypeError(`the scenario of one VM on ${product} is wrong: ${loaded.problems[0]?.message}`);
  const { summary } = simulate(loaded.scenario);
  return numbers(summary, "value")[texts(summary, "metric").indexOf("last_completion_s")] ?? Number.NaN;
}

/** A host with room to spare and one VM that keeps one of its vCPUs busy. */
const oneVm = (product: string, work: string): string => `
duration: until done
hosts:
  - name: host
    count: 1
    cores: 16
    speed: 2.4 GHz
    memory: 64 GiB
    power: { model: constant, draw: 100 W }
    hypervisor: ${product}
vms:
  - name: vm
    count: 1
    vcpus: 2
    memory: 4 GiB
    work: { ${work}: 100 % }
    startup: instant
    load: { tasks: [{ work: 8640 GHz s, threads: 1 }] }
`;
