/** Placing labels on a row without overlap, near the marks they name. */

export interface Wish {
  /** Where the middle of the label should stand. */
  readonly at: number;
  readonly width: number;
}

/**
 * Left edges of labels in one row between 0 and `width`, each as near to its wish as its neighbours allow, in the order of
 * the wishes; null when the row is too short for all of them.
 */
export function placeInRow(wishes: readonly Wish[], width: number, gap = 14): number[] | null {
  const order = wishes.map((_, i) => i).sort((a, b) => (wishes[a] as Wish).at - (wishes[b] as Wish).at || a - b);
  const needed = wishes.reduce((sum, wish) => sum + wish.width, 0) + gap * Math.max(0, wishes.length - 1);
  if (needed > width) return null;
  const left = new Array<number>(wishes.length).fill(0);
  let from = 0;
  for (const i of order) {
    const wish = wishes[i] as Wish;
    left[i] = Math.max(from, wish.at - wish.width / 2);
    from = left[i] + wish.width + gap;
  }
  let until = width;
  for (const i of order.reverse()) {
    const wish = wishes[i] as Wish;
    left[i] = Math.min(left[i] as number, until - wish.width);
    until = left[i] - gap;
  }
  return left;
}
