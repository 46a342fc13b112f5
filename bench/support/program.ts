import path from "node:path";

/** The product as it ships. */
export const programPath = path.resolve(import.meta.dirname, "..", "..", "dist", "cli.js");
