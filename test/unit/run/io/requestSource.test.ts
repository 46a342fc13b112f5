import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileRequestSource, type RequestSourceOptions } from "../../../../server/src/run/io/requestSource.io.ts";
import type { RunProblem } from "../../../../server/src/run/runProblem.ts";
import { requestLine } from "../../../support/run/runFixture.ts";

let folder: string;
let file: string;
let problems: RunProblem[];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "source-"));
  file = path.join(folder, "batch.jsonl");
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(more: Partial<RequestSourceOptions> = {}): FileRequestSource {
  return new FileRequestSource({
    path: file,
    checked: statSync(file),
    order: "file",
    count: 0,
    isInvalid: () => false,
    wants: () => true,
    isSettled: () => false,
    prepare: (_url, body) => body,
    onFailed: (problem) => void problems.push(problem),
    ...more,
  });
}

/** All that the source gives, taken as fast as it comes. */
async function drain(source: FileRequestSource): Promise<number[]> {
  const taken: number[] = [];
  for (;;) {
    const more = Promise.withResolvers<undefined>();
    source.onMore = () => more.resolve(undefined);
    for (let request = source.take(); request !== undefined; request = source.take()) taken.push(request.line);
    if (source.ended || problems.length > 0) break;
    await more.promise;
  }
  await source.close();
  return taken;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("FileRequestSource", () => {
  it.each(["file", "prefix"] as const)(
    "gives every request of a large file once, in the order by %s",
    async (order) => {
      writeFileSync(
        file,
        numbers(30_000)
          .map((index) => `${requestLine(index)}\n`)
          .join(""),
      );
      const taken = await drain(open({ order }));
      expect(taken.toSorted((a, b) => a - b)).toEqual(numbers(30_000));
      if (order === "file") expect(taken).toEqual(numbers(30_000));
    },
  );

  it("leaves out blank lines, invalid ones, settled ones and those that are not wanted", async () => {
    const wanted: boolean[] = [true, false, true, true];
    writeFileSync(file, [requestLine(1), "", requestLine(3), " \t\r", "{", requestLine(6), requestLine(7)].join("\n"));
    const source = open({
      isInvalid: (line) => line === 5,
      isSettled: (id) => id === "id-6",
      wants: () => wanted.shift() ?? false,
    });
    expect(await drain(source)).toEqual([1, 7]);
  });

  it("reads a last line without its end, and a mark of byte order before the first", async () => {
    writeFileSync(file, `\uFEFF${requestLine(1)}\r\n${requestLine(2)}`);
    expect(await drain(open())).toEqual([1, 2]);
  });

  it("keeps no more in memory than its window", async () => {
    writeFileSync(
      file,
      numbers(30_000)
        .map((index) => `${requestLine(index)}\n`)
        .join(""),
    );
    const source = open();
    source.take();
    await new Promise<void>((resolve) => (source.onMore = resolve));
    let atHand = 0;
    while (source.take() !== undefined) atHand += 1;
    expect(atHand).toBeLessThan(12_000);
    await source.close();
  });

  it("stops when the file changes while it is read", async () => {
    writeFileSync(
      file,
      numbers(30_000)
        .map((index) => `${requestLine(index)}\n`)
        .join(""),
    );
    const source = open();
    appendFileSync(file, `${requestLine(30_001)}\n`);
    await drain(source);
    expect(problems).toMatchObject([{ kind: "input" }]);
    expect(problems[0]?.message).toContain("was changed while the run was reading it");
  });

  it("stops when the file is gone", async () => {
    writeFileSync(file, requestLine(1));
    const source = open();
    rmSync(file);
    await drain(source);
    expect(problems).toMatchObject([{ kind: "input" }]);
  });
});
