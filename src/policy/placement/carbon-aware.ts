/**
 * Carbon-aware: the host whose energy is cleanest (or cheapest) at this moment, the first among equals.
 *
 * What counts is the site: grams (or money) for each kWh of IT energy there now = intensity (or price) of the grid x PUE.
 * Within the best site it packs, as first fit does. It looks at this moment only: a VM that stays for days may meet other hours.
 * Options: `by`: `carbon` (default) or `price`. Source: shifting load in space by the grid's intensity, Zheng, Chien and Suh,
 * Joule 4(10), 2020; Google's carbon-intelligent computing, Radovanović et al., IEEE Trans. Power Systems 38(2), 2023.
 * Proof: test/policy/carbon-aware.test.ts.
 */
import type { PlacementPolicy } from "../placement.ts";
import { refuseUnknown, wordOption } from "./options.ts";
import { lowest } from "./scan.ts";

export const carbonAware: PlacementPolicy = {
  name: "carbon-aware",
  about: "the first host of the site whose energy is cleanest (or cheapest) at this moment, PUE included",
  source: "Zheng, Chien and Suh, Joule 4(10), 2020; Radovanović et al., IEEE Transactions on Power Systems 38(2), 2023",
  score: "g CO2e (or money) for each kWh of IT energy",
  create(options) {
    refuseUnknown("carbon-aware", options, ["by"]);
    const by = wordOption("carbon-aware", options, "by", "carbon", ["carbon", "price"]);
    return (_vm, fleet) => {
      if (fleet.gramsPerKwh === undefined || fleet.pricePerKwh === undefined)
        throw new Error(`placement policy "carbon-aware" asks for each host's ${by}, which this fleet does not know`);
      return lowest(fleet, (h) => (by === "carbon" ? fleet.gramsPerKwh?.(h) : fleet.pricePerKwh?.(h)) ?? Number.NaN);
    };
  },
};
