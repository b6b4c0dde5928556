import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tickTexts, timeTicks, valueAxis } from "../../src/report/axis.ts";
import { clockFrom } from "../../src/report/clock.ts";
import { placeInRow } from "../../src/report/placing.ts";
import { relativePath } from "../../src/report/relativepath.ts";
import { escapeText } from "../../src/report/svg.ts";
import { fitText, textWidth, wrapText } from "../../src/report/textwidths.ts";
import { thin } from "../../src/report/thin.ts";

const monday = clockFrom("2027-01-11T00:00:00Z");
const texts = (seconds: number, width: number, clock = monday): string[] =>
  timeTicks(clock, seconds, width).flatMap((tick) => (tick.textSecond === null ? [] : [tick.text]));

describe("time axis", () => {
  it("names each day of a week in its middle, and shorter where it is narrow", () => {
    expect(texts(7 * 86400, 900)).toEqual(["Mon 11", "Tue 12", "Wed 13", "Thu 14", "Fri 15", "Sat 16", "Sun 17"]);
    expect(texts(7 * 86400, 300)).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    expect(timeTicks(monday, 7 * 86400, 900)[1]?.textSecond).toBe(1.5 * 86400);
  });

  it("stands on the hours of the wall clock, whenever the run starts", () => {
    // 07:10 to 13:10 in 600 px: an hour is 100 px, half an hour 50 px, and "07:30" with 12 px of air takes 45 px.
    expect(texts(6 * 3600, 600, clockFrom("2027-01-11T07:10:00Z"))).toEqual([
      "07:30",
      "08:00",
      "08:30",
      "09:00",
      "09:30",
      "10:00",
      "10:30",
      "11:00",
      "11:30",
      "12:00",
      "12:30",
      "13:00",
    ]);
  });

  it("counts from zero for short runs and for runs without a date", () => {
    // 100 s in 700 px are 7 px a second: the first step of at least 64 px is 10 s.
    expect(texts(100, 700).slice(0, 3)).toEqual(["0\u00A0s", "10\u00A0s", "20\u00A0s"]);
    expect(texts(100, 700).length).toBe(11);
    expect(texts(3 * 86400, 300, clockFrom("?"))[0]).toBe("0\u00A0s");
  });

  it("finds a unit for any length, and never more texts than fit", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 3e9, noNaN: true }), fc.integer({ min: 200, max: 1100 }), fc.boolean(), (seconds, width, dated) => {
        const ticks = timeTicks(dated ? monday : clockFrom("?"), seconds, width).filter((tick) => tick.textSecond !== null);
        const boxes = ticks.map((tick) => ({ at: ((tick.textSecond as number) / seconds) * width, half: textWidth(tick.text, 12) / 2 }));
        for (let i = 1; i < boxes.length; i++) {
          const [a, b] = [boxes[i - 1], boxes[i]] as [{ at: number; half: number }, { at: number; half: number }];
          expect(b.at - b.half).toBeGreaterThan(a.at + a.half);
        }
      }),
    );
  });
});

describe("value axis", () => {
  it("starts at zero, covers the largest value, and has at most five ticks with the unit on the top one", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (largest) => {
        const axis = valueAxis(largest);
        expect(axis.ticks[0]).toBe(0);
        expect(axis.max).toBeGreaterThanOrEqual(largest);
        expect(axis.ticks.length).toBeLessThanOrEqual(5);
        expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
      }),
    );
    expect(tickTexts({ max: 6, ticks: [0, 2, 4, 6] }, "kW")).toEqual(["0", "2", "4", "6\u00A0kW"]);
  });
});

describe("thinning", () => {
  it("keeps every series of up to two points a pixel, and the extremes of each pixel of a longer one", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 3000 }), (values) => {
        const width = 100;
        const points = values.map((y, i) => ({ x: (i / values.length) * width, y }));
        const kept = thin(points, width);
        expect(kept.length).toBeLessThanOrEqual(Math.max(2 * width, 2));
        expect(Math.max(...kept.map((p) => p.y))).toBe(Math.max(...values));
        expect(Math.min(...kept.map((p) => p.y))).toBe(Math.min(...values));
        for (let i = 1; i < kept.length; i++) expect((kept[i] as { x: number }).x).toBeGreaterThan((kept[i - 1] as { x: number }).x);
        if (values.length <= 2 * width) expect(kept).toEqual(points);
      }),
    );
  });
});

