/**
 * A day of PlanetLab CPU traces, as the CloudSim experiment reads it.
 *
 * One VM a row: its name and 288 whole percentages of its own CPU, one each five minutes. The order of the rows is the
 * numbering of the VMs, and the number decides a VM's size, so rows must keep their order (sorted by name, byte order).
 */

/** Samples of each VM: 24 hours at five minutes. */
export const samplesPerVm = 288;

export interface PlanetLabDay {
  readonly count: number;
  readonly names: readonly string[];
  /** Percent of the VM's own CPU, 0..100: `percent[vm * 288 + sample]`. */
  readonly percent: Uint8Array;
}

const zero = 48;
const nine = 57;
const comma = 44;
const lineFeed = 10;
const carriageReturn = 13;

/**
 * Reads the packed form: one row a VM, `name,v0,...,v287`, no header, no quoting, LF or CRLF.
 *
 * @throws Error naming line and VM when a row has not exactly 288 whole numbers of 0..100, or the text has no row.
 */
export function parsePlanetLab(text: string): PlanetLabDay {
  const names: string[] = [];
  const end = text.length;
  // A row of 288 one-digit samples is the shortest there is, so this is never too small.
  const percent = new Uint8Array((Math.floor(end / (samplesPerVm * 2)) + 1) * samplesPerVm);
  let filled = 0;
  let at = 0;
  for (let line = 1; at < end; line++) {
    const code = text.charCodeAt(at);
    if (code === lineFeed || code === carriageReturn) {
      at++;
      if (code === carriageReturn && text.charCodeAt(at) === lineFeed) at++;
      continue;
    }
    const nameEnd = text.indexOf(",", at);
    const lineEnd = text.indexOf("\n", at);
    if (nameEnd < 0 || (lineEnd >= 0 && nameEnd > lineEnd)) {
      throw new Error(`line ${line}: expected "name,v0,...,v287" but found no comma in "${text.slice(at, at + 40)}"`);
    }
    names.push(text.slice(at, nameEnd));
    at = readSamples(text, nameEnd + 1, percent, filled, line);
    filled += samplesPerVm;
  }
  if (names.length === 0) throw new Error("the trace holds no VM: expected rows of a name and 288 percentages");
  return { count: names.length, names, percent: percent.slice(0, filled) };
}

/** Reads the 288 samples that start at `at` and returns the position after the end of the line. */
function readSamples(text: string, start: number, percent: Uint8Array, filled: number, line: number): number {
  let at = start;
  let count = 0;
  let value = 0;
  let digits = 0;
  for (;;) {
    // Past the end of the text this is NaN, which no comparison takes for a digit.
    const code = text.charCodeAt(at++);
    if (code >= zero && code <= nine) {
      value = value * 10 + code - zero;
      digits++;
      continue;
    }
    const ends = at > text.length || code === lineFeed || code === carriageReturn;
    if (!ends && code !== comma) fail(line, `sample ${count} holds "${text[at - 1]}"; expected a whole number of 0..100`);
    if (digits === 0 || value > 100) fail(line, `sample ${count} is "${text.slice(at - 1 - digits, at - 1)}"; expected a whole number of 0..100`);
    if (count === samplesPerVm) fail(line, `more than ${samplesPerVm} samples; expected one each five minutes of a day`);
    percent[filled + count++] = value;
    value = 0;
    digits = 0;
    if (ends) {
      if (count !== samplesPerVm) fail(line, `${count} samples; expected ${samplesPerVm}, one each five minutes of a day`);
      return code === carriageReturn && text.charCodeAt(at) === lineFeed ? at + 1 : at;
    }
  }
}

function fail(line: number, what: string): never {
  throw new Error(`line ${line}: ${what}`);
}

/** The day `copies` times over, copy after copy, for runs at a larger scale. */
export function repeatDay(day: PlanetLabDay, copies: number): PlanetLabDay {
  const percent = new Uint8Array(day.percent.length * copies);
  const names: string[] = [];
  for (let copy = 0; copy < copies; copy++) {
    percent.set(day.percent, copy * day.percent.length);
    for (const name of day.names) names.push(copy === 0 ? name : `${name}#${copy}`);
  }
  return { count: day.count * copies, names, percent };
}
