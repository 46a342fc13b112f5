/** Values that fields are given, as they are written in JSON. Most are wrong for most fields. */
export const values: readonly string[] = [
  ...["null", "true", "false"],
  ...["0", "1", "-1", "2", "3", "100", "1e6", "-2", "5.0", "1e2"],
  ...["0.5", "1.5", "-0.5", "2.1", "-2.1", "1e999"],
  ...["9223372036854775807", "9223372036854775808", "-9223372036854775809"],
  ...[`""`, `"a"`, `"1"`, `"5.0"`, `"0.7"`, `" 5 "`, `"1_0"`, `"-1"`, `"true"`, `"no"`, `"nan"`],
  ...[`"none"`, `"auto"`, `"required"`, `"low"`, `"left"`, `"float"`, `"json"`],
  ...["[]", "[0]", "[5]", "[-1]", "[1.5]", "[true]", "[null]", `["a"]`, `[""]`, `["5"]`, "[[1]]", "[[]]", "[{}]"],
  ...[`[1,"a"]`, `["a","b","c","d","e"]`],
  ...["{}", `{"a":1}`, `{"a":"b"}`, `{"a":null}`, `{"a":[1]}`, `{"5":1}`, `{"5":"1"}`, `{"-1":1}`, `{"x":1}`],
  ...[`{"type":"text"}`, `{"type":"json_object"}`, `{"json":{}}`, `{"regex":"a"}`],
];

/** For places deeper in a body. */
export const deepValues: readonly string[] = [
  ...["null", "true", "0", "1", "-1", "0.5", "5.0"],
  ...[`""`, `"a"`, `"yes"`, `"5"`, `"function"`, "[]", "[1]", `["a"]`, "{}", `{"a":1}`, `{"type":"object"}`],
];

/** The value of a field that is not there. */
export const missing = "(missing)";
