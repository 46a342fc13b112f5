/**
 * What is JSON and what is not, by RFC 8259. The names follow a known custom: y_ must be accepted, n_ refused, i_ is
 * left open by the RFC; for us the open ones are what JSON.parse makes of them. Each text stands on a line of its own.
 */
import { describe, expect, test } from "vitest";
import { codesOf } from "../../../support/batch/inMemory.ts";

const accepted: Readonly<Record<string, string>> = {
  y_array_empty: "[]",
  y_array_spaces: "[[]   ]",
  y_array_null: "[null]",
  y_array_mixed: '[null, 1, "1", {}]',
  y_array_leadingSpace: " [1]",
  y_array_trailingSpace: "[2] ",
  y_number_zero: "0",
  y_number_minusZero: "-0",
  y_number_exponent: "1E22",
  y_number_exponentPlus: "1e+2",
  y_number_exponentMinus: "[1e-2]",
  y_number_fraction: "[123.456789]",
  y_number_tiny: "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
  y_number_huge: `[1${"0".repeat(5000)}]`,
  y_number_overflow: "[123123e100000]",
  y_number_negative: "-1",
  y_object_empty: "{}",
  y_object_emptyKey: '{"":0}',
  y_object_escapedNulInKey: '{"foo\\u0000bar": 42}',
  y_object_nested: '{"a":[{"b":{}}]}',
  y_object_spaces: '{ "a" :\t"b" }',
  y_string_allEscapes: '["\\"\\\\\\/\\b\\f\\n\\r\\t"]',
  y_string_unicodeEscape: '["\\u0821\\u0022\\u005C"]',
  y_string_pair: '["\\uD801\\udc37"]',
  y_string_escapedPairTwice: '["\\ud83d\\ude39\\ud83d\\udc8d"]',
  y_string_backslashU: '["\\\\u0000"]',
  y_string_commentLike: '["a/*b*/c/*d//e"]',
  y_string_del: '["\u007f"]',
  y_string_lineSeparators: '["\u2028 \u2029"]',
  y_string_nonCharacters: '["\uffff\u{10ffff}"]',
  y_string_beyondBmp: '"\u{1f600}"',
  y_lonely_true: "true",
  y_lonely_false: "false",
  y_lonely_null: "null",
  y_lonely_string: '"asd"',
  y_crAtEnd: '{"a":1}\r',
};

