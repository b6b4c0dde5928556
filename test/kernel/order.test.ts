import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";
import { Ladder } from "../../src/queue/ladder.ts";
import type { EventQueue, EventTable } from "../../src/queue/table.ts";

const kind = 7;

/** A kernel that writes down which events ran: [time, a]. */
function recorder(kernel = new Kernel()): { kernel: Kernel; ran: [number, number][] } {
  const ran: [number, number][] = [];
  kernel.on(kind, (a) => ran.push([kernel.now, a]));
  return { kernel, ran };
}

describe("total order", () => {
  it("runs events by time, at equal times by phase, at equal phases in the order of scheduling", () => {
    const { kernel, ran } = recorder();
    kernel.schedule(2, 0, kind, 1);
    kernel.schedule(1, 5, kind, 2);
    kernel.schedule(1, 3, kind, 3);
    kernel.schedule(1, 5, kind, 4);
    kernel.schedule(1, 3, kind, 5);
    kernel.schedule(0, 255, kind, 6);
    kernel.run();
    expect(ran.map(([, a]) => a)).toEqual([6, 3, 5, 2, 4, 1]);
    expect(kernel.eventCount).toBe(6);
    expect(kernel.now).toBe(2);
  });

  it("takes -0 and 0 for the same time", () => {
    const { kernel, ran } = recorder();
    kernel.schedule(0, 0, kind, 1);
    kernel.schedule(-0, 0, kind, 2);
    kernel.run();
    expect(ran).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it("lets a handler schedule at its own instant: a later phase or the same one still runs in that instant", () => {
    const kernel = new Kernel();
    const seen: string[] = [];
    kernel.on(1, () => {
      seen.push("first");
      kernel.schedule(kernel.now, 4, 2, 0);
      kernel.schedule(kernel.now, 1, 3, 0);
    });
    kernel.on(2, () => seen.push("late phase"));
    kernel.on(3, () => seen.push("early phase"));
    kernel.on(4, () => seen.push("next instant"));
    kernel.schedule(1, 1, 1, 0);
    kernel.schedule(1.5, 0, 4, 0);
    kernel.run();
    expect(seen).toEqual(["first", "early phase", "late phase", "next instant"]);
  });
});

/** The plainest correct queue: a list sorted anew before every event. */
class NaiveModel {
  now = 0;
  ran: [number, number][] = [];
  private sequence = 0;
  private events: { id: number; time: number; phase: number; sequence: number }[] = [];

  schedule(id: number, time: number, phase: number): void {
    this.events.push({ id, time, phase, sequence: this.sequence++ });
  }
  cancel(id: number): boolean {
    const found = this.isPending(id);
    this.events = this.events.filter((event) => event.id !== id);
    return found;
  }
  move(id: number, time: number): boolean {
    const event = this.events.find((e) => e.id === id);
    if (!event) return false;
    event.time = time;
    event.sequence = this.sequence++;
    return true;
  }
  isPending(id: number): boolean {
    return this.events.some((event) => event.id === id);
  }
  peek(): number {
    return Math.min(Infinity, ...this.events.map((event) => event.time));
  }
  step(): boolean {
    this.events.sort((x, y) => x.time - y.time || x.phase - y.phase || x.sequence - y.sequence);
    const next = this.events.shift();
    if (!next) return false;
    this.now = next.time;
    this.ran.push([next.time, next.id]);
    return true;
  }
}

// Few distinct delays and phases, so that ties are common, and a few far away or uneven ones; targets pick among all events ever scheduled, dead ones too.
const delay = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 6 }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 50, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 1e6, 1e300) },
);
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("schedule" as const), delay, phase: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), target: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("move" as const), target: fc.nat(), delay }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("step" as const) }) },
);

