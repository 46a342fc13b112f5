import { connectionFault } from "../engine/http/connectionFault.ts";
import type { SendFailure } from "./sendResult.ts";

/** What an error of the HTTP client means for a request. @param answerBegun whether a part of the answer had come */
export function failureOf(error: unknown, answerBegun: boolean): SendFailure {
  const { kind, message } = connectionFault(error);
  const failure = kind !== "broken" ? kind : answerBegun ? "cut" : "reset";
  return { kind: "failure", failure, message };
}