const refused: Readonly<Record<string, string>> = {
  n_array_oneTrue: "[1 true]",
  n_array_commaFirst: "[,1]",
  n_array_commaOnly: "[,]",
  n_array_doubleComma: "[1,,2]",
  n_array_commaAfterLast: '["",]',
  n_array_commaAfterClose: '[""],',
  n_array_extraClose: '["x"]]',
  n_array_minus: "[-]",
  n_array_missingValue: '[   , ""]',
  n_array_colon: '["": 1]',
  n_array_unclosed: '[""',
  n_array_unclosedComma: "[1,",
  n_array_unclosedObject: "[{}",
  n_array_star: "[*]",
  n_array_closedByBrace: "[1}",
  n_incomplete_true: "[tru]",
  n_incomplete_null: "[nul]",
  n_number_leadingZero: "[012]",
  n_number_minusLeadingZero: "[-01]",
  n_number_plus: "[+1]",
  n_number_plusPlus: "[++1234]",
  n_number_doubleMinus: "[--2]",
  n_number_pointFirst: "[.123]",
  n_number_pointLast: "[1.]",
  n_number_pointE: "[2.e3]",
  n_number_e: "[0e]",
  n_number_ePlus: "[1.0e+]",
  n_number_eE: "[1eE2]",
  n_number_hex: "[0x42]",
  n_number_infinity: "[Infinity]",
  n_number_minusInfinity: "[-Infinity]",
  n_number_nan: "[NaN]",
  n_number_minusNan: "[-NaN]",
  n_number_inf: "[Inf]",
  n_number_letters: "[1.2a-3]",
  n_number_spaceThousand: "[1 000.0]",
  n_number_underscore: "[1_000]",
  n_number_twoPoints: "[1.2.3]",
  n_number_fullWidth: "[\uff11]",
  n_number_minusAlone: "-",
  n_object_badValue: '{"x": truth}',
  n_object_bracketKey: '{[: "x"}',
  n_object_commaForColon: '{"x", null}',
  n_object_doubleColon: '{"x"::"b"}',
  n_object_garbageAtEnd: '{"a":"a" 123}',
  n_object_keySingleQuotes: "{key: 'value'}",
  n_object_lonelyKey: '{"a"}',
  n_object_missingColon: '{"a" "b"}',
  n_object_missingKey: '{:"b"}',
  n_object_missingValue: '{"a":}',
  n_object_nonStringKey: "{1:1}",
  n_object_severalCommas: '{"id":0,,,,,}',
  n_object_singleQuotes: "{'a':0}",
  n_object_trailingComma: '{"id":0,}',
  n_object_comment: '{"a":"b"}/**/',
  n_object_openComment: '{"a":"b"}/*',
  n_object_slashComment: '{"a":"b"}//',
  n_object_unquotedKey: '{a: "b"}',
  n_object_unclosed: '{"a":"a"',
  n_object_closedByBracket: '{"a":1]',
  n_object_twoInOne: '{"a":true} "x"',
  n_object_emoji: "{\u{1f1e8}\u{1f1ed}}",
  n_string_tab: '["\t"]',
  n_string_nul: '["a\0a"]',
  n_string_unitSeparator: '["\u001f"]',
  n_string_badEscape: '["\\x00"]',
  n_string_emojiEscape: '["\\\u{1f300}"]',
  n_string_escapedTab: '["\\\t"]',
  n_string_shortUnicode: '["\\u00A"]',
  n_string_shortSecondSurrogate: '["\\uD834\\uDd"]',
  n_string_incompleteEscape: '["\\"]',
  n_string_upperU: '["\\UA66D"]',
  n_string_noQuotes: "[\\n]",
  n_string_single: "['single quote']",
  n_string_backticks: "[`a`]",
  n_string_smartQuotes: "[“a”]",
  n_string_openOnly: '"',
  n_string_thenText: '""x',
  n_structure_asciiGarbage: "asd",
  n_structure_angles: "<.>",
  n_structure_emptyBraces: "[<null>]",
  n_structure_capitalTrue: "[True]",
  n_structure_closeUnopened: "1]",
  n_structure_doubleArray: "[][]",
  n_structure_bom: "\ufeff{}",
  n_structure_bomAlone: "\ufeff",
  n_structure_loneClose: "]",
  n_structure_nulAfter: "[1]\0",
  n_structure_nulOnly: "\0",
  n_structure_objectThenText: "{}}",
  n_structure_comment: "// hello",
  n_structure_hashComment: "1 # one",
  n_structure_formFeed: "[\u000c1]",
  n_structure_noBreakSpace: "[\u00a01]",
  n_structure_wordJoiner: "[\u2060]",
  n_structure_openApostrophe: "['",
  n_structure_openOpen: '["a',
  n_structure_openArrays: "[".repeat(100_000),
  n_structure_openArrayObjects: '[{"":'.repeat(50_000),
  n_structure_deepUnclosed: '{"a":'.repeat(100_000),
};

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** After a good line, so that no question of a whole file comes up. */
const codes = (line: string | Buffer) =>
  codesOf(Buffer.concat([Buffer.from('{"custom_id":"first"}\n'), Buffer.from(line), Buffer.from("\n")])).filter(
    (code) => /^(json|encoding)\./.test(code),
  );

describe("the verdicts of RFC 8259", () => {
  test.each(Object.entries(accepted))("%s", (_, text) => {
    expect(isJson(text)).toBe(true);
    expect(codes(text)).toEqual([]);
  });

  test.each(Object.entries(refused))("%s", (_, text) => {
    expect(isJson(text)).toBe(false);
    expect(codes(text)).not.toEqual([]);
    // On the first line of a file too, where an array may be the whole file.
    expect(codesOf(text).some((code) => /^(json|encoding)\./.test(code))).toBe(true);
  });

  test.each(["[".repeat(100_000) + "]".repeat(100_000), `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`])(
    "i_structure_deepNesting is JSON, and of no use",
    (text) => {
      expect(codes(text)).toEqual([]);
      expect(codesOf(text)).toContain(text.startsWith("{") ? "line.tooDeep" : "line.notObject");
    },
  );

  test.each([
    ["i_string_loneHigh", '{"a":"\\uDADA"}'],
    ["i_string_loneLow", '{"a":"\\uDFAA"}'],
    ["i_string_invertedPair", '{"a":"\\uDd1e\\uD834"}'],
    ["i_string_highThenText", '{"a":"\\uD800\\n"}'],
    ["i_string_twoHigh", '{"a":"\\uD83d\\uD83d\\ude00"}'],
  ])("%s is JSON that stands for no text", (_, text) => {
    expect(isJson(text)).toBe(true);
    expect(codes(text)).toEqual([]);
    expect(codesOf(text)).toContain("line.loneSurrogate");
  });

  test.each([
    ["i_string_lonelyContinuation", [0x81]],
    ["i_string_overlong", [0xc0, 0xaf]],
    ["i_string_overlongNul", [0xe0, 0x80, 0x80]],
    ["i_string_truncated", [0xe0, 0xff]],
    ["i_string_surrogateInUtf8", [0xed, 0xa0, 0x80]],
    ["i_string_beyondUnicode", [0xf4, 0xbf, 0xbf, 0xbf]],
    ["i_string_latin1", [0xe9]],
  ])("%s is not UTF-8", (_, bytes) => {
    const line = Buffer.concat([Buffer.from('["é'), Buffer.from(bytes), Buffer.from('"]')]);
    expect(codes(line)).toEqual(["encoding.notUtf8"]);
  });
});
