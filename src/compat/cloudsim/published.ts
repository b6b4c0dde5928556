/**
 * What CloudSim 3.0.3 itself printed for the PlanetLab experiment, to compare with.
 *
 * Origin: github.com/Cloudslab/cloudsim, tag cloudsim-3.0.3, commit 46c46604a021c4cbb54a4dac812e91f89d6c495c, measured by running its
 * PlanetLab examples (OpenJDK 17) on the traces of workload/planetlab with the files of a day sorted by name in byte order: CloudSim
 * numbers VMs in the order in which the operating system lists the folder, and the number decides a VM's size.
 * Rows with `keepIdle` ran with its rule "a request of exactly 0 destroys the VM" switched off. Rows of `rs` are one sample each:
 * CloudSim seeds that choice from the clock. Digits as printed; NaN where CloudSim prints NaN.
 */
import type { CloudSimDetector, CloudSimSelection } from "./results.ts";

export interface PublishedRow {
  /** Day of the trace, `20110303`. */
  readonly day: string;
  readonly detector: CloudSimDetector;
  readonly selection: CloudSimSelection | "none";
  readonly parameter: number;
  readonly keepIdle: boolean;
  readonly vms: number;
  readonly energyKwh: number;
  readonly migrations: number;
  readonly shutdowns: number;
  readonly slatahPercent: number;
  readonly pdmPercent: number;
  readonly slaPercent: number;
  readonly overallSlaPercent: number;
  readonly averageSlaPercent: number;
  readonly meanTimeBeforeShutdownSeconds: number;
  readonly stdevTimeBeforeShutdownSeconds: number;
  readonly meanMigrationSeconds: number;
  readonly stdevMigrationSeconds: number;
}

/** Name of the source as tables print it. */
export const publishedSource = "CloudSim 3.0.3";

const columns = (text: string): PublishedRow => {
  const [day, detector, selection, parameter, idle, ...figures] = text.trim().split(/\s+/);
  const [
    vms,
    energyKwh,
    migrations,
    shutdowns,
    slatahPercent,
    pdmPercent,
    slaPercent,
    overallSlaPercent,
    averageSlaPercent,
    meanOff,
    stdevOff,
    meanMove,
    stdevMove,
  ] = figures.map(Number) as [number, number, number, number, number, number, number, number, number, number, number, number, number];
  return {
    day: day ?? "",
    detector: detector as CloudSimDetector,
    selection: selection as CloudSimSelection | "none",
    parameter: Number(parameter),
    keepIdle: idle === "kept",
    vms,
    energyKwh,
    migrations,
    shutdowns,
    slatahPercent,
    pdmPercent,
    slaPercent,
    overallSlaPercent,
    averageSlaPercent,
    meanTimeBeforeShutdownSeconds: meanOff,
    stdevTimeBeforeShutdownSeconds: stdevOff,
    meanMigrationSeconds: meanMove,
    stdevMigrationSeconds: stdevMove,
  };
};

/** day, detector, selection, parameter, idle VMs, VMs, kWh, migrations, shutdowns, SLATAH, PDM, SLA, overall, average %, then mean and standard deviation (s) of the time before a shutdown and of migrations. */
const rows = `
20110303  npa  none  NaN  gone  1052  2410.80280  0  455  0.00000000  0.00000000  0.00000000  0.00000000  0.00000000  2864.28  11081.95  NaN  NaN
20110303  dvfs  none  NaN  gone  1052  802.75449  0  455  0.00000000  0.00000000  0.00000000  0.00000000  0.00000000  2864.28  11081.95  NaN  NaN
20110303  thr  mmt  0.8  gone  1052  192.62307  26711  5885  4.91328263  0.06463668  0.00317578  0.07100112  10.15113878  949.58  3248.17  13.88  6.32
20110303  iqr  mmt  1.5  gone  1052  189.98007  26282  5868  4.82255032  0.06235224  0.00300697  0.07063386  10.02931577  951.92  3597.35  13.56  6.08
20110303  mad  mmt  2.5  gone  1052  185.79167  26556  5828  5.04881817  0.06618526  0.00334157  0.07891394  10.02651427  966.75  3499.22  13.94  6.43
20110303  lr  mmt  1.2  gone  1052  163.47722  27859  5053  5.85794779  0.07927466  0.00464387  0.14723552  9.55801367  1028.87  2241.96  15.52  7.57
20110303  lrr  mmt  1.2  gone  1052  163.47722  27859  5053  5.85794779  0.07927466  0.00464387  0.14723552  9.55801367  1028.87  2241.96  15.52  7.57
20110303  thr  mc  0.8  gone  1052  183.47610  23967  5576  6.83823519  0.10193214  0.00697036  0.11166892  10.05965652  982.94  3134.25  19.77  8.12
20110303  lr  mu  1.2  gone  1052  175.60030  30166  5632  8.15181695  0.07517147  0.00612784  0.18413347  9.75025207  995.66  2316.41  19.59  8.04
20110303  thr  rs  0.8  gone  1052  184.31212  24569  5571  6.88189137  0.10311714  0.00709641  0.11149378  10.13100672  1026.46  3126.57  19.85  8.09
20110303  lr  rs  1.2  gone  1052  149.02744  22539  3944  7.19337075  0.09856426  0.00709009  0.17558360  9.37641750  1178.37  2462.69  19.96  8.07
20110306  npa  none  NaN  gone  898  2410.80280  0  544  0.00000000  0.00000000  0.00000000  0.00000000  0.00000000  4109.66  13255.09  NaN  NaN
20110306  dvfs  none  NaN  gone  898  625.53076  0  544  0.00000000  0.00000000  0.00000000  0.00000000  0.00000000  4109.66  13255.09  NaN  NaN
20110306  thr  mmt  0.8  gone  898  144.74116  20908  4682  5.13371161  0.07004660  0.00359599  0.07674097  10.12548326  971.34  3216.51  14.37  6.71
20110303  thr  mmt  0.8  kept  1052  253.75560  41634  7763  5.35878207  0.06301547  0.00337686  0.07306979  11.87118125  976.51  3342.78  14.18  6.51
20110303  lr  mmt  1.2  kept  1052  221.38184  44405  7079  6.76876104  0.07306677  0.00494571  0.23259765  12.79444378  995.90  2756.63  14.74  7.10
`;

export const publishedRows: readonly PublishedRow[] = rows.trim().split("\n").map(columns);
