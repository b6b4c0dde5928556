/**
 * Path data in relative coordinates of a tenth of a pixel: about half the bytes of absolute ones. Used as the drawing
 * context of d3's shapes. Rounding is against the true position, so errors don't add up.
 */
export interface RelativePath {
  readonly moveTo: (x: number, y: number) => void;
  readonly lineTo: (x: number, y: number) => void;
  readonly closePath: () => void;
  /** The path data so far. */
  readonly data: () => string;
}

/** Tenths as the shortest number: 5 -> .5, -12 -> -1.2. */
function tenths(value: number): string {
  const text = String(value / 10);
  return text.startsWith("0.") ? text.slice(1) : text.startsWith("-0.") ? `-${text.slice(2)}` : text;
}

/** Two numbers with a space between them only where it is needed. */
function pair(a: number, b: number): string {
  const second = tenths(b);
  const first = tenths(a);
  return second.startsWith("-") || (second.startsWith(".") && first.includes(".")) ? first + second : `${first} ${second}`;
}

export function relativePath(): RelativePath {
  let d = "";
  let x = 0;
  let y = 0;
  return {
    moveTo(toX, toY) {
      x = Math.round(toX * 10);
      y = Math.round(toY * 10);
      d += `M${pair(x, y)}`;
    },
    lineTo(toX, toY) {
      const dx = Math.round(toX * 10) - x;
      const dy = Math.round(toY * 10) - y;
      x += dx;
      y += dy;
      if (dx === 0 && dy === 0) return;
      d += dy === 0 ? `h${tenths(dx)}` : dx === 0 ? `v${tenths(dy)}` : `l${pair(dx, dy)}`;
    },
    closePath() {
      d += "z";
    },
    data: () => d,
  };
}
