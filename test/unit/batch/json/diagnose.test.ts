import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../../server/src/batch/json/applyEdits.ts";
import { diagnose } from "../../../../server/src/batch/json/diagnose.ts";

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Findings as `code "offending text"`, and the text with all fixes made. */
function read(text: string) {
  const findings = diagnose(text);
  const kinds = new Set(findings.map(({ fix }) => fix?.kind ?? "none"));
  const edits = findings.flatMap(({ fix }) => fix?.edits ?? []);
  return {
    found: findings.map(({ code, start, end }) => `${code} ${text.slice(start, end)}`),
    kind: [...kinds].join("+"),
    fixed: edits.length === 0 ? null : applyEdits(text, edits),
  };
}

describe("what is wrong with a text", () => {
  test.each([
    ['{"a":1,}', ["json.trailingComma ,"], "safe", '{"a":1}'],
    ["[1, ]", ["json.trailingComma ,"], "safe", "[1 ]"],
    ['{"a":1},', ["json.trailingComma ,"], "safe", '{"a":1}'],
    ['{"a":1,,"b":2}', ["json.extraComma ,"], "safe", '{"a":1,"b":2}'],
    ["[1,,2]", ["json.extraComma ,"], "suggested", "[1,2]"],
    ["[1,,]", ["json.trailingComma ,", "json.extraComma ,"], "suggested", "[1]"],
    ['{"a":1 "b":2}', ['json.missingComma "b"'], "safe", '{"a":1, "b":2}'],
    ['["a" "b"]', ['json.missingComma "b"'], "suggested", '["a", "b"]'],
    ["[{} {}]", ["json.missingComma {"], "safe", "[{}, {}]"],
    ['{"a" 1}', ['json.missingColon "a"'], "safe", '{"a": 1}'],
    ['{"a"}', ['json.missingValue "a"'], "none", null],
    ['{"a":}', ["json.missingValue :"], "none", null],
    ["{:1}", ["json.missingKey :"], "none", null],
    ["{[1]}", ["json.missingKey ["], "none", null],
    ["{a:1}", ["json.unquotedKey a"], "safe", '{"a":1}'],
    ["{1:1}", ["json.unquotedKey 1"], "safe", '{"1":1}'],
    ["{None:1}", ["json.unquotedKey None"], "safe", '{"None":1}'],
    ['{"a":b}', ["json.unquotedText b"], "suggested", '{"a":"b"}'],
    ["{'a':'it\\'s \"so\"'}", ["json.singleQuotes 'a'"], "safe", '{"a":"it\'s \\"so\\""}'],
    ["{`a`:1}", ["json.singleQuotes `a`"], "safe", '{"a":1}'],
    ["{“a”:‘b’}", ["json.smartQuotes “a”"], "safe", '{"a":"b"}'],
    ['{"a":None,"b":TRUE}', ["json.pythonLiteral None"], "safe", '{"a":null,"b":true}'],
    ['{"a":undefined}', ["json.pythonLiteral undefined"], "suggested", '{"a":null}'],
    ["[NaN]", ["json.notFinite NaN"], "suggested", "[null]"],
    ["[-Infinity]", ["json.notFinite -Infinity"], "suggested", "[null]"],
    ["[.5,+1,5.]", ["json.badNumber .5", "json.badNumber +1", "json.badNumber 5."], "safe", "[0.5,1,5.0]"],
    [
      "[007,1_000,0x1F]",
      ["json.badNumber 007", "json.badNumber 1_000", "json.badNumber 0x1F"],
      "suggested",
      "[7,1000,31]",
    ],
    ["[1.2.3]", ["json.badNumber 1.2.3"], "none", null],
    ['["a\tb\u0001"]', ["json.controlCharacter \t"], "safe", '["a\\tb\\u0001"]'],
    ['["it\\\'s"]', ["json.badEscape \\'"], "safe", '["it\'s"]'],
    ['["C:\\dir \\x41"]', ["json.badEscape \\"], "suggested", '["C:\\\\dir \\u0041"]'],
    ['["\\u{1F600}\\U0001F600"]', ["json.badEscape \\u{1F600}"], "suggested", '["\\ud83d\\ude00\\ud83d\\ude00"]'],
    ['{"a":"He said "no" to me"}', ['json.unescapedQuote "'], "none", null],
    ['{"a":1}}', ["json.mismatchedBracket }"], "suggested", '{"a":1}'],
    ['{"a":[1,2}', ["json.mismatchedBracket }"], "suggested", '{"a":[1,2]}'],
    ['{"a":1]', ["json.mismatchedBracket ]"], "suggested", '{"a":1}'],
    ['{"a":1} {"b":2}', ["json.severalValues {"], "safe", '{"a":1}\n{"b":2}'],
    ['{"a":1}, {"b":2}', ["json.severalValues {"], "safe", '{"a":1}\n{"b":2}'],
    ['{"a":1} ok', ["json.trailingText ok"], "none", null],
    ['{"a":1 /* x */}', ["json.comment /* x */"], "safe", '{"a":1 }'],
    ['{"a":1} // x', ["json.comment // x"], "safe", '{"a":1} '],
    ['{"a":\u00a01}', ["json.strangeSpace \u00a0"], "safe", '{"a": 1}'],
    ["[1]\0\0", ["json.nulBytes \0\0"], "suggested", "[1]"],
    ['{"a":[1', ["json.unexpectedEnd 1"], "none", null],
    ['{"a":"b', ['json.unexpectedEnd "b'], "none", null],
    ["(1)", ["json.unexpectedCharacter ("], "none", null],
    ["  ", ["json.unexpectedEnd "], "none", null],
  ])("%s", (text, found, kind, fixed) => {
    expect(read(text)).toEqual({ found, kind, fixed });
  });

  test("a whole Python dict is told in a few problems and mended at once", () => {
    const text = `{'custom_id': 'a', 'body': {'stream': False, 'stop': None, 'messages': [{'role': "user", 'content': 'It\\'s',}]}}`;
    expect(read(text)).toEqual({
      found: ["json.singleQuotes 'custom_id'", "json.pythonLiteral False", "json.trailingComma ,"],
      kind: "safe",
      fixed: `{"custom_id": "a", "body": {"stream": false, "stop": null, "messages": [{"role": "user", "content": "It's"}]}}`,
    });
  });

  test("no fix is offered where the others of the line do not make it JSON", () => {
    expect(read('{"a":1,"b":')).toMatchObject({ kind: "none" });
    expect(read('{"a":[1,],"b":')).toMatchObject({ kind: "none", fixed: null });
  });

  test("tells at most twenty problems of a line", () => {
    expect(diagnose(`[${"1 ".repeat(500)}]`)).toHaveLength(20);
  });
});

