import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";

function counting(kernel: Kernel, kind = 1): number[] {
  const times: number[] = [];
  kernel.on(kind, () => times.push(kernel.now));
  return times;
}

describe("the run loop", () => {
  it("runs what lies at or before `until`, then sets the clock there and keeps the rest", () => {
    const kernel = new Kernel();
    const times = counting(kernel);
    for (const time of [1, 2, 3]) kernel.schedule(time, 0, 1, 0);
    kernel.run(2);
    expect(times).toEqual([1, 2]);
    expect(kernel.now).toBe(2);
    kernel.run(2.5);
    expect(kernel.now).toBe(2.5);
    expect(kernel.peek()).toBe(3);
    kernel.run();
    expect(times).toEqual([1, 2, 3]);
    expect(kernel.now).toBe(3);
    expect(kernel.peek()).toBe(Infinity);
    expect(kernel.step()).toBe(false);
  });

  it("stops after the current event and goes on from there", () => {
    const kernel = new Kernel();
    const times: number[] = [];
    kernel.on(1, () => {
      times.push(kernel.now);
      if (kernel.now === 2) kernel.stop();
    });
    for (const time of [1, 2, 3]) kernel.schedule(time, 0, 1, 0);
    kernel.run(10);
    expect(times).toEqual([1, 2]);
    expect(kernel.now).toBe(2);
    kernel.run(10);
    expect(times).toEqual([1, 2, 3]);
    expect(kernel.now).toBe(10);
  });

  it("passes both numbers to the handler as they were, b = 0 when left out", () => {
    const kernel = new Kernel();
    const seen: [number, number][] = [];
    kernel.on(0, (a, b) => seen.push([a, b]));
    kernel.schedule(0, 0, 0, 0.1, -1e300);
    kernel.schedule(0, 0, 0, 2 ** 53, Infinity);
    kernel.schedule(0, 0, 0, 3);
    kernel.run();
    expect(seen).toEqual([
      [0.1, -1e300],
      [2 ** 53, Infinity],
      [3, 0],
    ]);
  });

  it("can run again after a handler threw", () => {
    const kernel = new Kernel();
    const times = counting(kernel);
    kernel.on(2, () => {
      throw new Error("broken handler");
    });
    kernel.schedule(1, 0, 2, 0);
    kernel.schedule(2, 0, 1, 0);
    expect(() => kernel.run()).toThrow("broken handler");
    kernel.run();
    expect(times).toEqual([2]);
  });
});

describe("the flush", () => {
  /** Kind 1 asks for a flush when it runs; the log shows the order of everything. */
  function logged(flushPhase: number): { kernel: Kernel; log: string[] } {
    const kernel = new Kernel();
    const log: string[] = [];
    kernel.on(1, (a) => {
      log.push(`change ${a} @${kernel.now}`);
      kernel.requestFlush();
    });
    kernel.on(2, (a) => log.push(`event ${a} @${kernel.now}`));
    kernel.onFlush(flushPhase, () => log.push(`flush @${kernel.now}`));
    return { kernel, log };
  }

  it("comes once for all changes of an instant, before the clock moves", () => {
    const { kernel, log } = logged(255);
    kernel.schedule(1, 0, 1, 1);
    kernel.schedule(1, 4, 1, 2);
    kernel.schedule(1, 4, 2, 3);
    kernel.schedule(2, 0, 2, 4);
    kernel.run();
    expect(log).toEqual(["change 1 @1", "change 2 @1", "event 3 @1", "flush @1", "event 4 @2"]);
  });

  it("comes before events of its own phase and later ones in the same instant, and again if those change something", () => {
    const { kernel, log } = logged(5);
    kernel.schedule(1, 0, 1, 1);
    kernel.schedule(1, 4, 2, 2);
    kernel.schedule(1, 5, 2, 3);
    kernel.schedule(1, 6, 1, 4);
    kernel.schedule(1, 7, 2, 5);
    kernel.run();
    expect(log).toEqual(["change 1 @1", "event 2 @1", "flush @1", "event 3 @1", "change 4 @1", "flush @1", "event 5 @1"]);
  });

  it("comes before run ends: with nothing left, at `until`, and after stop", () => {
    const { kernel, log } = logged(0);
    kernel.schedule(1, 0, 1, 1);
    kernel.schedule(9, 0, 2, 2);
    kernel.run(4);
    expect(log).toEqual(["change 1 @1", "flush @1"]);
    expect(kernel.now).toBe(4);

    const other = new Kernel();
    const seen: string[] = [];
    other.on(1, () => {
      other.requestFlush();
      other.stop();
    });
    other.on(2, () => seen.push("event"));
    other.onFlush(9, () => seen.push("flush"));
    other.schedule(1, 0, 1, 0);
    other.schedule(1, 0, 2, 0);
    other.run();
    expect(seen).toEqual(["flush"]);
    other.run();
    expect(seen).toEqual(["flush", "event"]);
  });

  it("asked for before the first event comes at the start", () => {
    const { kernel, log } = logged(0);
    kernel.requestFlush();
    kernel.schedule(1, 0, 2, 1);
    kernel.run();
    expect(log).toEqual(["flush @0", "event 1 @1"]);
  });

  it("may schedule events at the same instant, of any phase, and they still run before the clock moves", () => {
    const kernel = new Kernel();
    const log: string[] = [];
    kernel.on(1, () => kernel.requestFlush());
    kernel.on(2, (a) => log.push(`${a} @${kernel.now}`));
    kernel.onFlush(3, () => {
      log.push("flush");
      kernel.schedule(kernel.now, 1, 2, 7);
    });
    kernel.schedule(1, 0, 1, 0);
    kernel.schedule(1, 8, 2, 8);
    kernel.schedule(2, 0, 2, 9);
    kernel.run();
    expect(log).toEqual(["flush", "7 @1", "8 @1", "9 @2"]);
  });

  it("asked for inside a flush comes once more", () => {
    const kernel = new Kernel();
    let flushes = 0;
    kernel.onFlush(0, () => {
      if (++flushes < 3) kernel.requestFlush();
    });
    kernel.requestFlush();
    kernel.run(1);
    expect(flushes).toBe(3);
  });
});

