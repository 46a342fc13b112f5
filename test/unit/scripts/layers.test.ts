import path from "node:path";
import { Linter } from "eslint";
import { parser } from "typescript-eslint";
import { describe, expect, it } from "vitest";
import { layers } from "../../../scripts/eslint/layers.ts";

const root = path.resolve(import.meta.dirname, "../../..");

/** The messages of the layer rule for one import in one file of server/src, or of client/. */
function judge(file: string, code: string): string[] {
  const linter = new Linter({ cwd: root });
  const messages = linter.verify(
    code,
    [
      {
        files: ["**/*.ts"],
        languageOptions: { parser },
        plugins: { house: { rules: { layers } } },
        rules: { "house/layers": "error" },
      },
    ],
    { filename: path.join(root, file.startsWith("client/") ? "" : "server/src", file) },
  );
  return messages.map((message) => message.message);
}

describe("the direction of imports", () => {
  it.each([
    ["run/resume.ts", 'import { a } from "../batch/envelope.ts";'],
    ["batch/rules/url.ts", 'import { a } from "../endpoints.ts";'],
    ["batch/io/checkFile.io.ts", 'import { open } from "node:fs/promises";'],
    ["batch/checker.ts", 'import type { A } from "./io/checkFile.io.ts";'],
    ["batch/checker.ts", 'import { isUtf8 } from "node:buffer";'],
    ["cli/verbs/run.ts", 'import { a } from "../../run/io/run.io.ts";'],
    ["main/cli.ts", 'import { a } from "../simulator/serve.ts";'],
    ["client/src/files/a.ts", 'import { a } from "../../../server/src/protocol/problem.ts";'],
    ["client/src/files/a.ts", 'import { a } from "../../../server/src/util/unknown.ts";'],
    ["client/src/files/a.ts", 'import { a } from "../text/figures.ts";'],
    ["client/src/files/a.ts", 'const a = await import("../languageClient/languageClient.ts");'],
    ["client/src/files/a.ts", 'import type { A } from "vscode-languageclient/node";'],
    ["client/src/languageClient/a.ts", 'import { A } from "vscode-languageclient/node"; import { b } from "./b.ts";'],
    ["client/src/files/a.ts", 'import * as vscode from "vscode"; import { open } from "node:fs/promises";'],
  ])("allows %s: %s", (file, code) => {
    expect(judge(file, code)).toEqual([]);
  });

  it.each([
    ["batch/checker.ts", 'import { a } from "../run/resume.ts";', /must not import run/],
    ["run/resume.ts", 'import { a } from "../simulator/serve.ts";', /must not import simulator/],
    ["simulator/serve.ts", 'import { a } from "../batch/endpoints.ts";', /must not import batch/],
    ["util/a.ts", 'export { a } from "../protocol/problem.ts";', /must not import protocol/],
    ["batch/checker.ts", 'import { open } from "node:fs/promises";', /does I\/O/],
    ["batch/checker.ts", 'import fs from "fs";', /does I\/O/],
    ["run/policy.ts", 'import { Pool } from "undici";', /does I\/O/],
    ["run/policy.ts", 'import { send } from "./io/send.io.ts";', /decision must not import/],
    ["cli/help.ts", 'import { spawn } from "node:child_process";', /does I\/O/],
    ["batch/a.ts", 'import { a } from "../../../scripts/generate.ts";', /outside server\/src/],
    ["client/src/files/a.ts", 'import { a } from "../../../server/src/batch/checker.ts";', /client\/ must not import/],
    ["client/src/files/a.ts", 'import { a } from "../../../server/src/util/atomicFile.io.ts";', /client\/ must not/],
    ["client/src/files/a.ts", 'import { a } from "../../../scripts/generate.ts";', /client\/ must not import/],
    ["client/src/files/a.ts", 'const a = await import("../../../server/src/run/io/startRun.io.ts");', /client\/ must/],
    ["client/src/files/a.ts", 'import { execa } from "execa";', /client\/ must not import execa/],
    ["client/src/files/a.ts", 'import { A } from "vscode-languageclient/node";', /must not import vscode-lang/],
    ["client/src/files/a.ts", 'import { a } from "../languageClient/languageClient.ts";', /use import\(\)/],
  ])("refuses %s: %s", (file, code, reason) => {
    expect(judge(file, code)).toEqual([expect.stringMatching(reason)]);
  });
});
