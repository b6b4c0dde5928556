/**
 * What accounting needs to know, in base units: sites with their energy supply, tariffs and carbon, prices of hosts and
 * work. Plain data; the scenario makes it, metrics/accounts reads it.
 */

/** A series in a file: a step function, each value holding to the next time stamp. */
export interface SeriesFile {
  readonly file: string;
  /** Part of the column's name, or null = the only one that fits. */
  readonly column: string | null;
  /** Instant of the series that second 0 of the run takes, ISO 8601; null = the run's start. */
  readonly from: string | null;
  /** What a run that outlasts the series does: stop with an error, begin it again, or keep its last value. */
  readonly after: "error" | "wrap" | "hold";
}

/** Constant, or over time. */
export type Varying = number | SeriesFile;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Facility energy / IT energy: a constant, by IT power (W), or by outside temperature (°C); straight lines between points. */
export type PueSpec =
  | number
  | { readonly by: "load"; readonly points: readonly Point[] }
  | { readonly by: "temperature"; readonly points: readonly Point[]; readonly temperature: Varying | { readonly monthly: readonly number[] } };

export interface TariffWindow {
  /** Days it holds on, 0 = Sunday. */
  readonly days: readonly number[];
  /** Local seconds of the day; `to` may be 86400. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly perKwh: number;
}

export interface TariffSpec {
  readonly currency: string;
  readonly perKwh: Varying;
  /** Windows with another price; where several hold the first counts. */
  readonly windows?: readonly TariffWindow[];
  /** Local time of the windows, seconds east of UTC. */
  readonly utcOffsetSeconds?: number;
  /** For each kW of a month's highest mean over a metering interval. */
  readonly demandPerKwMonth?: number;
  /** Paid for each kWh fed into the grid. */
  readonly feedInPerKwh?: number;
}

/** What market-based carbon counts: the part that contracts cover at their intensity, the rest at the residual mix. */
export interface MarketSpec {
  readonly coveredShare: number;
  readonly coveredGramsPerKwh: number;
  readonly residualGramsPerKwh: number;
}

export interface BatterySpec {
  readonly capacityJoules: number;
  readonly chargeWatts: number;
  /** Infinity = as much as is asked for. */
  readonly dischargeWatts: number;
  /** Energy stored / energy charged. */
  readonly efficiency: number;
  readonly initialShare: number;
  /** It charges while this is below the threshold, and discharges otherwise. */
  readonly follows: "carbon" | "price" | "surplus";
  readonly threshold: number;
}

export interface GenerationSpec {
  /** Power generated, W. */
  readonly watts: Varying;
  readonly gramsPerKwh: number;
}

export interface SiteSpec {
  readonly name: string;
  readonly region: string | null;
  readonly pue: PueSpec;
  readonly electricity: TariffSpec | null;
  /** Location-based intensity of the grid, g CO2e/kWh. */
  readonly carbonGramsPerKwh: Varying | null;
  readonly market?: MarketSpec | null;
  readonly battery?: BatterySpec | null;
  readonly generation?: GenerationSpec | null;
}

/** Efficiency at shares of the rated output; straight lines between input and output power. */
export interface PowerSupplySpec {
  readonly ratedWatts: number;
  readonly efficiency: readonly Point[];
}

export interface AccountsSpec {
  /** Metering interval: power and PUE are means over it. */
  readonly meterSeconds: number;
  /** What a VM's share of what nobody caused follows while it is on a host. */
  readonly weight: "vcpus" | "memory" | "vms";
  /** Shares are taken among the VMs of the host, or of the whole site. */
  readonly within: "host" | "site";
}

/** Whether constant rates say everything about a site, so that no meter is needed. */
export const isPlainSite = (site: SiteSpec): boolean =>
  typeof site.pue === "number" &&
  (site.electricity === null ||
    (typeof site.electricity.perKwh === "number" &&
      (site.electricity.windows ?? []).length === 0 &&
      (site.electricity.demandPerKwMonth ?? 0) === 0 &&
      (site.electricity.feedInPerKwh ?? 0) === 0)) &&
  (site.carbonGramsPerKwh === null || typeof site.carbonGramsPerKwh === "number") &&
  (site.market ?? null) === null &&
  (site.battery ?? null) === null &&
  (site.generation ?? null) === null;

