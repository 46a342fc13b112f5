import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { requestKey, requestKeyOf, smallRequest, writeRequestFile } from "../../../../bench/support/requestFile.ts";
import { withFolder } from "../../../../bench/support/withFolder.ts";

test("a key is found again in the body that carries it", () => {
  expect(requestKeyOf(JSON.stringify({ messages: [{ content: smallRequest(42).prompt }] }))).toBe(requestKey(42));
  expect(requestKeyOf("{}")).toBeNull();
});

test("a file has one request a line, in order, also beyond the first megabyte", async () => {
  await withFolder(async (folder) => {
    const file = path.join(folder, "input.jsonl");
    await writeRequestFile(file, 10_000, smallRequest);
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(10_000);
    expect(lines.map((line) => requestKeyOf(line))).toEqual(lines.map((_, index) => requestKey(index)));
  });
});
