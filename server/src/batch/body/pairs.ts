import { isObject, type JsonObject } from "../../util/unknown.ts";

export type Pair = readonly [string, string];

/** What a score compares: the names have changed over time. The first pair that is complete counts. */
export const pairs: readonly Pair[] = [
  ["queries", "documents"],
  ["queries", "items"],
  ["data_1", "data_2"],
  ["text_1", "text_2"],
];

/** The pair that vLLM takes: one whose sides are of the right type before one that is only there. */
export function comparedPair(body: JsonObject): Pair | undefined {
  const isThere = (pair: Pair) => pair.every((key) => Object.hasOwn(body, key));
  const isSound = (pair: Pair) => pair.every((key) => isSide(body[key]));
  return pairs.find(isSound) ?? pairs.find(isThere);
}

function isSide(value: unknown): boolean {
  return isText(value) || (Array.isArray(value) && value.every(isText));
}

function isText(value: unknown): boolean {
  return typeof value === "string" || (isObject(value) && Array.isArray(value["content"]));
}
