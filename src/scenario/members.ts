/**
 * Names of the members of a group: "web" has one VM called web; a group of 12 has web-01 .. web-12. The model names hosts
 * and VMs by the same rule; test/scenario/members.test.ts holds the two together.
 */

import { nearest } from "../units/spelling.ts";
import type { Finding } from "./problems.ts";

export interface Group {
  readonly name: string;
  readonly count: number;
}

/** Name of member `i`, counted from 0. */
export const memberName = ({ name, count }: Group, i: number): string => (count === 1 ? name : `${name}-${String(i + 1).padStart(String(count).length, "0")}`);

export const memberNames = (group: Group): string[] => Array.from({ length: group.count }, (_, i) => memberName(group, i));

const NUMBERED = /^(.+)-(\d+)$/s;

/** The group that has a member of this name among several, or undefined. */
export function groupOfMember<T extends Group>(groups: ReadonlyMap<string, T>, name: string): T | undefined {
  const match = NUMBERED.exec(name);
  const group = match ? groups.get(match[1] ?? "") : undefined;
  if (!match || !group || group.count < 2) return undefined;
  const number = Number(match[2]);
  return match[2]?.length === String(group.count).length && number >= 1 && number <= group.count ? group : undefined;
}

/**
 * Natural order of names, the same on every machine: runs of digits by their number (old-2 before old-10), all else by
 * code unit.
 */
export function naturalCompare(a: string, b: string): number {
  const parts = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const left = parts(a);
  const right = parts(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i] ?? "";
    const y = right[i] ?? "";
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y)) {
      const p = x.replace(/^0+/, "");
      const q = y.replace(/^0+/, "");
      if (p.length !== q.length) return p.length - q.length;
      if (p !== q) return p < q ? -1 : 1;
      continue;
    }
    return x < y ? -1 : 1;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** A host or VM that no group has, with the nearest name there is. */
export function unknownMember(path: Finding["path"], what: string, name: string, groups: ReadonlyMap<string, { name: string; count: number | null }>): Finding {
  const ends = [...groups.values()].flatMap(({ name: group, count }) =>
    count === null || count === 1 ? [group] : [group, memberName({ name: group, count }, 0), memberName({ name: group, count }, count - 1)],
  );
  const near = nearest(name, ends);
  return { path, message: `there is no ${what} ${JSON.stringify(name)}`, ...(near === undefined ? { allowed: ends } : { suggestion: near }) };
}

/** The names where one may stand alone or several in a list, each with its path. */
export const oneOrSeveral = (given: string | readonly string[], path: Finding["path"]): (readonly [name: string, path: Finding["path"]])[] =>
  typeof given === "string" ? [[given, path]] : given.map((name, i) => [name, [...path, i]]);
