/**
 * How wide text is without a browser: the widest of four common fonts (Inter, Roboto, Liberation Sans which has the
 * metrics of Arial, Noto Sans) at weights 400 and 600, in thousandths of the font size. Charts lay out labels with it,
 * and the tests that look for overlapping labels measure with the same table.
 */

export type Weight = 400 | 600;

const CHARACTERS = "0123456789 !\"#$%&'()*+,-./:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~−–—…·×€₂±≤≥→↑↓\u00A0\u202Fµéü‘’“”";

/** One number a character of `CHARACTERS`, in the same order. */
// biome-ignore format: a table
const REGULAR: readonly number[] = [
  625, 572, 605, 636, 642, 608, 624, 572, 616, 624, 281, 278, 408, 646, 638, 889, 732, 225, 362, 362, 551, 659, 280, 460,
  278, 413, 278, 280, 659, 659, 659, 556, 1015, 676, 667, 727, 730, 667, 611, 778, 741, 339, 552, 667, 562, 907, 760, 781,
  667, 781, 722, 667, 642, 741, 676, 949, 667, 667, 625, 362, 411, 362, 572, 556, 497, 564, 621, 558, 621, 582, 361, 615,
  618, 258, 258, 544, 258, 935, 618, 605, 615, 615, 413, 523, 364, 618, 557, 812, 540, 557, 541, 380, 551, 380, 680, 659,
  656, 1000, 1000, 278, 659, 665, 420, 659, 659, 659, 1000, 955, 955, 281, 248, 623, 582, 618, 222, 222, 381, 381,
];

// biome-ignore format: a table
const BOLD: readonly number[] = [
  667, 574, 621, 652, 666, 632, 648, 587, 646, 648, 278, 333, 474, 646, 649, 901, 750, 266, 393, 393, 545, 673, 295, 466,
  291, 413, 333, 333, 673, 673, 673, 611, 999, 724, 722, 744, 740, 667, 611, 778, 765, 389, 561, 722, 611, 943, 813, 796,
  667, 796, 722, 667, 660, 756, 724, 1007, 690, 705, 653, 393, 422, 393, 584, 556, 497, 604, 633, 577, 633, 593, 387, 633,
  657, 305, 305, 620, 305, 982, 657, 619, 633, 633, 454, 556, 434, 657, 576, 856, 578, 576, 562, 394, 551, 394, 673, 673,
  632, 1000, 1000, 301, 673, 679, 423, 673, 673, 673, 1000, 955, 955, 278, 249, 660, 593, 657, 278, 278, 500, 500,
];

/** Characters outside the table. Ideographs and most emoji are a full square. */
const UNKNOWN = 620;
const WIDE = 1000;

function tableOf(widths: readonly number[]): ReadonlyMap<string, number> {
  return new Map(Array.from(CHARACTERS, (character, i) => [character, widths[i] ?? UNKNOWN]));
}

const tables: Readonly<Record<Weight, ReadonlyMap<string, number>>> = { 400: tableOf(REGULAR), 600: tableOf(BOLD) };

/** Width of a text in pixels at a font size in pixels. */
export function textWidth(text: string, size: number, weight: Weight = 400): number {
  let thousandths = 0;
  for (const character of text) {
    thousandths += tables[weight].get(character) ?? ((character.codePointAt(0) ?? 0) >= 0x1100 ? WIDE : UNKNOWN);
  }
  return (thousandths * size) / 1000;
}

/** The widest font that systems fall back to is about an eighth wider than the table says: room to keep at an edge. */
export const SPARE = 1.14;

/** The longest beginning of the text that fits, with "…" for what is left out. */
export function fitText(text: string, width: number, size: number, weight: Weight = 400): string {
  if (textWidth(text, size, weight) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (textWidth(`${kept}${character}…`, size, weight) > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Breaks a text into lines no wider than `width`, at spaces; a word that is too wide is cut. No-break spaces hold. */
export function wrapText(text: string, width: number, size: number, weight: Weight = 400): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, size, weight) > width) {
      lines.push(line);
      line = fitText(word, width, size, weight);
    } else line = line === "" ? fitText(word, width, size, weight) : longer;
  }
  if (line !== "") lines.push(line);
  return lines;
}
