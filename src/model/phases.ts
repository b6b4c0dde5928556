/** Order of what happens within one instant. */
export const PHASE = { failure: 0, departure: 1, completion: 2, demand: 3, arrival: 4, decision: 5, observation: 6 } as const;