describe("errors", () => {
  it("name an event whose time goes back or is not finite, and leave the clock and the queue as they were", () => {
    const kernel = new Kernel();
    counting(kernel, 4);
    kernel.run(10);
    const handle = kernel.schedule(20, 2, 4, 5);
    expect(() => kernel.schedule(9, 2, 4, 5)).toThrow("event of kind 4, phase 2 (a = 5, b = 0) at time 9: lies before now (10)");
    for (const time of [NaN, Infinity, -Infinity]) {
      expect(() => kernel.schedule(time, 2, 4, 5)).toThrow(`at time ${time}: the time must be finite`);
      expect(() => kernel.move(handle, time)).toThrow("the time must be finite");
    }
    expect(() => kernel.move(handle, 9.5)).toThrow("kind 4");
    expect(kernel.pendingCount).toBe(1);
    expect(kernel.peek()).toBe(20);
  });

  it("refuse phases and kinds that are no integers 0 .. 255, and payload that is no number", () => {
    const kernel = new Kernel();
    counting(kernel, 1);
    for (const wrong of [-1, 256, 0.5, NaN]) {
      expect(() => kernel.schedule(0, wrong, 1, 0)).toThrow("the phase must be an integer 0 .. 255");
      expect(() => kernel.schedule(0, 0, wrong, 0)).toThrow("the kind must be an integer 0 .. 255");
      expect(() => kernel.on(wrong, () => {})).toThrow(`0 .. 255, not ${wrong}`);
      expect(() => kernel.onFlush(wrong, () => {})).toThrow(`0 .. 255, not ${wrong}`);
    }
    expect(() => kernel.schedule(0, 0, 1, NaN)).toThrow("a and b must be numbers");
    expect(() => kernel.schedule(0, 0, 1, 0, NaN)).toThrow("a and b must be numbers");
    expect(kernel.pendingCount).toBe(0);
  });

  it("stop a run at an event without handler, a second handler, a second flush, a flush nobody set", () => {
    const kernel = new Kernel();
    counting(kernel, 1);
    expect(() => kernel.on(1, () => {})).toThrow("event kind 1 already has a handler");
    expect(() => kernel.requestFlush()).toThrow("requestFlush without onFlush");
    kernel.onFlush(0, () => {});
    expect(() => kernel.onFlush(0, () => {})).toThrow("already has a flush function");
    kernel.schedule(3, 0, 9, 0);
    expect(() => kernel.run()).toThrow("event of kind 9 at time 3: no handler for this kind");
  });

  it("refuse to run backwards, and to run or step from inside a handler", () => {
    const kernel = new Kernel();
    kernel.run(5);
    expect(() => kernel.run(4)).toThrow("cannot run until 4: the clock stands at 5");
    expect(() => kernel.run(NaN)).toThrow("cannot run until NaN");
    kernel.on(1, () => kernel.run());
    kernel.on(2, () => kernel.step());
    kernel.schedule(6, 0, 1, 0);
    expect(() => kernel.run()).toThrow("from inside a handler");
    kernel.schedule(6, 0, 2, 0);
    expect(() => kernel.run()).toThrow("from inside a handler");
  });

  it("end an endless loop at one instant and name the kind; a long run of moving instants is none", () => {
    const kernel = new Kernel({ instantLimit: 1000 });
    kernel.on(6, () => kernel.schedule(kernel.now, 0, 6, 0));
    kernel.on(5, (left) => {
      if (left > 0) kernel.schedule(kernel.now + 1, 0, 5, left - 1);
    });
    kernel.schedule(0, 0, 5, 5000);
    kernel.run();
    expect(kernel.eventCount).toBe(5001);
    kernel.schedule(kernel.now + 1, 0, 6, 0);
    expect(() => kernel.run()).toThrow("1000 events at time 5001 without the clock moving (the last is of kind 6)");

    const flushing = new Kernel({ instantLimit: 1000 });
    flushing.onFlush(0, () => flushing.requestFlush());
    flushing.requestFlush();
    expect(() => flushing.run()).toThrow("flushes that ask for another flush");
  });
});
