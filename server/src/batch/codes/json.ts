import type { CodeEntry } from "./code.ts";
import { edited, good, goodValue, line, lines, printed } from "./requestExamples.ts";

const strict = "JSON is stricter than the languages it resembles, and vLLM and OpenAI read only JSON (RFC 8259).";
const python = good.replaceAll('"', "'");

type Row = readonly [code: string, title: string, why: string, bad: string, fix: CodeEntry["fix"], good?: string];

const rows: readonly Row[] = [
  ["json.trailingComma", "A comma stands before a closing bracket", strict, edited("}]}}", "},]}}"), "safe"],
  ["json.extraComma", "There is a comma too many", strict, edited(",", ",,"), "safe"],
  ["json.missingComma", "A comma is missing", strict, edited(",", " "), "safe"],
  ["json.missingColon", "A colon is missing", strict, edited(":", " "), "safe"],
  ["json.missingKey", "A value has no key", strict, edited('"custom_id"', ""), null],
  ["json.missingValue", "A key has no value", strict, edited('"1"', ""), null],
  [
    "json.comment",
    "There is a comment",
    `${strict} It has no comments.`,
    edited('"body"', '/* the question */ "body"'),
    "safe",
  ],
  [
    "json.singleQuotes",
    "Texts are in single quotes",
    `${strict} Such lines come from printing a Python dict: use json.dumps.`,
    python,
    "safe",
  ],
  [
    "json.smartQuotes",
    "Texts are in curly quotes",
    `${strict} Word processors and chat programs make straight quotes curly.`,
    edited('"1"', "“1”"),
    "safe",
  ],
  [
    "json.pythonLiteral",
    "A literal is written as in Python",
    `${strict} None, True and False are Python's for null, true and false.`,
    edited('"model"', '"ignore_eos":False,"model"'),
    "safe",
    edited('"model"', '"ignore_eos":false,"model"'),
  ],
  [
    "json.notFinite",
    "A number is NaN or infinite",
    `${strict} Python's json.dumps writes NaN and Infinity unless told allow_nan=False, and no fix can know which number was meant.`,
    edited('"model"', '"temperature":NaN,"model"'),
    "suggested",
    edited('"model"', '"temperature":0,"model"'),
  ],
  [
    "json.badNumber",
    "A number is not written as in JSON",
    `${strict} A number has no plus sign before it, no leading zero, and digits on both sides of its point.`,
    edited('"model"', '"temperature":.5,"model"'),
    "safe",
    edited('"model"', '"temperature":0.5,"model"'),
  ],
  ["json.unquotedKey", "A key is not in quotes", strict, edited('"custom_id"', "custom_id"), "safe"],
  ["json.unquotedText", "A text is not in quotes", strict, edited('"POST"', "POST"), "suggested"],
  [
    "json.controlCharacter",
    "A text holds a control character",
    `${strict} Inside a text, line ends, tabs and the like must be written as escapes.`,
    edited("France?", "France?\t"),
    "safe",
    edited("France?", "France?\\t"),
  ],
  [
    "json.badEscape",
    "A text holds an escape that JSON does not have",
    `${strict} A backslash that is meant as itself, as in a Windows path or a regular expression, is written \\\\.`,
    edited("France?", "France? C:\\data"),
    "suggested",
    edited("France?", "France? C:\\\\data"),
  ],
  [
    "json.unescapedQuote",
    "A quote inside a text is not escaped",
    `${strict} A quote inside a text is written \\". Where the text ends cannot be told for certain, so there is no fix: make the lines with a JSON library.`,
    edited("the capital", 'the "capital"'),
    null,
    edited("the capital", 'the \\"capital\\"'),
  ],
  [
    "json.unexpectedEnd",
    "The line ends too early",
    `${strict} The end is missing: a bracket was forgotten, or the writing of the file was cut off.`,
    good.slice(0, -20),
    null,
  ],
  ["json.mismatchedBracket", "A bracket does not fit", strict, edited("}]}}", "}]}]"), "suggested"],
  [
    "json.severalValues",
    "Several requests stand on one line",
    `${strict} Each request needs a line of its own. Old Mac line ends (CR alone) look like this too.`,
    good + line({ custom_id: "2" }),
    "safe",
    lines(good, line({ custom_id: "2" })),
  ],
  ["json.trailingText", "Something follows the request", strict, `${good} ok`, null],
  [
    "json.strangeSpace",
    "There is a space that JSON does not know",
    `${strict} No-break and zero-width spaces come from web pages and word processors.`,
    edited(",", ",\u00a0"),
    "safe",
  ],
  [
    "json.nulBytes",
    "There are NUL bytes",
    "They are no text. They are often what a crash or a full disk leaves at the end of a file.",
    `${good}\0\0\0\0`,
    "suggested",
  ],
  ["json.unexpectedCharacter", "A character has no place here", strict, edited('"1"', "(1)"), null],
  [
    "json.prettyPrinted",
    "A request is spread over several lines",
    "In a batch file each request is on one line (JSON Lines). The fix joins the lines and changes nothing else.",
    printed(goodValue),
    "safe",
  ],
];

/** Lines that are not JSON. */
export const jsonCodes: readonly CodeEntry[] = rows.map(([code, title, why, bad, fix, mended = good]) => ({
  code,
  severity: "error",
  title,
  why,
  bad,
  good: mended,
  fix,
}));
