/**
 * Stable sort of numbers with what belongs to them, ascending by key, without allocation.
 */

let keyScratch = new Float64Array(256);
let itemScratch = new Int32Array(256);
/** Runs of this length are sorted by insertion before merging. */
const run = 16;

/** Sorts the first `n` items by their keys; both arrays end up in order. Equal keys keep their order. */
export function sortByKey(keys: Float64Array, items: Int32Array, n: number): void {
  for (let from = 0; from < n; from += run) insertionSort(keys, items, from, Math.min(from + run, n));
  if (n <= run) return;
  if (n > keyScratch.length) {
    keyScratch = new Float64Array(n * 2);
    itemScratch = new Int32Array(n * 2);
  }
  for (let width = run; width < n; width *= 2) {
    for (let from = 0; from + width < n; from += 2 * width) merge(keys, items, from, from + width, Math.min(from + 2 * width, n));
  }
}

function insertionSort(keys: Float64Array, items: Int32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const key = keys[i];
    const item = items[i];
    let j = i - 1;
    while (j >= from && keys[j] > key) {
      keys[j + 1] = keys[j];
      items[j + 1] = items[j];
      j--;
    }
    keys[j + 1] = key;
    items[j + 1] = item;
  }
}

function merge(keys: Float64Array, items: Int32Array, from: number, middle: number, to: number): void {
  for (let i = from; i < middle; i++) {
    keyScratch[i] = keys[i];
    itemScratch[i] = items[i];
  }
  let left = from;
  let right = middle;
  for (let at = from; left < middle; at++) {
    if (right < to && keys[right] < keyScratch[left]) {
      keys[at] = keys[right];
      items[at] = items[right++];
    } else {
      keys[at] = keyScratch[left];
      items[at] = itemScratch[left++];
    }
  }
}
