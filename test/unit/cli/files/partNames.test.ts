import { expect, test } from "vitest";
import { namesByModel, namesByNumber } from "../../../../server/src/cli/files/partNames.ts";

test("files for models are called after them, no two the same", () => {
  expect(
    namesByModel("/data/a.b.jsonl", "/out", ["meta-llama/Llama-3.1-8B", "x/llama-3.1-8b", null, "no-model"]),
  ).toEqual([
    "/out/a.b.llama-3.1-8b.jsonl",
    "/out/a.b.llama-3.1-8b-2.jsonl",
    "/out/a.b.no-model.jsonl",
    "/out/a.b.no-model-2.jsonl",
  ]);
});

test("parts are numbered so that their names sort", () => {
  expect(namesByNumber("/data/a.jsonl", "/data", 2)).toEqual(["/data/a.part-01.jsonl", "/data/a.part-02.jsonl"]);
  expect(namesByNumber("/data/a.jsonl", "/data", 120)[0]).toBe("/data/a.part-001.jsonl");
});
