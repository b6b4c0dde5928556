/** The report as Markdown: complete, and nothing in a name becomes markup. */
import { describe, expect, it } from "vitest";
import { compareDocument } from "../../src/report/compare-document.ts";
import { figuresOf } from "../../src/report/document.ts";
import { escapeMarkdown, renderMarkdown } from "../../src/report/markdown.ts";
import { runDocument } from "../../src/report/run-document.ts";
import { sampleComparison } from "./compare-sample.ts";
import { sampleResults } from "./sample.ts";

describe("report.md", () => {
  const report = runDocument(sampleResults({ rejected: 3, migrations: 12 }));
  const text = renderMarkdown(report);

  it("has the answer as its title, the verdict, every section, and every figure as a file with its numbers", () => {
    expect(text.startsWith(`# ${escapeMarkdown(report.answer.sentence)}.\n`)).toBe(true);
    expect(text).toContain("**✗ Does not fit.**");
    for (const { title } of report.sections) expect(text).toContain(`\n## ${title}\n`);
    for (const { id } of figuresOf(report)) expect(text).toContain(`](charts/${id}.svg)`);
  });

  it("has tables whose rows are as wide as their heads", () => {
    for (const block of text.split("\n\n").filter((part) => part.startsWith("|"))) {
      const cells = block.split("\n").map((row) => row.replaceAll("\\|", "").split("|").length);
      expect(new Set(cells).size, block).toBe(1);
    }
  });

  it("keeps hostile names as text: no HTML, no link, no heading, no table cell, no closed fence", () => {
    const hostile = "<script>alert(1)</script> [x](javascript:alert(1)) | `code` **bold** \n# heading\n``` www.example.com https://example.com &lt;";
    const html = renderMarkdown(compareDocument(sampleComparison({ command: hostile }, hostile)));
    expect(html.replace(/(`{3,})text\n[\s\S]*?\n\1\n/g, "")).not.toMatch(/(?<!\\)<script|(?<!\\)\]\(java|^# heading|(?<![\\`])`code|https:|www\./m);
    expect(html.match(/^#+ heading/gm)).toBeNull();
  });

  it("is the same to the byte for the same document", () => expect(renderMarkdown(runDocument(sampleResults({ rejected: 3, migrations: 12 })))).toBe(text));
});