const soup = fc
  .array(
    fc.constantFrom(
      ...["{", "}", "[", "]", ":", ",", '"', "'", "“", "\\", "\\u12", "\\ud83d", "a", "1", "-", ".5", "e", " ", "\t"],
      ...["true", "None", "NaN", "//", "/*", "*/", "#", "\0", "\u00a0", "😀", '"a"', '"a":', "{}", "[]"],
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(""));

/** Valid JSON with one change. */
const nearlyJson = fc
  .tuple(fc.json(), fc.nat(), fc.constantFrom("delete", "double", ...Array.from("{}[]:,\"'\\01a \t\0")))
  .map(([json, at, change]) => {
    const position = json.length === 0 ? 0 : at % json.length;
    if (change === "delete") return json.slice(0, position) + json.slice(position + 1);
    if (change === "double") return json.slice(0, position + 1) + json.slice(position);
    return json.slice(0, position) + change + json.slice(position);
  });

describe("the diagnosis", () => {
  test("agrees with JSON.parse on what is JSON, points into the text, and its fixes make it JSON", () => {
    const check = (text: string) => {
      const findings = diagnose(text);
      expect(findings.length === 0, text).toBe(isJson(text));
      for (const { start, end, message } of findings) {
        expect(message, text).not.toBe("This is not JSON.");
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
      const edits = findings.flatMap(({ fix }) => fix?.edits ?? []);
      if (findings.length < 20 && findings.some(({ fix }) => fix !== undefined)) {
        const fixed = applyEdits(text, edits);
        expect(isJson(fixed) || fixed.split("\n").every(isJson), `${text} → ${fixed}`).toBe(true);
      }
    };
    fc.assert(fc.property(soup, check), { numRuns: 5000 });
    fc.assert(fc.property(nearlyJson, check), { numRuns: 5000 });
    fc.assert(fc.property(fc.string({ unit: "binary" }), check), { numRuns: 2000 });
  });

  test.each([
    ["brackets", "[".repeat(900_000)],
    ["a text of tabs", `["${"\t".repeat(500_000)}"]`],
    ["a word", "a".repeat(5_000_000)],
    ["a number", `[${"1".repeat(5_000_000)}x]`],
    ["a comment", `/*${"*".repeat(5_000_000)}`],
    ["single quotes", "'".repeat(300_000)],
    ["smart quotes", "“a".repeat(300_000)],
    ["backslashes", `"${"\\".repeat(1_000_001)}`],
    ["commas", ",".repeat(1_000_000)],
    ["spaces", `${" ".repeat(5_000_000)}x`],
  ])(
    "ends soon on a great many %s",
    (_, text) => {
      expect(diagnose(text).length).toBeGreaterThan(0);
    },
    5000,
  );
});
