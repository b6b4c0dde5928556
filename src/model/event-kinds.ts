/** Numbers of the engine's own events. Its larger parts keep theirs beside them (services.ts, failures/, recovery/, maintenance/). */
export const KIND = {
  arrivals: 1,
  provisioned: 2,
  booted: 3,
  depart: 4,
  grid: 5,
  piece: 6,
  workDone: 7,
  taskStart: 8,
  script: 9,
  queue: 10,
  timeout: 11,
  pauseOver: 12,
  deleted: 13,
  flow: 14,
  migration: 15,
  hostPower: 16,
  datastore: 60,
  checkpoint: 94,
  saved: 95,
  governor: 130,
  diskMove: 131,
} as const;

/** First kind that observers may use. */
export const OBSERVER_KINDS = 32;
