/** Runs an agreement case and expects each of its figures to agree. */
import { expect } from "vitest";
import { type AgreementCase, agrees } from "../../src/validation/case.ts";

export function expectAgreement({ id, run }: AgreementCase): void {
  const figures = run();
  expect(figures.length, id).toBeGreaterThan(0);
  for (const figure of figures)
    expect(agrees(figure), `${figure.name}: ${figure.here} instead of ${figure.there} (${figure.low} to ${figure.high})`).toBe(true);
}
