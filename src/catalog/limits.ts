/** What stands in the catalogue where there is no limit: far above any real value, finite so that it survives JSON. */
export const NO_LIMIT = 1e9;
