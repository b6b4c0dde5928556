/**
 * What public clouds give back when a VM was up less than promised: the credit, as a share of the month's charge for it,
 * of the lowest tier its monthly uptime falls below. Terms change; the day each was looked up is in its source.
 */
import type { Confidence } from "../profile.ts";

/** Below this share of the window up, this share of the charge is credited. */
export interface CreditTier {
  readonly below: number;
  readonly credit: number;
}

export interface CreditTerms {
  readonly about: string;
  readonly tiers: readonly CreditTier[];
  /** Key into `sources`, or null where the figures are from memory. */
  readonly source: string | null;
  readonly confidence: Confidence;
}

export const creditTerms = {
  "aws-region": {
    about: "Amazon EC2, VMs in two or more zones; first tier read, the others remembered",
    tiers: [
      { below: 0.9999, credit: 0.1 },
      { below: 0.99, credit: 0.3 },
      { below: 0.95, credit: 1 },
    ],
    source: "awssla2",
    confidence: "remembered",
  },
  "aws-instance": {
    about: "Amazon EC2, a single VM; the commitment read, the credits remembered",
    tiers: [
      { below: 0.995, credit: 0.1 },
      { below: 0.99, credit: 0.3 },
      { below: 0.95, credit: 1 },
    ],
    source: "awsinst",
    confidence: "remembered",
  },
  "azure-zones": {
    about: "Azure, VMs in two or more zones",
    tiers: [
      { below: 0.9999, credit: 0.1 },
      { below: 0.99, credit: 0.25 },
      { below: 0.95, credit: 1 },
    ],
    source: "azsla",
    confidence: "verified",
  },
  "azure-set": {
    about: "Azure, VMs in an availability set; the commitment read, the further tiers as for zones",
    tiers: [
      { below: 0.9995, credit: 0.1 },
      { below: 0.99, credit: 0.25 },
      { below: 0.95, credit: 1 },
    ],
    source: "azsla",
    confidence: "remembered",
  },
  "azure-single": {
    about: "Azure, a single VM on premium disks; the commitment read, the further tiers remembered",
    tiers: [
      { below: 0.999, credit: 0.1 },
      { below: 0.99, credit: 0.25 },
      { below: 0.95, credit: 1 },
    ],
    source: "azsla",
    confidence: "remembered",
  },
  "gcp-zones": {
    about: "Google Compute Engine, VMs in two or more zones",
    tiers: [
      { below: 0.9999, credit: 0.1 },
      { below: 0.99, credit: 0.25 },
      { below: 0.95, credit: 1 },
    ],
    source: null,
    confidence: "remembered",
  },
} as const satisfies Record<string, CreditTerms>;

export type CreditTermsName = keyof typeof creditTerms;
export const creditTermsNames = Object.keys(creditTerms) as CreditTermsName[];