/** Identity of a series among those a run was given. */
export const seriesKey = ({ file, column }: Pick<SeriesFile, "file" | "column">, quantity: SeriesQuantity): string => JSON.stringify([quantity, file, column]);

export type SeriesQuantity = "carbon" | "price" | "temperature" | "power";

/** A series as read: instants in milliseconds since 1970, UTC, rising; g/kWh, money per kWh, °C or W. */
export interface TimeSeries {
  readonly atMs: Float64Array;
  readonly values: Float64Array;
}

/** All series files of a site, with what they hold. */
export function seriesOf(site: SiteSpec): [SeriesQuantity, SeriesFile][] {
  const found: [SeriesQuantity, SeriesFile][] = [];
  const look = (quantity: SeriesQuantity, value: Varying | null | undefined): void => {
    if (value !== null && typeof value === "object") found.push([quantity, value]);
  };
  look("carbon", site.carbonGramsPerKwh);
  look("price", site.electricity?.perKwh);
  look("power", site.generation?.watts);
  if (typeof site.pue === "object" && site.pue.by === "temperature" && typeof site.pue.temperature === "object" && "file" in site.pue.temperature)
    look("temperature", site.pue.temperature);
  return found;
}

/** A price as it stands in the bill: in the accounts' currency, with where it comes from. */
export interface Price {
  readonly key: string;
  readonly label: string;
  /** In the currency of the accounts. */
  readonly amount: number;
  readonly per: string;
  /** Ends of a default's range, where one is known. */
  readonly low: number | null;
  readonly high: number | null;
  /** Currency a default is listed in; of a given one that of the accounts. */
  readonly listed: string;
  /** `given` by the scenario, or `default` of the catalogue with its year, source and confidence. */
  readonly origin: "given" | "default";
  readonly year: number | null;
  readonly source: string;
  readonly confidence: string;
}

export interface LicenceSpec extends Price {
  /** How cores are counted, where cores are. */
  readonly cores: { readonly perCpu: number; readonly perHost: number; readonly perOrder: number } | null;
  /** Paid once, for the life of the host; else every year. */
  readonly perpetual: boolean;
  /** Covers any number of Windows guests, two for each licensing of the host, or none. */
  readonly windowsGuests: "all" | "two" | "none";
}

/** What a host costs. */
export interface HostCosts {
  readonly price: Price;
  readonly lifeYears: number;
  /** Of the price, at the end of its life. */
  readonly residualShare: number;
  /** Of the price, a year. */
  readonly supportShare: number;
  readonly sockets: number;
  readonly rackUnits: number;
  /** People who use a desktop product on it. */
  readonly users: number;
  readonly licences: readonly LicenceSpec[];
  readonly embodiedKg: number;
}

/** Storage arrays, switches and whatever else stands in the racks beside hosts; all devices of an entry are alike. */
export interface EquipmentSpec {
  readonly name: string;
  readonly count: number;
  readonly site: string;
  /** What one device draws all the time, W. */
  readonly watts: number;
  /** Where money is reckoned; else null. */
  readonly costs: EquipmentCosts | null;
  /** Carbon of making one device, kg. */
  readonly embodiedKg: number;
  readonly lifeYears: number;
}

export interface EquipmentCosts {
  readonly price: Price;
  /** Units of the price in one device: TiB of an array, else 1. */
  readonly units: number;
  readonly residualShare: number;
  readonly supportShare: number;
  readonly rackUnits: number;
}

export interface MoneySpec {
  readonly currency: string;
  /** Its worth of one unit of other currencies, as the scenario gives them. */
  readonly exchange: Readonly<Record<string, number>>;
  readonly years: number;
  readonly discountShare: number;
  /** Rise of running costs a year. */
  readonly riseShare: number;
  readonly adminHost: Price;
  readonly adminVm: Price;
  readonly rackUnit: Price;
  /** Licences that Windows guests need on hosts whose own do not cover them: the cheaper of these for each host. */
  readonly windowsGuests: readonly LicenceSpec[];
}
