import { isObject, type JsonObject } from "../../util/unknown.ts";

/** What a score compares: the names have changed over time. The first pair that is complete counts. */
export const pairs: readonly (readonly [string, string])[] = [
  ["queries", "documents"],
  ["queries", "items"],
  ["data_1", "data_2"],
  ["text_1", "text_2"],
];

/** The pair that vLLM takes: one whose sides are of the right type before one that is only there. */
export function comparedPair(body: JsonObject): readonly string[] | undefined {
  const isThere = (pair: readonly string[]) => pair.every((key) => Object.hasOwn(body, key));
  const isSound = (pair: readonly string[]) => pair.every((key) => isSide(body[key]));
  return pairs.find(isSound) ?? pairs.find(isThere);
}

function isSide(value: unknown): boolean {
  return isText(value) || (Array.isArray(value) && value.every(isText));
}

function isText(value: unknown): boolean {
  return typeof value === "string" || (isObject(value) && Array.isArray(value["content"]));
}
