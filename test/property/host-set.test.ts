/** A set of hosts gives its members in order, as a sorted list does. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { HostSet } from "../../src/model/host-set.ts";

it("gives the same next members as a sorted list, whatever was added and removed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.array(fc.tuple(fc.nat(4999), fc.boolean()), { maxLength: 200 }), (hosts, steps) => {
      const set = new HostSet(hosts);
      const plain = new Set<number>();
      for (const [n, add] of steps) {
        const h = n % hosts;
        if (add) {
          set.add(h);
          plain.add(h);
        } else {
          set.remove(h);
          plain.delete(h);
        }
      }
      const walked: number[] = [];
      for (let h = set.next(0); h >= 0; h = set.next(h + 1)) walked.push(h);
      expect(walked).toEqual([...plain].sort((a, b) => a - b));
      set.clear();
      expect(set.next(0)).toBe(-1);
    }),
  );
});
