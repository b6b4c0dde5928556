/** How long the command takes to answer, against Node doing nothing: three kinds of process in turn, 15 rounds. */
import { type BenchRow, command, freshProcess, median } from "../row.ts";

export function rows(): BenchRow[] {
  const cases = [
    { name: "start-up: hypervise --version", words: [command, "--version"], bar: 2 },
    { name: "start-up: hypervise --help", words: [command, "--help"], bar: 3 },
  ];
  const bare: number[] = [];
  const times = cases.map((): number[] => []);
  for (let round = 0; round < 15; round++) {
    bare.push(freshProcess(["-e", "0"], false).wallSeconds);
    cases.forEach(({ words }, i) => {
      times[i]?.push(freshProcess(words, false).wallSeconds);
    });
  }
  return cases.map(({ name, bar }, i) => {
    const ratio = median((times[i] ?? []).map((time, round) => time / (bare[round] ?? Number.NaN)));
    const ms = (seconds: readonly number[]): string => `${Math.round(1000 * median(seconds))} ms`;
    return {
      name,
      measured: `${ratio.toFixed(2)} x bare Node (${ms(times[i] ?? [])})`,
      bar: `<= ${bar} x`,
      reached: ratio <= bar,
      note: `node -e 0: ${ms(bare)}`,
    };
  });
}
