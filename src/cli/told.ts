/** What a story of a run is told from, and what it is made of. */

/** A row of a CSV file: texts by column. */
export type Row = Readonly<Record<string, string>>;

/** What the story is told from. */
export interface Told {
  readonly decisions: readonly Row[];
  readonly events: readonly Row[];
  readonly migrations: readonly Row[];
  /** What failed, and who was out of service for it; none where nothing did. */
  readonly failures: readonly Row[];
  readonly outages: readonly Row[];
}

/** One thing that happened, with its reason if somebody decided it. */
export interface Episode {
  readonly timeSeconds: number;
  /** A sentence without time: "consolidate moved it from a to b". */
  readonly what: string;
  /** The same without names and numbers, to count by: "moved by consolidate"; "" is not counted; by default the head of `what`. */
  readonly kind?: string;
  /** Sentences that explain: the rule, the numbers, the alternatives, what became of it. */
  readonly because: readonly string[];
}
