import type { Severity } from "../../protocol/problem.ts";

/** What can be wrong with a body. The catalogue (codes/body.ts) says why, and what to do. */
export const severities = {
  "body.binaryAnswer": "warning",
  "body.coerced": "warning",
  "body.conflict": "error",
  "body.contentPart": "error",
  "body.empty": "error",
  "body.extraBody": "warning",
  "body.fileUrl": "error",
  "body.ignored": "warning",
  "body.jsonSchema": "error",
  "body.maxTokens": "info",
  "body.maxTokensRefused": "error",
  "body.missingModel": "error",
  "body.needsFlag": "warning",
  "body.needsModel": "warning",
  "body.noContent": "warning",
  "body.notOpenai": "error",
  "body.range": "error",
  "body.regex": "error",
  "body.removed": "warning",
  "body.required": "error",
  "body.role": "warning",
  "body.stream": "error",
  "body.structuredOutputs": "error",
  "body.toolChoice": "error",
  "body.type": "error",
  "body.unsupported": "error",
  "body.value": "error",
} as const satisfies Record<string, Severity>;

export type BodyCode = keyof typeof severities;
