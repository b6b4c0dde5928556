/**
 * All overload detectors by name.
 */
import type { DetectorPolicy } from "./detector.ts";
import { exponentialSmoothing } from "./exponential-smoothing.ts";
import { iqr } from "./iqr.ts";
import { localRegression } from "./local-regression.ts";
import { mad } from "./mad.ts";
import { oracle } from "./oracle.ts";
import { robustLocalRegression } from "./robust-local-regression.ts";
import { threshold } from "./threshold.ts";

export const detectors: readonly DetectorPolicy[] = [threshold, iqr, mad, localRegression, robustLocalRegression, exponentialSmoothing, oracle];
