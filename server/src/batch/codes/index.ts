import { bodyCodes } from "./body.ts";
import type { CodeEntry } from "./code.ts";
import { encodingCodes } from "./encoding.ts";
import { fileCodes } from "./file.ts";
import { jsonCodes } from "./json.ts";
import { lineCodes } from "./line.ts";
import { modelCodes } from "./model.ts";
import { requestCodes } from "./request.ts";

/** Every problem code there is, by subject. Only documentation and tests read this: rules name their codes themselves. */
export const problemCodes: readonly { subject: string; codes: readonly CodeEntry[] }[] = [
  { subject: "The text of a line", codes: [...encodingCodes, ...jsonCodes] },
  { subject: "The line as a request", codes: [...lineCodes, ...requestCodes] },
  { subject: "The body", codes: bodyCodes },
  { subject: "The model", codes: modelCodes },
  { subject: "The file as a whole", codes: fileCodes },
];
