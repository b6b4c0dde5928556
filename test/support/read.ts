/** Reading figures out of results in tests: as the agreement cases do. */
export * from "../../src/validation/read.ts";
