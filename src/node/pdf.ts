/**
 * The page as PDF, printed by a Chromium that is on the machine: its print style is the same that a person's browser uses. Where
 * there is none only PDF is missing.
 */
import { spawn } from "node:child_process";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** No Chromium, or it would not print; the message says which. */
export class PdfMissing extends Error {
  override readonly name = "PdfMissing";
}

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Path of a Chromium: `CHROMIUM` of the environment, else where systems keep it. Throws `PdfMissing` when there is none. */
export async function findChromium(env: Readonly<Record<string, string | undefined>> = process.env): Promise<string> {
  for (const path of env.CHROMIUM ? [env.CHROMIUM] : PLACES) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  throw new PdfMissing("--pdf is printed by a Chromium, and none was found; install one, or set CHROMIUM to its path");
}

const LONGEST_MS = 60_000;

/** Prints a page that asks nobody for anything. */
export async function pdfOf(html: string, chromium: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "hypervise-pdf-"));
  try {
    const [page, pdf] = [join(folder, "report.html"), join(folder, "report.pdf")];
    await writeFile(page, html);
    const words = [
      "--headless",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-pdf-header-footer",
      `--user-data-dir=${join(folder, "profile")}`,
      `--print-to-pdf=${pdf}`,
      // Chromium refuses its sandbox to the superuser; the page runs no script of others.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      `file://${page}`,
    ];
    await new Promise<void>((resolve, reject) => {
      const child = spawn(chromium, words, { stdio: "ignore", timeout: LONGEST_MS });
      child.on("error", (error) => reject(new PdfMissing(`--pdf: ${chromium} cannot be started (${error.message})`)));
      child.on("exit", (code) => (code === 0 ? resolve() : reject(new PdfMissing(`--pdf: ${chromium} ended with exit code ${code ?? "none"}`))));
    });
    return new Uint8Array(await readFile(pdf));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
