/** A comparison as its report wants it: plain data of options, figures and causes. */
import type { BreakEvenData } from "./charts/breakeven.ts";
import type { Step } from "./charts/waterfall.ts";
import type { CheckRow } from "./checks-table.ts";
import type { WhatWouldChange } from "./would-change.ts";

export interface ComparedDifference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Mean of the baseline. */
  readonly base: number;
  readonly verdict: "more" | "less" | "cannot tell" | "same" | "one run" | "not measured";
}

export interface ComparedValue {
  readonly mean: number;
  readonly half: number;
  /** From the baseline; null for the baseline itself. */
  readonly difference: ComparedDifference | null;
}

export interface ComparedMetric {
  /** As in summary.csv. */
  readonly metric: string;
  /** As people say it. */
  readonly name: string;
  readonly unit: string;
  readonly about: string;
  /** One an option. */
  readonly values: readonly ComparedValue[];
}

export interface LedgerCauses {
  readonly ledger: string;
  readonly unit: string;
  readonly steps: readonly Step[];
  readonly total: Step;
}

export interface BreakEvenRow {
  readonly driver: string;
  readonly today: string;
  readonly turnsAt: string;
  readonly meaning: string;
}

export interface CompareReport {
  readonly version: string;
  readonly command: string;
  readonly seeds: readonly string[];
  readonly luckless: boolean;
  /** The first is the baseline. */
  readonly options: readonly {
    readonly name: string;
    readonly scenario: string;
    readonly policy: string;
    readonly about: string;
    readonly fingerprint: string;
  }[];
  /** Figures were named: the first of them is what the report is about. Else it is about what the options differ in. */
  readonly named?: boolean;
  /** Those shown in charts, the first two being energy and waiting, before all others. */
  readonly shown: readonly ComparedMetric[];
  readonly metrics: readonly ComparedMetric[];
  /** For each option but the baseline, in their order; an option's ledgers in the order in which they are shown. */
  readonly causes: readonly (readonly LedgerCauses[])[];
  readonly breakEvens: readonly BreakEvenRow[];
  readonly breakEven: BreakEvenData | null;
  readonly checks: readonly CheckRow[];
  readonly wouldChange: readonly WhatWouldChange[];
}
