/** Short ways to write resolved scenarios in tests: those of the agreement cases. */
export * from "../../src/validation/build.ts";
