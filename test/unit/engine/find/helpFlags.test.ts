import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { helpFlags } from "../../../../server/src/engine/find/helpFlags.ts";
import { removedFlags } from "../../../../server/src/engine/find/removedFlags.ts";
import { serveHelp } from "../../../support/engine/serveHelp.ts";

describe("the flags in a help text", () => {
  test("every spelling of a flag, and none from the texts", () => {
    const flags = helpFlags(serveHelp(["uds"])) ?? new Set();
    for (const flag of ["uds", "enforce-eager", "no-enforce-eager", "api-server-count", "help", "tool-call-parser"])
      expect(flags, flag).toContain(flag);
    expect(flags, "an underscore is a dash").toContain("kv-cache-dtype");
    for (const word of ["json-arg", "not-a-flag", "also-not-a-flag", "asc", "h"]) expect(flags).not.toContain(word);
  });

  test("a list of groups, an error or nothing is no list of flags", () => {
    expect(helpFlags("")).toBeNull();
    expect(helpFlags("usage: vllm serve\n\nConfig Groups:\n  ModelConfig\n  --help=all\n")).toBeNull();
    expect(helpFlags("Traceback (most recent call last):\nModuleNotFoundError: torch")).toBeNull();
    expect(helpFlags(serveHelp().replace("--max-model-len", "--other"))).toBeNull();
  });

  test("any text is read without an error", () => {
    fc.assert(fc.property(fc.string(), (text) => void helpFlags(`  --${text}`)));
  });

  test("the table of removed flags has sentences", () => {
    for (const [flag, { since, instead }] of removedFlags) {
      expect(flag).toMatch(/^[a-z][a-z0-9-]+$/);
      expect(since).toMatch(/^0\.\d+(\.\d+)?$/);
      expect(instead).toMatch(/^[A-Z].*\.$/);
    }
  });
});
