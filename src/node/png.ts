/**
 * Drawings as PNG: an exported SVG through resvg, with the font Inter and no font of the machine, so that a picture is the same
 * everywhere. Both packages are optional: without them only PNG is missing.
 */
import { createRequire } from "node:module";

const FONTS = ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"];

/** PNG needs what is not installed; the message says what. */
export class PngMissing extends Error {
  override readonly name = "PngMissing";
}

/** A function that draws an SVG at `zoom` times its size. Throws `PngMissing` when resvg or the font is not there. */
export async function pngRenderer(zoom = 2): Promise<(svg: string) => Uint8Array> {
  try {
    const { Resvg } = await import("@resvg/resvg-js");
    const here = createRequire(import.meta.url);
    const fontFiles = FONTS.map((font) => here.resolve(`@expo-google-fonts/inter/${font}`));
    const options = {
      fitTo: { mode: "zoom" as const, value: zoom },
      font: { fontFiles, loadSystemFonts: false, defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
    };
    return (svg) => new Resvg(svg, options).render().asPng();
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new PngMissing(`--png needs two packages that are not here: npm install @resvg/resvg-js @expo-google-fonts/inter (${why})`);
  }
}
