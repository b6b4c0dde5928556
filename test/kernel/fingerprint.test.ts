import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Kernel } from "../../src/kernel/kernel.ts";

interface Event {
  time: number;
  phase: number;
  kind: number;
  a: number;
  b: number;
}

function fingerprintOf(events: readonly Event[], notes: readonly number[] = []): string {
  const kernel = new Kernel();
  for (const kind of new Set(events.map((event) => event.kind))) kernel.on(kind, () => {});
  for (const { time, phase, kind, a, b } of events) kernel.schedule(time, phase, kind, a, b);
  kernel.run();
  for (const value of notes) kernel.note(value);
  return kernel.fingerprint();
}

const anyNumber = fc.oneof(fc.integer(), fc.double({ noNaN: true }));
const event = fc.record({
  time: fc.double({ min: 0, max: 1e9, noNaN: true }),
  phase: fc.integer({ min: 0, max: 255 }),
  kind: fc.integer({ min: 0, max: 255 }),
  a: anyNumber,
  b: anyNumber,
});

describe("the fingerprint", () => {
  it("is four groups of four hexadecimal digits, the same for the same events, and reading it changes nothing", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), fc.array(anyNumber, { maxLength: 5 }), (events, notes) => {
        const print = fingerprintOf(events, notes);
        expect(print).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/);
        expect(fingerprintOf(events, notes)).toBe(print);
      }),
      { seed: 1 },
    );
    const kernel = new Kernel();
    kernel.note(1);
    const once = kernel.fingerprint();
    expect(kernel.fingerprint()).toBe(once);
  });

  it("changes with any field of any event", () => {
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 10 }),
        fc.nat(),
        fc.constantFrom("time", "phase", "kind", "a", "b"),
        event,
        (events, at, field, other) => {
          const index = at % events.length;
          fc.pre(!Object.is(events[index][field] + 0, other[field] + 0) && !(events[index][field] === 0 && other[field] === 0));
          const changed = events.map((e, i) => (i === index ? { ...e, [field]: other[field] } : e));
          // A field may move the event past others; what is hashed is the stream in its new order.
          expect(fingerprintOf(changed)).not.toBe(fingerprintOf(events));
        },
      ),
      { numRuns: 2000, seed: 2 },
    );
  });

  it("changes with the order of events at one instant, with one more event, with any bit of a note, and with a note's place", () => {
    const one = { time: 1, phase: 0, kind: 1, a: 1, b: 0 };
    const two = { ...one, a: 2 };
    expect(fingerprintOf([one, two])).not.toBe(fingerprintOf([two, one]));
    expect(fingerprintOf([one])).not.toBe(fingerprintOf([one, one]));
    expect(fingerprintOf([one], [0.1 + 0.2])).not.toBe(fingerprintOf([one], [0.3]));
    expect(fingerprintOf([one], [1])).not.toBe(fingerprintOf([one], [-1]));
    expect(fingerprintOf([one], [1, 2])).not.toBe(fingerprintOf([one], [2, 1]));
    expect(fingerprintOf([], [0])).not.toBe(fingerprintOf([], []));
  });

  it("gives every NaN one value", () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000123n]).buffer)[0];
    expect(odd).toBeNaN();
    expect(fingerprintOf([], [odd])).toBe(fingerprintOf([], [NaN]));
  });

  it("does not depend on cancelled events or on handles, only on what ran", () => {
    const kernel = new Kernel();
    kernel.on(1, () => {});
    kernel.cancel(kernel.schedule(0.5, 0, 1, 99));
    const late = kernel.schedule(7, 0, 1, 1);
    kernel.move(late, 1);
    kernel.run();
    expect(kernel.fingerprint()).toBe(fingerprintOf([{ time: 1, phase: 0, kind: 1, a: 1, b: 0 }]));
  });

  it("is pinned: a change of these digits changes every stored fingerprint and must be meant", () => {
    expect(fingerprintOf([])).toMatchInlineSnapshot(`"ab5f-10c6-374c-4bdd"`);
    expect(fingerprintOf([{ time: 1.5, phase: 2, kind: 3, a: 4, b: 5 }], [6])).toMatchInlineSnapshot(`"135b-c2ef-dd34-5ece"`);
  });
});
