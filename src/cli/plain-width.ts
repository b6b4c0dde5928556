/**
 * Columns a text takes on a terminal, for texts in Latin letters. The bundle gives it to yargs in place of `string-width`
 * (scripts/bundle.ts), which spends 15 ms of every command on tables of all scripts; our help texts are of none but this one.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these begin with one
const COLOURS = /\u001b\[[\d;]*m/g;

export default (text: string): number => [...text.replaceAll(COLOURS, "")].length;
