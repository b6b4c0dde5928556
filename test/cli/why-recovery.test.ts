/** How VMs came back and what was done to hosts, in sentences, from rows as they stand in the files. */
import { describe, expect, it } from "vitest";
import { recoveriesOf, worksOn } from "../../src/cli/why-recovery.ts";

const row = (over: Record<string, string>): Record<string, string> => ({
  vm: "v",
  class: "gold",
  event: "site east lost",
  source: "backup",
  copy: "nightly",
  stopped_s: "1000",
  begun_s: "2800",
  data_s: "3400",
  running_s: "3460",
  rpo_s: "7200",
  lost_mib: "2048",
  rpo_target_s: "3600",
  rto_target_s: "",
  verdict: "RPO missed",
  end: "running",
  ...over,
});
// Numbers and units are kept together by no-break spaces.
const told = (over: Record<string, string>): string[] =>
  recoveriesOf([row(over)], "v").flatMap(({ what, because }) => [what, ...because].map((line) => line.replaceAll("\u00a0", " ")));

describe("why a VM came back as it did", () => {
  it("tells the copy, the way and the promise", () => {
    expect(told({})).toEqual([
      "it lost its service: site east lost",
      "it came from the backup nightly, 2 h of its work older: 2 GiB of changes are gone",
      "it took 30 min until its turn came, 10 min for its data, 1 min for a place and its boot: 41 min in all",
      "its class gold promises an RPO of 1 h and an RTO of none: RPO missed",
    ]);
  });
  it("says that nothing was lost, that nothing was left, that it is not over", () => {
    expect(told({ source: "replica", copy: "mirror", rpo_s: "0" })[1]).toBe("it came from the replica mirror, in step with every write: nothing was lost");
    expect(told({ source: "none", end: "lost", begun_s: "", verdict: "" }).at(-1)).toBe("no copy of it was left: it is lost");
    expect(told({ running_s: "", verdict: "open" })[2]).toBe("it took 30 min until its turn came, 10 min for its data, and is not over");
  });
});

describe("why a host was worked on", () => {
  it("tells who left, who noticed, how long it took or why it was not done", () => {
    const work = {
      host: "h",
      work: "august",
      action: "patch",
      began_s: "100",
      empty_s: "160",
      ended_s: "700",
      moved: "3",
      stopped: "0",
      noticed: "0",
      outcome: "done",
    };
    const lines = (over: Record<string, string>): string[] =>
      worksOn([{ ...work, ...over }], "h").flatMap(({ what, because }) => [what, ...because].map((line) => line.replaceAll("\u00a0", " ")));
    expect(lines({})).toEqual(["it is patched (august)", "3 VMs were sent away in 1 min; nobody noticed", "it took 10 min"]);
    expect(lines({ moved: "0", stopped: "2", noticed: "2", pause_worst_s: "70" })[1]).toBe("2 stood still in 1 min; 2 noticed, at worst for 1.17 min");
    expect(lines({ empty_s: "", outcome: "passed over", reason: "no place for VM v" }).at(-1)).toBe("it was not done: no place for VM v");
  });
});
