import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findResponse, isFolder, readFailures, readRecord } from "../../../../client/src/runs/readRun.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "vllm-batch-run-"));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, lines: readonly object[]) =>
  writeFile(path.join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
const failure = (id: string, attempts = 1) => ({
  custom_id: id,
  response: null,
  error: { code: "run.http400", message: "No.", line: 3, attempts },
});
const answer = (id: string) => ({ custom_id: id, response: { status_code: 200, body: {} }, error: null });

describe("the folder of a run", () => {
  it("that is not there holds nothing", async () => {
    const nowhere = path.join(folder, "nowhere");
    expect(await readRecord(nowhere)).toBeNull();
    expect(await readFailures(nowhere)).toEqual([]);
    expect(await findResponse(nowhere, "a")).toBeNull();
  });

  it("is told from one that is gone, and from a file", async () => {
    await write("output.jsonl", []);
    const places = [folder, path.join(folder, "nowhere"), path.join(folder, "output.jsonl", "below")];
    expect(await Promise.all([...places, path.join(folder, "output.jsonl")].map(isFolder))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("gives the requests that were sent and failed", async () => {
    await write("errors.jsonl", [failure("a", 0), failure("b"), failure("c", 3)]);
    expect((await readFailures(folder)).map(({ customId }) => customId)).toEqual(["b", "c"]);
  });

  it("gives the first 10,000 failures of many more", async () => {
    await write(
      "errors.jsonl",
      Array.from({ length: 10_050 }, (_, index) => failure(`r-${index}`)),
    );
    expect(await readFailures(folder)).toHaveLength(10_000);
  });

  it("finds what came of a request: its failure before an answer", async () => {
    await write("output.jsonl", [answer("a"), answer("b"), answer("c")]);
    await write("errors.jsonl", [failure("x"), failure("b")]);
    expect(await findResponse(folder, "c")).toEqual({ file: path.join(folder, "output.jsonl"), line: 2 });
    expect(await findResponse(folder, "b")).toEqual({ file: path.join(folder, "errors.jsonl"), line: 1 });
    expect(await findResponse(folder, "z")).toBeNull();
  });

  it("finds a request far into a large file", async () => {
    await write("output.jsonl", [
      ...Array.from({ length: 3 }, (_, index) => ({ ...answer(`r-${index}`), pad: "x".repeat(200_000) })),
      answer("last"),
    ]);
    expect(await findResponse(folder, "last")).toMatchObject({ line: 3 });
  });
});
