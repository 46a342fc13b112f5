import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeAt } from "../../../server/src/language/jsonPlace.ts";

/** The place of the mark | in a text. */
function at(marked: string) {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const { siblings, start, end, ...place } = placeAt(text, offset);
  return { ...place, siblings: [...siblings], token: text.slice(start, end) };
}

describe("placeAt", () => {
  test.each([
    ["|", { role: "value", path: [], token: "" }],
    ["{|", { role: "key", path: [], token: "" }],
    ['{"cu|"', { role: "key", path: [], key: "cu", token: '"cu"' }],
    ['{"cu|', { role: "key", path: [], key: "cu", token: '"cu' }],
    ['{"a": 1, |', { role: "key", path: [], siblings: ["a"] }],
    ['{"a": 1, "|", "b": 2}', { role: "key", siblings: ["a", "b"] }],
    ['{"a|": 1}', { role: "key", key: "a", hasColon: true, siblings: [] }],
    ['{"url": |', { role: "value", path: ["url"], token: "" }],
    ['{"url": "/v1|"', { role: "value", path: ["url"], key: "url", token: '"/v1"' }],
    ['{"body": {"model": "m", "te|"}}', { role: "key", path: ["body"], siblings: ["model"] }],
    ['{"body": {"messages": [{"role": "u|"}]}}', { role: "value", path: ["body", "messages", 0, "role"] }],
    ['{"body": {"messages": [{}, {"|"}]}}', { role: "key", path: ["body", "messages", 1] }],
    ['{"body": {"stop": ["a", |]}}', { role: "value", path: ["body", "stop", 1] }],
    ['{"body": {"stream": tr|ue}}', { role: "value", path: ["body", "stream"], token: "true" }],
    ['{"a": 1| }', { role: "value", token: "1" }],
    ['{"a": 1 | }', { role: "none" }],
    ['{"a" | }', { role: "none" }],
    ['{"a": {"b": 1}} |', { role: "none", path: [] }],
    ['{"with \\" quote|": 1}', { role: "key", key: 'with " quote' }],
    ["]]|", { role: "none" }],
    ['{"a": 1, "|, "b": 2}', { role: "key", token: '"', siblings: ["a", "b"] }],
    ['{"te|mp, "b": 2}', { role: "key", key: "temp", token: '"temp', hasColon: false }],
    ['{"te|: 1, "b": 2}', { role: "key", key: "te", token: '"te', hasColon: true }],
    ['{"url": "/v1|, "body": {}}', { role: "value", path: ["url"], token: '"/v1', siblings: ["url", "body"] }],
    ['{"body": {"model": "|}}', { role: "value", path: ["body", "model"], token: '"' }],
    ['{"a": "b\\\\|, "c": 1}', { role: "value", path: ["a"] }],
    ['{"a": "x, y|", "b": 1}', { role: "value", token: '"x, y"' }],
  ])("%s", (marked, expected) => {
    expect(at(marked)).toMatchObject(expected);
  });

  test("ends and stays within the text, whatever it is", () => {
    const token = fc.constantFrom("{", "}", "[", "]", ":", ",", '"', "\\", "a", " ", "\n", "1", '"k"', "😀");
    const text = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(""));
    fc.assert(
      fc.property(text, fc.nat(60), (whole, wanted) => {
        const offset = Math.min(wanted, whole.length);
        const { start, end } = placeAt(whole, offset);
        expect(start).toBeLessThanOrEqual(offset);
        expect(end).toBeGreaterThanOrEqual(offset);
        expect(end).toBeLessThanOrEqual(whole.length);
      }),
    );
  });
});