describe("cancel and move against a sorted list", () => {
  // Small enough, every part of the queue is at work within a hundred events: heap, buckets, leftovers, pouring, spreading.
  it.each<[string, (table: EventTable) => EventQueue]>([
    ["the queue as it is", (table) => new Ladder(table)],
    ["a queue that leaves the heap at 4 events, 1 a bucket", (table) => new Ladder(table, 4, 1)],
    ["a queue that leaves the heap at 8 events, 3 a bucket", (table) => new Ladder(table, 8, 3)],
  ])("agree on every answer and every event run, over 2000 random sequences: %s", (_name, queue) => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120, size: "max" }), (operations) => {
        const { kernel, ran } = recorder(new Kernel({ queue }));
        const model = new NaiveModel();
        const handles: number[] = [];
        const answers: [unknown, unknown][] = [];
        for (const op of operations) {
          if (op.do === "schedule") {
            model.schedule(handles.length, model.now + op.delay, op.phase);
            handles.push(kernel.schedule(kernel.now + op.delay, op.phase, kind, handles.length));
          } else if (op.do === "step") answers.push([kernel.step(), model.step()]);
          else if (handles.length > 0) {
            const id = op.target % handles.length;
            answers.push([kernel.isPending(handles[id]), model.isPending(id)]);
            if (op.do === "cancel") answers.push([kernel.cancel(handles[id]), model.cancel(id)]);
            else answers.push([kernel.move(handles[id], kernel.now + op.delay), model.move(id, model.now + op.delay)]);
          }
          answers.push([kernel.peek(), model.peek()]);
        }
        expect(answers.map(([ours]) => ours)).toEqual(answers.map(([, theirs]) => theirs));
        kernel.run();
        while (model.step());
        expect(ran).toEqual(model.ran);
        expect(kernel.pendingCount).toBe(0);
      }),
      { numRuns: 2000, seed: 20240607 },
    );
  });

  it("agree while thousands are pending and slots grow", () => {
    // 10,000 events: far above the 1536 at which the queue leaves its heap.
    const { kernel, ran } = recorder();
    const handles: number[] = [];
    const expected: [number, number][] = [];
    // Times walk through 0 .. 9999 by a step coprime to it, so they come unsorted and each once.
    for (let i = 0; i < 10_000; i++) handles.push(kernel.schedule((i * 7919) % 10_000, 0, kind, i));
    for (let i = 0; i < 10_000; i++) {
      const time = (i * 7919) % 10_000;
      if (i % 3 === 0) expect(kernel.cancel(handles[i])).toBe(true);
      else if (i % 3 === 1) {
        expect(kernel.move(handles[i], 9_999.5 - time)).toBe(true);
        expected.push([9_999.5 - time, i]);
      } else expected.push([time, i]);
    }
    kernel.run();
    expected.sort((x, y) => x[0] - y[0]);
    expect(ran).toEqual(expected);
  });
});

describe("handles", () => {
  it("of an event that ran or was cancelled reach nothing, also when its slot is used again", () => {
    const { kernel, ran } = recorder();
    const old = kernel.schedule(1, 0, kind, 1);
    expect(kernel.cancel(old)).toBe(true);
    const young = kernel.schedule(2, 0, kind, 2);
    expect(kernel.isPending(old)).toBe(false);
    expect(kernel.cancel(old)).toBe(false);
    expect(kernel.move(old, 5)).toBe(false);
    expect(kernel.isPending(young)).toBe(true);
    kernel.run();
    expect(ran).toEqual([[2, 2]]);
    expect(kernel.cancel(young)).toBe(false);
  });

  it("of an event are dead while its own handler runs", () => {
    const kernel = new Kernel();
    let cancelled: boolean | undefined;
    const handle = kernel.schedule(1, 0, kind, 0);
    kernel.on(kind, () => {
      cancelled = kernel.cancel(handle);
    });
    kernel.run();
    expect(cancelled).toBe(false);
  });

  it("are positive, so that 0 and -1 can mean none; whatever is no handle is not pending", () => {
    const { kernel } = recorder();
    expect(kernel.schedule(1, 0, kind, 0)).toBeGreaterThan(0);
    for (const none of [0, -1, 0.5, NaN, Infinity, -Infinity, 1e300]) expect(kernel.isPending(none)).toBe(false);
    expect(kernel.cancel(-1)).toBe(false);
  });

  it("stay with the event through a move, which makes it the youngest of its new instant", () => {
    const { kernel, ran } = recorder();
    const moved = kernel.schedule(5, 0, kind, 1);
    kernel.schedule(3, 0, kind, 2);
    expect(kernel.move(moved, 3)).toBe(true);
    expect(kernel.isPending(moved)).toBe(true);
    kernel.schedule(3, 0, kind, 3);
    kernel.run();
    expect(ran).toEqual([
      [3, 2],
      [3, 1],
      [3, 3],
    ]);
  });
});
