/**
 * What agreement with others is made of: a case runs something small whose answer is known, and gives its figures beside
 * those they must agree with. The same cases run in the tests and in `hypervise validate`.
 */

/** A figure beside the one it must agree with. It agrees when `low <= here <= high`. */
export interface AgreementFigure {
  readonly name: string;
  readonly here: number;
  readonly there: number;
  readonly low: number;
  readonly high: number;
}

export interface AgreementCase {
  /** As the source names it: "C04". */
  readonly id: string;
  /** One line: what happens and why the answer is what it is. */
  readonly what: string;
  readonly run: () => readonly AgreementFigure[];
}

export interface AgreementGroup {
  /** Short name: "simgrid-cpu". */
  readonly key: string;
  readonly title: string;
  /** Where the answers come from. */
  readonly source: string;
  readonly cases: readonly AgreementCase[];
}

export const agrees = ({ here, low, high }: AgreementFigure): boolean => here >= low && here <= high;

/** A figure that may be off by `tolerance`, in its own unit. */
export const near = (name: string, here: number, there: number, tolerance: number): AgreementFigure => ({
  name,
  here,
  there,
  low: there - tolerance,
  high: there + tolerance,
});

/** A figure that must be equal. */
export const equal = (name: string, here: number, there: number): AgreementFigure => near(name, here, there, 0);