describe("labels in a row", () => {
  it("never overlap, stay in the row and stand where they wish when they can", () => {
    const wish = fc.record({ at: fc.double({ min: 0, max: 600, noNaN: true }), width: fc.double({ min: 5, max: 120, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 8 }), (wishes) => {
        const lefts = placeInRow(wishes, 600, 14);
        const needed = wishes.reduce((sum, { width }) => sum + width, 0) + 14 * Math.max(0, wishes.length - 1);
        expect(lefts === null).toBe(needed > 600);
        if (!lefts) return;
        const placed = wishes.map(({ width }, i) => ({ left: lefts[i], right: lefts[i] + width })).sort((a, b) => a.left - b.left);
        placed.forEach(({ left, right }, i) => {
          expect(left).toBeGreaterThan(-1e-9);
          expect(right).toBeLessThan(600 + 1e-9);
          if (i > 0) expect(left - (placed[i - 1] as { right: number }).right).toBeGreaterThan(14 - 1e-9);
        });
      }),
    );
    expect(placeInRow([{ at: 300, width: 100 }], 600)).toEqual([250]);
  });
});

describe("relative paths", () => {
  it("are short, and end within a twentieth of a pixel of where they should, however long", () => {
    const path = relativePath();
    path.moveTo(10, 20);
    path.lineTo(10.04, 20);
    path.lineTo(12.5, 20);
    path.lineTo(12.5, 19.5);
    path.lineTo(12, 20.25);
    // 10.04 rounds to where the pen is: nothing is drawn. 20.25 rounds to 20.3.
    expect(path.data()).toBe("M10 20h2.5v-.5l-.5.8");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -500, max: 500, noNaN: true }), fc.double({ min: -500, max: 500, noNaN: true })), { minLength: 2, maxLength: 200 }),
        (points) => {
          const pen = relativePath();
          points.forEach(([x, y], i) => {
            if (i === 0) pen.moveTo(x, y);
            else pen.lineTo(x, y);
          });
          let [x, y] = [0, 0];
          for (const [, command, rest] of pen.data().matchAll(/([Mlhv])([^Mlhv]*)/g)) {
            const numbers = Array.from((rest ?? "").matchAll(/-?(?:\d+\.\d+|\.\d+|\d+)/g), ([text]) => Number(text));
            if (command === "M") [x, y] = numbers as [number, number];
            else if (command === "l") [x, y] = [x + (numbers[0] ?? 0), y + (numbers[1] ?? 0)];
            else if (command === "h") x += numbers[0] ?? 0;
            else y += numbers[0] ?? 0;
          }
          const [endX, endY] = points.at(-1) as [number, number];
          expect(Math.abs(x - endX)).toBeLessThan(0.0501);
          expect(Math.abs(y - endY)).toBeLessThan(0.0501);
        },
      ),
    );
  });
});

describe("text", () => {
  it("is cut and wrapped by the width table", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 20, max: 300 }), (text, width) => {
        expect(textWidth(fitText(text, width, 12), 12)).toBeLessThanOrEqual(width);
        for (const line of wrapText(text, width, 12)) expect(textWidth(line, 12)).toBeLessThanOrEqual(width);
      }),
    );
    // "AV" is two table entries of 0.676 em at 10 px.
    expect(textWidth("AV", 10)).toBeCloseTo(13.52, 9);
  });

  it("can be put anywhere in HTML and XML", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const safe = escapeText(text);
        expect(safe).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        expect(safe).not.toMatch(/(?![\t\n\r])\p{Cc}|\p{Cs}/u);
      }),
    );
    expect(escapeText("a\u0000\uD800b\u202E")).toBe("a\uFFFD\uFFFDb\uFFFD");
  });
});
