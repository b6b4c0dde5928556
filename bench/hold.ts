/**
 * The hold model: N processes, each waits -ln(u) and repeats; after M events no new wait starts.
 *
 * u comes from x = x * 1664525 + 1013904223 mod 2^32, x0 = 12345, u = (x + 1) / (2^32 + 1), drawn in event order, so every
 * correct queue ends at the same time (N = 1000, M = 1e6: 1006.774811).
 *
 * Three are run in turn, round by round, and compared by the ratio within a round:
 * - kernel: `schedule` and a handler, as a model uses it: total order, handles, generations, fingerprint, instant limit;
 * - flatqueue 3.1.0 in the smallest loop a simulator could have: pop, look the payload up by id, call the handler of its
 *   kind, push. No order among ties, no cancelling, no fingerprint;
 * - our queue alone in that same loop, with its payload in the records of the event table.
 *
 * flatqueue runs with its default growing arrays, as a simulator, which cannot know how many events it will have, must use
 * it; the form of fixed capacity (typed arrays) is printed beside it. Every run has a process of its own, so that no contender
 * runs in code compiled for another. Time is the CPU time of that process, which others disturb less than the clock on the wall.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import FlatQueue from "flatqueue";
import { Kernel } from "../src/kernel/kernel.ts";
import { Ladder } from "../src/queue/ladder.ts";
import { EventTable, RANK, TIME } from "../src/queue/table.ts";

/** One run: events a second, events run and the time of the last one. */
export interface HoldRun {
  readonly eventsPerSecond: number;
  readonly events: number;
  readonly finalTime: number;
}

export interface HoldRow {
  readonly pending: number;
  /** Median millions of events a second. */
  readonly kernelMps: number;
  readonly heapMps: number;
  readonly flatqueueMps: number;
  /** flatqueue with a fixed capacity, which cannot grow. */
  readonly flatqueueFixedMps: number;
  /** Median over rounds of the ratio within the round. */
  readonly kernelRatio: number;
  readonly heapRatio: number;
}

type Contender = (processes: number, events: number) => HoldRun;

function waits(): () => number {
  let x = 12345;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return -Math.log((x + 1) / 4294967297);
  };
}

/** The hold model on the kernel, through the API that models use. */
export function hold(processes: number, events: number, kernel: Kernel = new Kernel()): HoldRun {
  const wait = waits();
  kernel.on(0, (process) => {
    if (kernel.eventCount <= events) kernel.schedule(kernel.now + wait(), 0, 0, process);
  });
  for (let i = 0; i < processes; i++) kernel.schedule(wait(), 0, 0, i);
  return timed(() => {
    kernel.run();
    return { events: kernel.eventCount, finalTime: kernel.now };
  });
}

/** What both bare loops need of a queue of payload ids. */
interface BareQueue {
  readonly length: number;
  nextTime(): number;
  push(id: number, time: number): void;
  pop(): number;
}

function bareLoop(processes: number, events: number, queue: BareQueue): HoldRun {
  const wait = waits();
  const payloads = Float64Array.from({ length: processes }, (_, i) => i);
  const kinds = new Uint8Array(processes);
  let now = 0;
  let count = 0;
  const handlers = [
    (process: number) => {
      if (count <= events) queue.push(process, now + wait());
    },
  ];
  for (let i = 0; i < processes; i++) queue.push(i, wait());
  return timed(() => {
    while (queue.length > 0) {
      now = queue.nextTime();
      const id = queue.pop();
      count++;
      handlers[kinds[id]](payloads[id]);
    }
    return { events: count, finalTime: now };
  });
}

const queueAlone: Contender = (processes, events) => {
  const table = new EventTable();
  while (table.slots < processes) table.grow();
  const queue = new Ladder(table);
  let rank = 0;
  return bareLoop(processes, events, {
    get length() {
      return queue.length;
    },
    nextTime: () => queue.firstTime(),
    push(id, time) {
      table.numbers[8 * id + TIME] = time;
      table.numbers[8 * id + RANK] = rank++;
      queue.push(id);
    },
    pop: () => queue.pop(),
  });
};

