import type { CodeEntry } from "./code.ts";
import { bodyErrorCodes } from "./bodyErrors.ts";
import { bodyWarningCodes } from "./bodyWarnings.ts";

/** Problems inside `body`, other than the name of the model. */
export const bodyCodes: readonly CodeEntry[] = [...bodyErrorCodes, ...bodyWarningCodes];
