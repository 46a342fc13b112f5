import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repairResults, scanResults } from "../../../../server/src/run/io/scanResults.io.ts";
import { errorLine, invalidLine, outputLine } from "../../../../server/src/run/outputLine.ts";
import { BatchRequest } from "../../../../server/src/run/request.ts";

let folder: string;
let output: string;
let errors: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "scan-"));
  output = path.join(folder, "output.jsonl");
  errors = path.join(folder, "errors.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const request = (id: string, line = 1) => new BatchRequest(line, id, "/v1/chat/completions", Buffer.from("{}"));

function answered(id: string, text = '{"usage":{"prompt_tokens":3,"total_tokens":5,"completion_tokens":2}}'): string {
  const usage = { promptTokens: 0, completionTokens: 0 };
  return outputLine("vllm-0123456789abcdef", {
    request: request(id),
    requestId: "vllm-batch-0123456789abcdef",
    statusCode: 200,
    text,
    isJson: true,
    usage,
  });
}

function failed(id: string, line: number): string {
  const error = { code: "run.http400", message: "no", line, attempts: 1, causes: [] };
  return errorLine("vllm-0123456789abcdef", { request: request(id, line), error, answer: null });
}

const invalid = (id: string | null, line: number, endLine?: number) =>
  invalidLine("vllm-0123456789abcdef", id, {
    code: "json.syntax",
    message: "no",
    line,
    ...(endLine === undefined ? {} : { end_line: endLine }),
    attempts: 0,
    causes: [],
  });

async function repaired(): Promise<{ bytes: number; lines: number }> {
  return repairResults(folder, await scanResults(folder));
}

describe("scanResults", () => {
  it("finds nothing in an empty folder", async () => {
    expect(await scanResults(folder)).toMatchObject({ completed: 0, failed: 0 });
  });

  it("finds ids in our own lines and in those of other writers, with their tokens", async () => {
    const strange = ["übung 🦊", 'with "quotes"', "back\\slash", "", "tab\t"];
    writeFileSync(output, strange.map((id) => answered(id)).join(""));
    appendFileSync(output, '{ "custom_id": "reordered", "error": null, "usage": {"prompt_tokens": 1} }\n');
    const saved = await scanResults(folder);
    expect(saved).toMatchObject({ completed: 6, promptTokens: 16, completionTokens: 10 });
    for (const id of [...strange, "reordered"]) expect(saved.settled.get(id)).toBeDefined();
    expect(saved.settled.get("other")).toBeUndefined();
  });

  it("is not fooled by figures in the text of an answer", async () => {
    const text = JSON.stringify({ content: '"usage":{"prompt_tokens":999}', usage: { prompt_tokens: 1 } });
    writeFileSync(output, answered("a", text));
    expect(await scanResults(folder)).toMatchObject({ promptTokens: 1 });
  });

  it("knows the lines that were never sent, also those of an object over several lines", async () => {
    writeFileSync(errors, failed("a", 1) + invalid("b", 2) + invalid(null, 4, 6));
    const { invalidLines, failed: count, settled } = await scanResults(folder);
    expect([1, 2, 3, 4, 5, 6, 7].filter((line) => invalidLines.has(line))).toEqual([2, 4, 5, 6]);
    expect(count).toBe(3);
    expect(settled.get("a")).toBeDefined();
  });
});

describe("repairResults", () => {
  it("leaves whole files alone", async () => {
    writeFileSync(output, answered("a") + answered("b"));
    writeFileSync(errors, failed("c", 3));
    const before = [readFileSync(output), readFileSync(errors)];
    expect(await repaired()).toEqual({ bytes: 0, lines: 0 });
    expect([readFileSync(output), readFileSync(errors)]).toEqual(before);
  });

  it("takes a torn line off, wherever it was torn", async () => {
    const whole = answered("a");
    const last = answered("b");
    for (let length = 1; length < last.length; length += 7) {
      writeFileSync(output, whole + last.slice(0, length));
      expect(await repaired()).toEqual({ bytes: length, lines: 0 });
      expect(readFileSync(output, "utf8")).toBe(whole);
    }
  });

  it("takes off the zero bytes that a power cut may leave", async () => {
    writeFileSync(output, Buffer.concat([Buffer.from(answered("a")), Buffer.alloc(5000), Buffer.from("\n")]));
    expect(await repaired()).toEqual({ bytes: 5001, lines: 0 });
    expect(readFileSync(output, "utf8")).toBe(answered("a"));
  });

  it("drops what cannot be read in the middle, and second lines for one id", async () => {
    writeFileSync(output, answered("a") + "rubbish\n" + answered("a") + answered("b"));
    writeFileSync(errors, failed("b", 2) + failed("c", 3));
    expect(await repaired()).toEqual({ bytes: 0, lines: 3 });
    expect(readFileSync(output, "utf8")).toBe(answered("a") + answered("b"));
    expect(readFileSync(errors, "utf8")).toBe(failed("c", 3));
    expect(await scanResults(folder)).toMatchObject({ completed: 2, failed: 1 });
  });
});