const flatqueueOn =
  (queueFor: (processes: number) => FlatQueue<number>): Contender =>
  (processes, events) => {
    const queue = queueFor(processes);
    return bareLoop(processes, events, {
      get length() {
        return queue.length;
      },
      nextTime: () => queue.peekValue() ?? Infinity,
      push: (id, time) => queue.push(id, time),
      pop: () => queue.pop() ?? -1,
    });
  };

const flatqueueGrowing = flatqueueOn(() => new FlatQueue<number>());
const flatqueueTyped = flatqueueOn((processes) => new FlatQueue<number>(processes));

function timed(body: () => { events: number; finalTime: number }): HoldRun {
  const start = process.cpuUsage();
  const { events, finalTime } = body();
  return { eventsPerSecond: (events / process.cpuUsage(start).user) * 1e6, events, finalTime };
}

const contenders = { kernel: hold, flatqueue: flatqueueGrowing, queue: queueAlone, fixed: flatqueueTyped } as const;

/** Runs a contender in a fresh process: once to let the code get hot, then measured. */
function inOwnProcess(contender: keyof typeof contenders, pending: number, events: number): HoldRun {
  const words = [...process.execArgv, fileURLToPath(import.meta.url), contender, String(pending), String(events)];
  const run = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`hold model on ${contender} ended with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout) as HoldRun;
}

/** Compares at one size. Throws when two queues do not end at the same time: then one of them is wrong. */
export function holdRow(pending: number, rounds = 5): HoldRow {
  const events = Math.max(2_000_000, 2 * pending);
  const rates: { kernel: number; queue: number; flatqueue: number; fixed: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const runs = (["kernel", "flatqueue", "queue", "fixed"] as const).map((name) => inOwnProcess(name, pending, events));
    const ends = runs.map((run) => run.finalTime);
    if (new Set(ends).size !== 1) throw new Error(`hold model: final times differ: ${ends.join(", ")}`);
    const [kernel, flatqueue, queue, fixed] = runs.map((run) => run.eventsPerSecond / 1e6);
    rates.push({ kernel, queue, flatqueue, fixed });
  }
  return {
    pending,
    kernelMps: median(rates.map((r) => r.kernel)),
    heapMps: median(rates.map((r) => r.queue)),
    flatqueueMps: median(rates.map((r) => r.flatqueue)),
    flatqueueFixedMps: median(rates.map((r) => r.fixed)),
    kernelRatio: median(rates.map((r) => r.kernel / r.flatqueue)),
    heapRatio: median(rates.map((r) => r.queue / r.flatqueue)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

function main(words: readonly string[]): void {
  const [name, pending, events] = words;
  if (name !== undefined && name in contenders) {
    const contender = contenders[name as keyof typeof contenders];
    contender(Number(pending), Math.min(Number(events), 500_000));
    console.log(JSON.stringify(contender(Number(pending), Number(events))));
    return;
  }
  console.log("hold model, million events a CPU second (median of 5 interleaved rounds), and ratio to flatqueue 3.1.0");
  console.log("pending    kernel  queue alone   flatqueue  (fixed)   kernel/flatqueue  queue/flatqueue");
  for (const size of [1e3, 1e4, 1e5, 1e6]) {
    const row = holdRow(size);
    const cell = (value: number, width: number): string => value.toFixed(2).padStart(width);
    const rates = `${cell(row.kernelMps, 8)}${cell(row.heapMps, 13)}${cell(row.flatqueueMps, 12)}${cell(row.flatqueueFixedMps, 9)}`;
    console.log(`${String(size).padEnd(9)}${rates}${cell(row.kernelRatio, 19)}${cell(row.heapRatio, 17)}`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
