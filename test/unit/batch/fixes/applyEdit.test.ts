import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Edit } from "../../../../server/src/batch/finding.ts";
import { applyAll, applyEdit } from "../../../../server/src/batch/fixes/applyEdit.ts";
import { joinLines } from "../../../../server/src/batch/fixes/joinLines.ts";

describe("a change of the parsed line", () => {
  test.each<[string, Edit, string | null]>([
    ['{"a": 1.0 ,"b":[2]}', { op: "replace", path: ["a"], value: "x" }, '{"a": "x" ,"b":[2]}'],
    ['{"a":{"b":[1,{"c":2}]}}', { op: "replace", path: ["a", "b", 1, "c"], value: null }, '{"a":{"b":[1,{"c":null}]}}'],
    ['{"a":1,"a":2}', { op: "replace", path: ["a"], value: 3 }, '{"a":1,"a":3}'],
    ['{"a":1}', { op: "replace", path: ["b"], value: 3 }, null],
    ['{"a":1}', { op: "replace", path: ["a", "b"], value: 3 }, null],
    ['{"a":1, "b":2}', { op: "remove", path: ["a"] }, '{"b":2}'],
    ['{"a":1, "b":2}', { op: "remove", path: ["b"] }, '{"a":1}'],
    ['{ "a":1 }', { op: "remove", path: ["a"] }, "{  }"],
    ["[1,2 ,3]", { op: "remove", path: [1] }, "[1 ,3]"],
    ["[1]", { op: "remove", path: [] }, null],
    ['{"a":1}', { op: "remove", path: ["b"] }, null],
    ['{"a" : 1}', { op: "rename", path: ["a"], key: "b\n" }, '{"b\\n" : 1}'],
    ['{"a":1,"b":2}', { op: "rename", path: ["a"], key: "b" }, null],
    ["[1]", { op: "rename", path: [0], key: "b" }, null],
    ['{"a":1}', { op: "insert", path: [], key: "b", value: [2] }, '{"a":1,"b":[2]}'],
    ['{"a": 1, "c": 2}', { op: "insert", path: [], key: "b", value: 3, after: "a" }, '{"a": 1, "b": 3, "c": 2}'],
    ['{"a": 1}', { op: "insert", path: [], key: "b", value: 3 }, '{"a": 1, "b": 3}'],
    ['{"a":{}}', { op: "insert", path: ["a"], key: "b", value: 3 }, '{"a":{"b": 3}}'],
    ['{"a":1,"c":2}', { op: "insert", path: [], key: "b", value: 3, after: "x" }, '{"a":1,"c":2,"b":3}'],
    ['{"a":1}', { op: "insert", path: [], key: "a", value: 3 }, null],
    ["[1]", { op: "insert", path: [], key: "a", value: 3 }, null],
    ['{"x":{"a":1.0, "b":2},"c":3}', { op: "lift", path: ["x"] }, '{"a":1.0, "b":2,"c":3}'],
    ['{"x":{},"c":3}', { op: "lift", path: ["x"] }, '{"c":3}'],
    ['{"x":{"c":1},"c":3}', { op: "lift", path: ["x"] }, null],
    ['{"x":{"x":1}}', { op: "lift", path: ["x"] }, '{"x":1}'],
    ['{"x":[1]}', { op: "lift", path: ["x"] }, null],
    ['{"x":"{\\"a\\":1.0}"}', { op: "unquote", path: ["x"] }, '{"x":{"a":1.0}}'],
    ['{"x":"{\\n \\"a\\": 1\\n}\\n"}', { op: "unquote", path: ["x"] }, '{"x":{  "a": 1 }}'],
    ['{"x":1}', { op: "unquote", path: ["x"] }, null],
  ])("%s %j", (text, edit, wanted) => {
    expect(applyEdit(text, edit)).toBe(wanted);
  });

  test("several are made one after the other, or none", () => {
    const rename: Edit = { op: "rename", path: ["a"], key: "b" };
    expect(applyAll('{"a":1}', [rename, { op: "replace", path: ["b"], value: 2 }])).toBe('{"b":2}');
    expect(applyAll('{"a":1}', [rename, { op: "remove", path: ["a"] }])).toBeNull();
  });

  test("does to the text what it says of the value", () => {
    const key = fc.constantFrom("a", "b", "c", 'q"', "é");
    const { object } = fc.letrec<{ object: Record<string, unknown>; value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.array(tie("value"), { maxLength: 3 }),
        tie("object"),
      ),
      object: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(object, key, fc.constantFrom(0, 1, 2), fc.json(), (value, name, indent, json) => {
        const text = JSON.stringify(value, null, indent);
        const next: unknown = JSON.parse(json);
        const rest = Object.fromEntries(Object.entries(value).filter(([one]) => one !== name));
        const has = name in value;
        const parse = (result: string | null) => (result === null ? null : (JSON.parse(result) as unknown));
        expect(parse(applyEdit(text, { op: "remove", path: [name] }))).toEqual(has ? rest : null);
        expect(parse(applyEdit(text, { op: "replace", path: [name], value: next }))).toEqual(
          has ? { ...value, [name]: next } : null,
        );
        expect(parse(applyEdit(text, { op: "insert", path: [], key: name, value: next }))).toEqual(
          has ? null : { ...value, [name]: next },
        );
        expect(JSON.parse(joinLines(text))).toEqual(value);
        expect(joinLines(text)).not.toContain("\n");
      }),
      { numRuns: 1000 },
    );
  });
});

test("joining lines leaves no spaces inside brackets, and one elsewhere", () => {
  expect(joinLines('{\r\n  "a": [\r\n    1,\r\n    2\r\n  ],\r\n  "b": {}\r\n}\r\n')).toBe('{"a": [1, 2], "b": {}}');
});
