import { describe, expect, it } from "vitest";
import { Turns } from "../../src/model/recovery/turns.ts";

describe("turns", () => {
  it("come to two at a time, the urgent first, then in order", () => {
    const began: string[] = [];
    const turns = new Turns(2);
    const ask = (name: string, urgency: number) => turns.ask(urgency, () => began.push(name));
    const a = ask("a", 5);
    const b = ask("b", 5);
    const c = ask("c", 5);
    ask("d", 1);
    ask("e", 5);
    expect(began).toEqual(["a", "b"]);
    turns.done(a);
    expect(began).toEqual(["a", "b", "d"]);
    // One that waits no more is passed over, and twice over is once over.
    turns.done(c);
    turns.done(c);
    turns.done(b);
    expect(began).toEqual(["a", "b", "d", "e"]);
    expect(turns.waiting).toBe(0);
  });
  it("wait while closed", () => {
    const began: number[] = [];
    const turns = new Turns(1);
    turns.close(true);
    turns.ask(0, () => began.push(1));
    expect(began).toEqual([]);
    turns.close(false);
    expect(began).toEqual([1]);
  });
});
