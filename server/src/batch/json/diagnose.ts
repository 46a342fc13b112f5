import type { TextFinding } from "../finding.ts";
import { messageOf } from "../../util/unknown.ts";

/** What is wrong with text that JSON.parse refuses. At least one finding. */
export function diagnose(text: string): TextFinding[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [{ code: "json.syntax", severity: "error", message: messageOf(error), start: 0, end: 1 }];
  }
}
