import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { PlacementPolicy } from "../../src/policy/placement.ts";
import { fleetOf, hosts, plainVm } from "./fleet.ts";

describe("the policy that docs/placement.md shows", () => {
  it("is a policy as it stands there, and takes the host with the least CPU in use", async () => {
    const paper = await readFile(new URL("../../docs/placement.md", import.meta.url), "utf8");
    const code = /```js\n([\s\S]*?)```/.exec(paper)?.[1] ?? "";
    const { default: coldest } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { default: PlacementPolicy };
    const place = coldest.create({}, () => 0.5);
    expect(place(plainVm, fleetOf(hosts({ usedMHz: 500 }, { usedMHz: 100, fits: false }, { usedMHz: 300 })))).toEqual({ host: 2, score: 300 });
    expect(place(plainVm, fleetOf([]))).toEqual({ host: -1, score: Number.NaN });
  });
});
