/**
 * The nearest spelling: what a person most likely meant by a word that is not in the list.
 *
 * Optimal string alignment distance (insert, delete, replace, swap of neighbours, each 1), case ignored. A word is
 * offered only when at most a third of its letters (and at least one, at most three) would have to change, or when it is the
 * only one that the word begins.
 */

/** Number of single-letter edits from `a` to `b`; a swap of two neighbours is one edit. */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  let beforeLast = new Array<number>(width).fill(0);
  let last = Array.from({ length: width }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j < width; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

const LONGEST_WORD = 64;
const SHORTEST_BEGINNING = 4;
const separators = /[\s_\-.]/g;

/** The word of `known` nearest to `word`, or undefined when none is near. Ties go to the first in the list. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > LONGEST_WORD) return undefined;
  const plain = word.toLowerCase().replace(separators, "");
  const limit = Math.max(1, Math.min(3, Math.floor(plain.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  const begun: string[] = [];
  for (const candidate of known) {
    if (plain.length >= SHORTEST_BEGINNING && candidate.toLowerCase().replace(separators, "").startsWith(plain)) begun.push(candidate);
    if (Math.abs(candidate.length - word.length) > limit + 3) continue;
    const distance = editDistance(plain, candidate.toLowerCase().replace(separators, ""));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? (begun.length === 1 ? begun[0] : undefined);
}
