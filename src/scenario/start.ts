/** Instants as people write them. */

/** ISO 8601 in UTC of a day, or a day with a time; undefined for anything else. Without a zone it is UTC. */
export function instantText(given: string): string | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(given.trim());
  const instant = match ? Date.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? "Z"}`) : Number.NaN;
  // Date.parse takes the 31st of a short month for the 1st of the next.
  const realDay = match ? new Date(`${match[1]}T00:00:00Z`) : undefined;
  if (Number.isNaN(instant) || !realDay || Number.isNaN(realDay.getTime()) || realDay.toISOString().slice(0, 10) !== match?.[1]) return undefined;
  return new Date(instant).toISOString().replace(".000Z", "Z");
}
