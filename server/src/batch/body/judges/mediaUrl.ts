import type { JsonPath } from "../../finding.ts";
import { say, type Scope } from "../scope.ts";
import { nameOf } from "../words.ts";

/** A URL that vLLM itself is to fetch. */
export function judgeMediaUrl(url: unknown, path: JsonPath, scope: Scope): void {
  if (scope.target === "openai" || typeof url !== "string" || !/^file:/i.test(url)) return;
  const message = `${nameOf(path)} is a file of the machine on which vLLM runs. It needs --allowed-local-media-path.`;
  say(scope, "body.needsFlag", path, message);
}
