import { describe, expect, it } from "vitest";
import { withCliTable } from "../../../scripts/docs/cliTable.ts";
import { defineVerb } from "../../../server/src/cli/verb.ts";
import { ExitCode } from "../../../server/src/protocol/exitCode.ts";

const verb = defineVerb({
  name: "greet",
  positionals: "NAME…",
  summary: "Say hello | goodbye",
  description: "",
  options: { loud: { type: "boolean", help: "" }, as: { type: "string", value: "WORD", help: "" } },
  examples: [],
  run: () => Promise.resolve(ExitCode.ok),
});

const begin = "<!-- cli table: made by `npm run docs` -->";
const end = "<!-- end of cli table -->";

describe("the table of verbs in the README", () => {
  it("replaces what stood between its marks, and nothing else", () => {
    const made = withCliTable(`before\n${begin}\nold\n${end}\nafter`, [verb]);
    expect(made).toBe(
      [
        "before",
        begin,
        "",
        "| verb | what it does | options |",
        "| --- | --- | --- |",
        "| `greet NAME…` | Say hello \\| goodbye | `--loud` `--as WORD` |",
        "",
        end,
        "after",
      ].join("\n"),
    );
    expect(withCliTable(made, [verb])).toBe(made);
  });

  it("says so when the marks are gone", () => {
    expect(() => withCliTable("no marks", [verb])).toThrow(/README.md lacks/);
  });
});
