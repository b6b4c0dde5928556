/** The catalogue the scenario tests use: the real one, with fixed names of policies and trace formats. */
import { standardCatalogue } from "../../src/scenario/standard.ts";

export const catalogue = standardCatalogue(
  ["first-fit", "best-fit", "worst-fit", "round-robin", "random", "power-aware-best-fit", "dot-product", "carbon-aware", "nova"],
  ["planetlab", "bitbrains", "opendc", "azure", "google2011", "alibaba2018", "swf", "plain"],
);
