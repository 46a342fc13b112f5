import type { JsonPath } from "../../finding.ts";
import type { Scope } from "../scope.ts";

/** Judges a value where a schema does not suffice. `plain` says what the schema has against it. */
export type Judge = (value: unknown, path: JsonPath, scope: Scope, plain: () => void) => void;
