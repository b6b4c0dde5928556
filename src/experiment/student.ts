/**
 * Quantiles of Student's t for whole degrees of freedom.
 *
 * The share of the distribution between -t and t is a finite sum in the angle a = atan(t / sqrt(n)):
 *   n odd:  2/pi (a + sin a (cos a + 2/3 cos^3 a + ... ))      n even:  sin a (1 + 1/2 cos^2 a + 1 3/(2 4) cos^4 a + ...)
 * up to the power n - 2. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 * Proved by test/experiment/student.test.ts against the printed tables and the closed forms of one and two degrees.
 */

/** Share of the distribution between `-t` and `t` (`t` >= 0) for `degrees` whole degrees of freedom. */
export function shareWithin(t: number, degrees: number): number {
  return shareOfAngle(Math.atan(t / Math.sqrt(degrees)), degrees);
}

function shareOfAngle(angle: number, degrees: number): number {
  const odd = degrees % 2 === 1;
  const square = Math.cos(angle) ** 2;
  let term = odd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let power = odd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    term *= (square * (power + 1)) / (power + 2);
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/**
 * The t with `confidence` of the distribution between -t and t: 2.262 for 0.95 and 9 degrees.
 * Throws a RangeError unless `degrees` is a whole number of 1 or more and `confidence` lies between 0 and 1.
 */
export function studentT(confidence: number, degrees: number): number {
  if (!Number.isInteger(degrees) || degrees < 1) throw new RangeError(`degrees of freedom are ${degrees}; expected a whole number of 1 or more`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`confidence is ${confidence}; expected a share between 0 and 1`);
  let low = 0;
  let high = Math.PI / 2;
  // Halving an angle of at most 2 down to the last bit of a double.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (shareOfAngle(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}
