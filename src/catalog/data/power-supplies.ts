/**
 * Efficiency of server power supplies at shares of their rated output, as the 80 PLUS programme requires of 230 V internal
 * redundant supplies (and, at 10 %, of Titanium alone). Real supplies are at or above these; remembered, not read again.
 */
export const powerSupplies = {
  bronze: [
    { x: 0.2, y: 0.81 },
    { x: 0.5, y: 0.85 },
    { x: 1, y: 0.81 },
  ],
  silver: [
    { x: 0.2, y: 0.85 },
    { x: 0.5, y: 0.89 },
    { x: 1, y: 0.85 },
  ],
  gold: [
    { x: 0.2, y: 0.88 },
    { x: 0.5, y: 0.92 },
    { x: 1, y: 0.88 },
  ],
  platinum: [
    { x: 0.2, y: 0.9 },
    { x: 0.5, y: 0.94 },
    { x: 1, y: 0.91 },
  ],
  titanium: [
    { x: 0.1, y: 0.9 },
    { x: 0.2, y: 0.94 },
    { x: 0.5, y: 0.96 },
    { x: 1, y: 0.91 },
  ],
} as const;

export type PowerSupplyName = keyof typeof powerSupplies;
export const powerSupplyNames = Object.keys(powerSupplies) as PowerSupplyName[];
