/** Interference with nothing left open. */
import type { InterferenceSpec } from "../model/spec.ts";
import { fillAt, type Resolving } from "./resolving.ts";
import { typicalInterference, type UserInterference } from "./schema-interference.ts";

export function resolveInterference(given: UserInterference | undefined, to: Resolving): InterferenceSpec | null {
  if (given === undefined || given === "none") {
    to.marks.set("interference", given === undefined ? "default" : "given");
    return null;
  }
  const block = given === "typical" ? {} : given;
  const kind = (name: keyof InterferenceSpec): InterferenceSpec["cpu"] => {
    const fill = fillAt(to.marks, `interference.${name}`);
    return {
      pressure: fill("pressure", block[name]?.pressure, typicalInterference[name].pressure),
      sensitivity: fill("sensitivity", block[name]?.sensitivity, typicalInterference[name].sensitivity),
    };
  };
  return { cpu: kind("cpu"), memory: kind("memory"), oltp: kind("oltp") };
}
