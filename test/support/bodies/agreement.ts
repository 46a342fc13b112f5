import { checkBody } from "../../../server/src/batch/body/checkBody.ts";
import type { Finding } from "../../../server/src/batch/finding.ts";
import { findValue } from "../../../server/src/batch/json/locate.ts";
import { isObject } from "../../../server/src/util/unknown.ts";
import type { MadeBody } from "./madeBody.ts";

export type Verdict = "accepted" | "refused";

/** What a batch file may not have although a server takes it: judged by us, not by it. */
const ofBatches: ReadonlySet<string> = new Set(["body.stream", "body.missingModel", "body.fileUrl"]);

/** What says that the engine may refuse, depending on its flags or its model. */
const doubts: ReadonlySet<string> = new Set(["body.needsFlag", "body.needsModel"]);

export type Difference = "false alarm" | "miss";

/** What we say about a body. */
export function findingsOf({ kind, text }: MadeBody): Finding[] {
  const body: unknown = JSON.parse(text);
  if (!isObject(body)) throw new Error(`Not an object: ${text}`);
  const findings: Finding[] = [];
  const textOf = (path: Finding["path"]) => {
    const place = findValue(text, path.slice(1));
    return place === null ? undefined : text.slice(place.start, place.end);
  };
  checkBody(kind, body, "vllm", (finding) => void findings.push(finding), textOf);
  return findings;
}

/** How we differ from vLLM; null where we agree. */
export function differenceFrom(verdict: Verdict, findings: readonly Finding[]): Difference | null {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (verdict === "accepted") return errors.some(({ code }) => !ofBatches.has(code)) ? "false alarm" : null;
  return errors.length > 0 || findings.some(({ code }) => doubts.has(code)) ? null : "miss";
}
