/** Building SVG as text: elements, escaping, rounded coordinates. The same input gives the same bytes. */

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Characters that XML forbids, and those that turn the direction of text: shown as U+FFFD. */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu;

/** Makes any text safe inside an element or a quoted attribute of HTML and XML. */
export function escapeText(text: string): string {
  return text.replace(FORBIDDEN, "\uFFFD").replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** A coordinate to a tenth of a pixel, in the fewest characters: 12.5, .5, -3. */
export function coordinate(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  if (!Number.isFinite(rounded) || rounded === 0) return "0";
  return String(rounded).replace(/^(-?)0\./, "$1.");
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element. Children are markup and are not escaped; attribute values are. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    tag += ` ${key}="${typeof value === "number" ? coordinate(value) : escapeText(value)}"`;
  }
  return children.length === 0 ? `${tag}/>` : `${tag}>${children.join("")}</${name}>`;
}

/** One part of a label: bold names the thing, regular gives the value. */
export interface Run {
  readonly text: string;
  readonly bold?: boolean;
}

/** A label at a baseline. Parts stay in one element, so that they can't collide with each other in another font. */
export function label(x: number, y: number, classes: string, content: string | readonly Run[]): string {
  const inner =
    typeof content === "string"
      ? escapeText(content)
      : content.map((run) => (run.bold ? `<tspan class="b">${escapeText(run.text)}</tspan>` : escapeText(run.text))).join("");
  return element("text", { x, y, class: classes }, inner);
}

export function line(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  return element("path", {
    class: classes,
    d:
      x1 === x2
        ? `M${coordinate(x1)} ${coordinate(y1)}V${coordinate(y2)}`
        : y1 === y2
          ? `M${coordinate(x1)} ${coordinate(y1)}H${coordinate(x2)}`
          : `M${coordinate(x1)} ${coordinate(y1)}L${coordinate(x2)} ${coordinate(y2)}`,
  });
}

export function rect(x: number, y: number, width: number, height: number, classes: string): string {
  return element("rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), class: classes });
}
