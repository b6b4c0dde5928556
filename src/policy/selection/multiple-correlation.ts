/**
 * Multiple correlation: how well the history of one VM is explained by those of the other VMs of its host.
 *
 * Formula: R^2 = 1 - RSS / TSS of ordinary least squares with intercept of y on the others. Two ways:
 * - all at once from the Gram matrix C of the centred histories: R_i^2 = 1 - 1 / ((C^-1)_ii C_ii), one Cholesky factorisation
 *   (Seber, Multivariate Observations, 1984); quick, but useless when C is nearly singular;
 * - one by one, Householder QR of (1, others) with residuals from the coefficients, in the order of operations of
 *   Apache Commons Math 3 (OLSMultipleLinearRegression), which CloudSim uses.
 * Proof: test/policy/selection.test.ts, one against the other and by hand.
 */

/** A pivot below this share of its diagonal means the Gram matrix is too close to singular to trust. */
const leastPivot = 1e-8;

/** A history that varies by less than this share of its square is taken for constant. */
const leastVariation = 1e-20;

/** Scratch space for up to `vms` histories of up to `samples` values. */
export interface CorrelationSpace {
  centred: Float64Array;
  gram: Float64Array;
  inverse: Float64Array;
  columns: Float64Array;
  diagonal: Float64Array;
  fitted: Float64Array;
  beta: Float64Array;
}

export function newCorrelationSpace(vms: number, samples: number): CorrelationSpace {
  return {
    centred: new Float64Array(vms * samples),
    gram: new Float64Array(vms * vms),
    inverse: new Float64Array(vms * vms),
    columns: new Float64Array(vms * samples),
    diagonal: new Float64Array(vms),
    fitted: new Float64Array(samples),
    beta: new Float64Array(vms),
  };
}

/**
 * R^2 of each of the n histories (`history[i * stride + sample]`, m samples) on the others, all from one factorisation.
 *
 * @returns false when the matrix is too close to singular; the scores are then meaningless.
 */
export function correlationsByCholesky(space: CorrelationSpace, history: Float64Array, stride: number, n: number, m: number, scores: Float64Array): boolean {
  const { centred, gram, inverse } = space;
  for (let i = 0; i < n; i++) {
    let mean = 0;
    for (let s = 0; s < m; s++) mean += history[i * stride + s];
    mean /= m;
    for (let s = 0; s < m; s++) centred[i * m + s] = history[i * stride + s] - mean;
  }
  // The lower triangle of the Gram matrix, factorised in place: gram = L, row by row.
  for (let i = 0; i < n; i++) {
    let own = 0;
    let whole = 0;
    for (let s = 0; s < m; s++) {
      own += centred[i * m + s] * centred[i * m + s];
      whole += history[i * stride + s] * history[i * stride + s];
    }
    // A constant history: what is left after centring is rounding.
    if (!(own > leastVariation * whole)) return false;
    scores[i] = own;
    let pivot = own;
    for (let j = 0; j < i; j++) {
      let dot = 0;
      for (let s = 0; s < m; s++) dot += centred[i * m + s] * centred[j * m + s];
      for (let k = 0; k < j; k++) dot -= gram[i * n + k] * gram[j * n + k];
      dot /= gram[j * n + j];
      gram[i * n + j] = dot;
      pivot -= dot * dot;
    }
    if (!(pivot > leastPivot * own)) return false;
    gram[i * n + i] = Math.sqrt(pivot);
  }
  // Columns of L^-1; the diagonal of C^-1 = L^-T L^-1 is the sum of their squares.
  for (let c = 0; c < n; c++) {
    let square = 0;
    for (let r = c; r < n; r++) {
      let value = r === c ? 1 : 0;
      for (let k = c; k < r; k++) value -= gram[r * n + k] * inverse[k * n + c];
      value /= gram[r * n + r];
      inverse[r * n + c] = value;
      square += value * value;
    }
    scores[c] = 1 - 1 / (square * scores[c]);
  }
  return true;
}

/**
 * R^2 of history `target` on the n - 1 others by Householder QR; needs n of 2 or more and m >= n.
 *
 * @returns NaN or -Infinity when the target is constant, undefined when a diagonal element of R is exactly 0.
 */
export function correlationByQr(space: CorrelationSpace, history: Float64Array, stride: number, n: number, m: number, target: number): number | undefined {
  const { columns, diagonal, fitted, beta } = space;
  // Column 0 is the intercept; column c holds the c-th other history.
  columns.fill(1, 0, m);
  for (let i = 0, c = 1; i < n; i++) {
    if (i === target) continue;
    for (let s = 0; s < m; s++) columns[c * m + s] = history[i * stride + s];
    c++;
  }
  for (let s = 0; s < m; s++) fitted[s] = history[target * stride + s];
  for (let k = 0; k < n; k++) reflect(columns, diagonal, n, m, k);
  for (let k = 0; k < n; k++) if (diagonal[k] === 0) return undefined;
  for (let k = 0; k < n; k++) {
    let dot = 0;
    for (let s = k; s < m; s++) dot += fitted[s] * columns[k * m + s];
    dot /= diagonal[k] * columns[k * m + k];
    for (let s = k; s < m; s++) fitted[s] += dot * columns[k * m + s];
  }
  for (let k = n - 1; k >= 0; k--) {
    beta[k] = fitted[k] / diagonal[k];
    for (let i = 0; i < k; i++) fitted[i] -= beta[k] * columns[k * m + i];
  }
  let residualSquares = 0;
  let mean = 0;
  let totalSquares = 0;
  for (let s = 0; s < m; s++) {
    const y = history[target * stride + s];
    let estimate = beta[0];
    for (let i = 0, c = 1; i < n; i++) if (i !== target) estimate += history[i * stride + s] * beta[c++];
    residualSquares += (y - estimate) * (y - estimate);
    const deviation = y - mean;
    mean += deviation / (s + 1);
    totalSquares += s * deviation * (deviation / (s + 1));
  }
  return 1 - residualSquares / totalSquares;
}

/** One Householder reflection: column k below its diagonal becomes the mirror vector, the columns right of it are mirrored. */
function reflect(columns: Float64Array, diagonal: Float64Array, n: number, m: number, k: number): void {
  const own = k * m;
  let squares = 0;
  for (let s = k; s < m; s++) squares += columns[own + s] * columns[own + s];
  const a = columns[own + k] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  diagonal[k] = a;
  if (a === 0) return;
  columns[own + k] -= a;
  for (let c = k + 1; c < n; c++) {
    let alpha = 0;
    for (let s = k; s < m; s++) alpha -= columns[c * m + s] * columns[own + s];
    alpha /= a * columns[own + k];
    for (let s = k; s < m; s++) columns[c * m + s] -= alpha * columns[own + s];
  }
}
