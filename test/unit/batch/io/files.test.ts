import { createHash } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkFile, judgeFile } from "../../../../server/src/batch/io/checkFile.io.ts";
import { fixFile } from "../../../../server/src/batch/io/fixFile.io.ts";
import type { Problem } from "../../../../server/src/protocol/problem.ts";
import { request } from "../../../support/batch/inMemory.ts";

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "batch-"));
  file = path.join(folder, "in.jsonl");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const options = { target: "vllm", suggested: false } as const;

describe("checking a file", () => {
  test("hashes the bytes that it judged", async () => {
    // Lines that lie across the chunks of a mebibyte.
    const lines = Array.from({ length: 3000 }, (_, index) => request({ custom_id: `${index}`, x: "é".repeat(400) }));
    const content = lines.join("\n");
    await writeFile(file, content);
    const check = await checkFile(file, { target: "vllm" });
    expect(check).toMatchObject({
      sha256: createHash("sha256").update(content).digest("hex"),
      sizeBytes: Buffer.byteLength(content),
      lines: 3000,
      requests: 3000,
      invalid: 0,
      byCode: { "line.unknownKey": 3000 },
    });
    expect({ ...(await judgeFile(file, { target: "vllm" })), sha256: check.sha256 }).toEqual(check);
  });

  test("tells how far it is, and stops when asked to", async () => {
    await writeFile(file, `${request()}\n`.repeat(20_000));
    const size = (await stat(file)).size;
    const progress: [number, number][] = [];
    await judgeFile(file, { target: "vllm", onProgress: (...step) => progress.push(step) });
    expect(progress.at(-1)).toEqual([size, size]);
    const stop = new AbortController();
    const judging = judgeFile(file, { target: "vllm", signal: stop.signal, onProgress: () => stop.abort() });
    await expect(judging).rejects.toThrow(/abort/);
  });

  test("reads UTF-16, and calls none of its lines good", async () => {
    const content = `\ufeff${request()}\r\n${request({ custom_id: "😀", method: "post" })}\r\n`;
    for (const bytes of [Buffer.from(content, "utf16le"), Buffer.from(content, "utf16le").swap16()]) {
      await writeFile(file, bytes);
      const problems: Problem[] = [];
      const check = await judgeFile(file, { target: "vllm", onProblem: (problem) => problems.push(problem) });
      expect(problems.map(({ line, code }) => [line, code])).toEqual([
        [2, "method.spelling"],
        [1, "encoding.utf16"],
      ]);
      expect(check).toMatchObject({ requests: 2, invalid: 2, lines: 2 });
    }
  });

  test("throws what the file system throws", async () => {
    await expect(judgeFile(file, { target: "vllm" })).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("mending a file", () => {
  const content = `${request({ method: "post" })}\n${request({ custom_id: "b" })}\n`;
  const mended = content.replace("post", "POST");

  test("writes a new file and leaves the old one alone", async () => {
    await writeFile(file, content);
    const output = path.join(folder, "out.jsonl");
    expect(await fixFile(file, output, options)).toMatchObject({ changedLines: 1, applied: { "method.spelling": 1 } });
    expect(await readFile(output, "utf8")).toBe(mended);
    expect(await readFile(file, "utf8")).toBe(content);
    expect((await readdir(folder)).sort()).toEqual(["in.jsonl", "out.jsonl"]);
  });

  test("replaces a file, and keeps its permissions", async () => {
    await writeFile(file, content);
    await chmod(file, 0o640);
    await fixFile(file, file, options);
    expect(await readFile(file, "utf8")).toBe(mended);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(["in.jsonl"]);
  });

  test("copies what is longer than a chunk, to the byte", async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => request({ custom_id: `${index}` }).replace("{", "{ "));
    lines[2500] = request({ method: "post", custom_id: "x" });
    const long = lines.join("\r\n");
    await writeFile(file, long);
    await fixFile(file, file, options);
    expect(await readFile(file, "utf8")).toBe(long.replace("post", "POST"));
  });

  test("writes UTF-8 from UTF-16", async () => {
    await writeFile(file, Buffer.from(`\ufeff${content}`, "utf16le"));
    expect(await fixFile(file, file, options)).toMatchObject({
      changedLines: 2,
      applied: { "encoding.utf16": 1, "method.spelling": 1 },
      left: {},
    });
    expect(await readFile(file, "utf8")).toBe(mended);
  });

  test("leaves everything as it was when it is stopped", async () => {
    await writeFile(file, content.repeat(10_000));
    const before = await readFile(file, "utf8");
    const stop = new AbortController();
    const fixing = fixFile(file, file, { ...options, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(fixing).rejects.toThrow(/abort/);
    expect(await readFile(file, "utf8")).toBe(before);
    expect(await readdir(folder)).toEqual(["in.jsonl"]);
  });

  test("does not follow a link that stands where the output should go", async () => {
    await writeFile(file, content);
    const output = path.join(folder, "link");
    await symlink(file, output);
    await fixFile(file, output, options);
    expect(await readFile(file, "utf8")).toBe(content);
    expect(await readFile(output, "utf8")).toBe(mended);
  });
});
