import { describe, expect, test } from "vitest";
import { nearest } from "../../../server/src/util/nearest.ts";

const fields = ["temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens", "n", "stop"];

describe("nearest", () => {
  test.each([
    ["temprature", "temperature"],
    ["Temperature", "temperature"],
    ["tempertaure", "temperature"],
    ["max_token", "max_tokens"],
    ["max_completion_token", "max_completion_tokens"],
    ["topp", "top_p"],
    ["stops", "stop"],
    ["temperature", undefined],
    ["guided_json", undefined],
    ["a_wholly_different_thing", undefined],
  ])("%s → %s", (word, wanted) => {
    expect(nearest(word, fields)).toBe(wanted);
  });

  test("guesses nothing from one character", () => {
    expect(nearest("x", fields)).toBeUndefined();
    expect(nearest("", fields)).toBeUndefined();
  });

  test("stays quick on a long word", () => {
    expect(nearest("x".repeat(1_000_000), fields)).toBeUndefined();
  });
});
