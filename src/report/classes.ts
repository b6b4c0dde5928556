/** Classes of service in the order of their worth, where their names say it. */

const ORDER: readonly string[] = ["platinum", "gold", "silver", "bronze"];

/** 0 for the best; all classes whose names say nothing share the last rank. */
export function classRank(name: string): number {
  const place = ORDER.indexOf(name.toLowerCase());
  return place < 0 ? ORDER.length : place;
}
