/**
 * Thinning a series for drawing: at most two points a pixel, the smallest and the largest of those that fall on it, in
 * their order. Peaks survive; the picture is the same and the file small.
 */

export interface Point {
  readonly x: number;
  /** NaN breaks the line. */
  readonly y: number;
}

/** @param points in order of x, in pixels; with up to two a pixel they come back as they are */
export function thin(points: readonly Point[], width: number): Point[] {
  if (points.length <= 2 * width) return [...points];
  const kept: Point[] = [];
  let from = 0;
  while (from < points.length) {
    const pixel = Math.floor((points[from] as Point).x);
    let low = from;
    let high = from;
    let to = from;
    for (; to < points.length && Math.floor((points[to] as Point).x) === pixel; to++) {
      const { y } = points[to] as Point;
      if (y < (points[low] as Point).y || Number.isNaN((points[low] as Point).y)) low = to;
      if (y > (points[high] as Point).y || Number.isNaN((points[high] as Point).y)) high = to;
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) kept.push(points[i] as Point);
    from = Math.max(to, from + 1);
  }
  return kept;
}
