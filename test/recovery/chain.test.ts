/** Chains of backups by hand: what a restore reads, what retention may delete. F = full of 100 MiB, i = incremental of 10 MiB, a day apart. */
import { describe, expect, it } from "vitest";
import { Chain } from "../../src/model/recovery/chain.ts";

function chain(kinds: string): Chain {
  const made = new Chain();
  for (const [day, kind] of [...kinds].entries())
    made.add({ kind: kind === "F" ? "full" : "incremental", at: day, ran: day, doneAt: day + 0.5, mib: kind === "F" ? 100 : 10 });
  return made;
}
const shown = ({ points }: Chain): string => points.map(({ kind, at }) => (kind === "full" ? "F" : "i") + at).join(" ");
const keep = (points: number | null, seconds: number | null = null, merge = false) => ({ points, seconds, merge });

describe("a chain of backups", () => {
  it("is restored from its full and every incremental up to the point", () => {
    const week = chain("FiiiFii");
    expect(week.restore(week.points[3])).toEqual({ mib: 130, incrementals: 3 });
    expect(week.restore(week.points[4])).toEqual({ mib: 100, incrementals: 0 });
    expect(week.restore(week.points[6])).toEqual({ mib: 120, incrementals: 2 });
    expect(week.storedMiB).toBe(2 * 100 + 5 * 10);
  });
  it("finds the newest point that is not newer than an instant", () => {
    const week = chain("FiiiFii");
    expect(week.newestAt(3.9)).toMatchObject({ kind: "incremental", at: 3 });
    expect(week.newestAt(4)).toMatchObject({ kind: "full", at: 4 });
    expect(week.newestAt(-1)).toBeUndefined();
  });
  it.each([
    // Three newest: 4, 5, 6. The first chain (0 to 3) is needed by none of them.
    ["FiiiFii", keep(3), 6, "F4 i5 i6", 130],
    // Four newest: 3 to 6. Point 3 needs 0 to 2: all stay.
    ["FiiiFii", keep(4), 6, "F0 i1 i2 i3 F4 i5 i6", 0],
    ["FiiiFii", keep(1), 6, "F4 i5 i6", 130],
    // Not older than 2 days at day 6: 4, 5, 6.
    ["FiiiFii", keep(null, 2), 6, "F4 i5 i6", 130],
    // The newest stays whatever its age.
    ["Fi", keep(null, 2), 100, "F0 i1", 0],
    ["F", keep(1), 100, "F0", 0],
    ["FFF", keep(2), 2, "F1 F2", 100],
    // Both limits hold: among the four newest, and not older than 1 day.
    ["FFFFF", keep(4, 1), 4, "F3 F4", 300],
    // Merging keeps exactly three points: the full of day 0 becomes the full of day 4.
    ["Fiiiiii", keep(3, null, true), 6, "F4 i5 i6", 40],
    ["Fiiiiii", keep(1, null, true), 6, "F6", 60],
  ])("%s, %o on day %d: %s is left, %d MiB are free", (kinds, retention, now, left, freed) => {
    const week = chain(kinds);
    expect(week.prune(retention, now)).toBe(freed);
    expect(shown(week)).toBe(left);
    // Whatever is left can be restored.
    for (const point of week.points) expect(week.restore(point).mib).toBeGreaterThanOrEqual(100);
  });
  it("loses what came after an intrusion: of F0 i1 i2 F3 i4 and an intrusion at 2.5 F3 and i4", () => {
    const week = chain("FiiFi");
    expect(week.dropAfter(2.5)).toBe(110);
    expect(shown(week)).toBe("F0 i1 i2");
    expect(week.dropAfter(-1)).toBe(120);
    expect(week.newest).toBeUndefined();
  });
  it("refuses an incremental of nothing, and time that goes back", () => {
    expect(() => chain("i")).toThrow(/needs a point before/);
    const one = chain("F");
    expect(() => one.add({ kind: "full", at: -1, ran: 0, doneAt: 0, mib: 1 })).toThrow(/after one of 0 s/);
  });
});
