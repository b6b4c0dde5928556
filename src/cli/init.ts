/**
 * `hypervise init`: which templates there are, and the text of one.
 */
import { quote } from "../units/parse.ts";
import { nearest } from "../units/spelling.ts";
import { type Template, templates } from "./templates.ts";

export type { Template } from "./templates.ts";
export { templates } from "./templates.ts";

/** The template of that name. Throws an Error for people when there is none. */
export function template(name: string): Template {
  const found = templates.find((t) => t.name === name);
  if (found) return found;
  const names = templates.map((t) => t.name);
  const near = nearest(name, names);
  throw new Error(`there is no template ${quote(name)}${near === undefined ? `; one of: ${names.join(", ")}` : `; did you mean ${near}?`}`);
}

/** The list of templates as `hypervise init` prints it without a name. */
export function renderTemplates(style: { readonly bold: (text: string) => string; readonly dim: (text: string) => string }): string {
  const lines = templates.map(({ name, about }) => `  ${style.bold(name.padEnd(15))} ${about}`);
  return `${lines.join("\n")}\n\n  ${style.dim("hypervise init quickstart my.yaml writes one; then change it")}\n`;
}
