import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { withFolder } from "../../../../bench/support/withFolder.ts";
import { inspectRun } from "../../../support/killLoop/inspectRun.ts";

const line = (id: string) => `${JSON.stringify({ id: "x", custom_id: id })}\n`;

async function inspect(output: string, errors = "") {
  return withFolder(async (folder) => {
    await writeFile(path.join(folder, "output.jsonl"), output);
    await writeFile(path.join(folder, "errors.jsonl"), errors);
    return inspectRun(folder);
  });
}

test("a clean run has one line per id and nothing else", async () => {
  const { linesById, unreadable, torn, failed } = await inspect(line("a") + line("b"), line("c"));
  expect([...linesById]).toEqual([
    ["a", 1],
    ["b", 1],
    ["c", 1],
  ]);
  expect({ unreadable, torn, failed }).toEqual({ unreadable: [], torn: "", failed: 1 });
});

test("an id in both files counts twice", async () => {
  expect([...(await inspect(line("a"), line("a"))).linesById]).toEqual([["a", 2]]);
});

test("a line glued to a torn one does not parse", async () => {
  const glued = `{"custom_id":"a","resp${line("b")}`;
  const { unreadable, linesById } = await inspect(glued);
  expect(unreadable).toEqual([glued.trimEnd()]);
  expect(linesById.size).toBe(0);
});

test("what stands after the last line end is torn", async () => {
  expect((await inspect(`${line("a")}{"custom_id":"b`)).torn).toBe('{"custom_id":"b');
});
