/** Finding a circle among things that wait for each other. */

/**
 * The first circle, each name waiting for the next and the last for the first: ["web", "app"]; or null when there is an order
 * in which all can go. Names without an entry wait for nothing. Always the same circle for the same table.
 */
export function circleOf(after: ReadonlyMap<string, readonly string[]>): string[] | null {
  const over = new Set<string>();
  for (const start of after.keys()) {
    // Depth first, without recursion: chains may be long.
    const path: { name: string; next: number }[] = [{ name: start, next: 0 }];
    const on = new Map([[start, 0]]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const name = over.has(top.name) ? undefined : after.get(top.name)?.[top.next++];
      if (name === undefined) {
        over.add(top.name);
        on.delete(top.name);
        path.pop();
        continue;
      }
      const place = on.get(name);
      if (place !== undefined) return path.slice(place).map((step) => step.name);
      on.set(name, path.length);
      path.push({ name, next: 0 });
    }
  }
  return null;
}
