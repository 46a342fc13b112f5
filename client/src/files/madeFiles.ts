/** The `--json` answer of `vllm-batch copy` and `split`. Pure. */
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";

/** Paths of files that were made, and of those that were in the way. */
export function parseMadeFiles(json: string): { files: string[]; existing: string[] } {
  const value = parseJson(json);
  const list = (key: string): unknown[] => {
    const found = property(value, key);
    return Array.isArray(found) ? found : [];
  };
  const isText = (one: unknown): one is string => typeof one === "string";
  return {
    files: list("files")
      .map((made) => property(made, "file"))
      .filter(isText),
    existing: list("existing").filter(isText),
  };
}
