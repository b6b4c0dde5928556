/** The recovery curve and the maintenance timeline of small worlds that are known by hand. */
import { describe, expect, it } from "vitest";
import { maintenanceFigure } from "../../src/report/charts/maintenance.ts";
import { recoveryFigure } from "../../src/report/charts/recovery.ts";
import type { Results } from "../../src/results/results.ts";
import type { Table } from "../../src/results/table.ts";
import { simulate } from "../../src/simulation.ts";
import { backup, rack, repository, run, server, tier } from "../recovery/world.ts";
import { scenario } from "../support/build.ts";

const table = (results: Results, name: string): Table => {
  const found = results.extra.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("the recovery curve", () => {
  // Full backups of 100 s each over one stream at 20 MiB/s: 50 s to read, a boot of 60 s: back after 110 and 160 s.
  const results = run(
    {
      repositories: [repository({ streams: 1 })],
      backups: [backup({ vms: ["a", "b"], fullEvery: 1 })],
      events: [{ atSeconds: 800, do: "lose data", vms: ["a", "b"] }],
    },
    {
      vms: [server({ name: "a", serviceClass: "gold" }), server({ name: "b", serviceClass: "gold" })],
      classes: [tier("gold", 1000, 120)],
      hosts: [rack({ count: 2 })],
    },
  );
  const figure = recoveryFigure(table(results, "recovery"), results);
  it("says when the last VM was back", () => {
    expect(plain(figure.title)).toBe("After the loss of data, all 2 VMs are back in 2.67 min");
    expect(figure.data().rows.map((row) => row.map((cell) => (typeof cell === "number" ? Math.round(cell) : cell)))).toEqual([
      ["gold", 110, 1, 2],
      ["gold", 160, 2, 2],
    ]);
  });
  it.each(figure.widths)("fits %d px, with the end of the RTO", (width) => {
    const { body } = figure.draw(width);
    expect(body).toContain('class="lim"');
    for (const [, x] of body.matchAll(/ x="([\d.]+)"/g)) expect(Number(x)).toBeLessThanOrEqual(width);
  });
});

describe("the maintenance timeline", () => {
  const group = rack({ count: 3 });
  const results = simulate(
    scenario({
      hosts: [{ ...group, transitions: { ...group.transitions, bootSeconds: 50, shutdownSeconds: 10 } }],
      vms: [],
      durationSeconds: 5000,
      maintenance: [
        {
          name: "p",
          hosts: ["h"],
          do: "patch",
          by: [],
          startSeconds: 1000,
          everySeconds: null,
          window: null,
          takesSeconds: 100,
          reboot: true,
          atOnce: 1,
          vms: "migrate",
          patienceSeconds: 600,
          pauseSeconds: 0,
          spreadSeconds: null,
          defect: null,
        },
      ],
    }),
  );
  const figure = maintenanceFigure(table(results, "maintenance"), results);
  it("answers how many, how long, who notices: three hosts of 160 s", () => {
    expect(plain(figure.title)).toBe("3 hosts done in 8 min; nobody notices");
    expect(figure.data().rows.map((row) => [row[1], row[3]])).toEqual([
      [1000, 1160],
      [1160, 1320],
      [1320, 1480],
    ]);
  });
  it.each(figure.widths)("fits %d px, a line a host", (width) => {
    const { body } = figure.draw(width);
    expect(body.match(/f-maint/g)).toHaveLength(3);
  });
});
