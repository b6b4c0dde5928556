/** Reads the texts of a drawing back and measures them with the width tables: what the overlap tests look at. */

import { textStyle } from "../../src/report/paint.ts";
import { textWidth } from "../../src/report/textwidths.ts";

export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const readText = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");

/** Boxes of all texts: 0.76 em above the baseline and 0.2 em below it. */
export function textBoxes(body: string): TextBox[] {
  return Array.from(body.matchAll(/<text x="([^"]*)" y="([^"]*)" class="([^"]*)">(.*?)<\/text>/g), ([, x, y, names, inner]) => {
    const classes = (names ?? "").split(" ");
    const { size, weight } = textStyle(classes);
    let width = 0;
    let text = "";
    for (const [, bold, plain] of (inner ?? "").matchAll(/<tspan class="b">(.*?)<\/tspan>|([^<]+)/g)) {
      const part = readText(bold ?? plain ?? "");
      width += textWidth(part, size, bold === undefined ? weight : 600);
      text += part;
    }
    const left = Number(x) - (classes.includes("m") ? width / 2 : classes.includes("e") ? width : 0);
    return { text, left, right: left + width, top: Number(y) - 0.76 * size, bottom: Number(y) + 0.2 * size };
  });
}

/** Pairs of texts that share more than 1 x 2 px. */
export function overlaps(boxes: readonly TextBox[]): string[] {
  const found: string[] = [];
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 2) found.push(`"${a.text}" and "${b.text}" share ${across.toFixed(1)} x ${down.toFixed(1)} px`);
    }
  });
  return found;
}

/** Texts that leave a drawing by more than 1 px. */
export function outside(boxes: readonly TextBox[], width: number, height: number): string[] {
  return boxes
    .filter((box) => box.left < -1 || box.right > width + 1 || box.top < -1 || box.bottom > height + 1)
    .map((box) => `"${box.text}" at ${box.left.toFixed(1)}..${box.right.toFixed(1)}, ${box.top.toFixed(1)}..${box.bottom.toFixed(1)} of ${width} x ${height}`);
}
