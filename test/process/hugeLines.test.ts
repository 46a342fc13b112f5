import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { request } from "../support/batch/inMemory.ts";

const program = path.resolve(import.meta.dirname, "..", "..", "server", "src", "main", "cli.ts");
const MEBIBYTE = 1 << 20;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "huge-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A file of `head`, `count` times `piece`, `tail`, and a good line after it. */
async function write(name: string, head: string, piece: string, count: number, tail: string): Promise<string> {
  const file = path.join(folder, name);
  const block = piece.repeat(Math.max(1, Math.floor(MEBIBYTE / piece.length)));
  await pipeline(function* () {
    yield head;
    for (let left = count * piece.length; left > 0; left -= block.length) yield block.slice(0, left);
    yield `${tail}\n${request({ custom_id: "after" })}\n`;
  }, createWriteStream(file));
  return file;
}

interface Answer {
  requests: number;
  problems: { line: number; code: string }[];
}

/** The program must neither be killed for its memory nor report a bug: that is all this is about. */
async function validate(file: string): Promise<Answer> {
  const { stdout, exitCode, stderr } = await execa(process.execPath, [program, "validate", file, "--json"], {
    reject: false,
    timeout: 120_000,
  });
  expect(exitCode, stderr).toBeLessThanOrEqual(1);
  const { files } = JSON.parse(stdout) as { files: [Answer] };
  return files[0];
}

const codes = ({ problems }: Answer) => problems.map(({ line, code }) => `${line} ${code}`);
const [before, after] = request({ method: "post" }).split("Hello") as [string, string];

describe("one line of 200 MB", () => {
  test("that is a good request is judged like any other, and mended", async () => {
    const file = await write("good.jsonl", before, "Lorem ipsum \\n é ", 12 * MEBIBYTE, after);
    expect((await stat(file)).size).toBeGreaterThan(200_000_000);
    expect(codes(await validate(file))).toEqual(["1 method.spelling"]);
    const output = path.join(folder, "fixed.jsonl");
    const { exitCode, stderr } = await execa(process.execPath, [program, "fix", file, "-o", output], { reject: false });
    expect(exitCode, stderr).toBe(0);
    expect((await stat(output)).size).toBe((await stat(file)).size);
  });

  test.each([
    ["that never ends", before, "Lorem ipsum", 19 * MEBIBYTE, "", "1 json.unexpectedEnd"],
    ["of opening brackets", "", "[", 200 * MEBIBYTE, "", "1 line.tooDeep"],
    ["of numbers", '{"a":[', "1,", 100 * MEBIBYTE, "1]}", "1 line.tooManyValues"],
    ["of objects", '{"a":[', "{},", 67 * MEBIBYTE, "{}]}", "1 line.tooManyValues"],
    ["of tabs in a text", '{"a":"', "\t", 200 * MEBIBYTE, '"}', "1 json.controlCharacter"],
    ["of NUL bytes", "", "\0", 200 * MEBIBYTE, "", "1 json.nulBytes"],
    ["of words", "", "a ", 100 * MEBIBYTE, "", "1 json.unquotedText"],
    ["of backslashes", '{"a":"\\', "\\", 200 * MEBIBYTE, '"}', "1 json.unexpectedEnd"],
    ["of single quotes", "", "'", 200 * MEBIBYTE, "", "1 json.singleQuotes"],
  ])("%s is told as what it is", async (name, head, piece, count, tail, code) => {
    const file = await write(`${name.replaceAll(" ", "-")}.jsonl`, head, piece, count, tail);
    const answer = await validate(file);
    expect(codes(answer)).toContain(code);
    expect(answer.problems.every(({ line }) => line === 1)).toBe(true);
    await rm(file);
  });
});

test("a line that is longer than any string can be is told, and the next one is judged", async () => {
  const file = await write("tooLong.jsonl", before, "Lorem ipsum ", 50 * MEBIBYTE, after);
  const answer = await validate(file);
  expect(codes(answer)).toEqual(["1 line.tooLong"]);
  expect(answer.requests).toBe(2);
  const output = path.join(folder, "none.jsonl");
  const { exitCode, stderr } = await execa(process.execPath, [program, "fix", file, "-o", output], { reject: false });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/Line 1 is too long to be mended/);
  await expect(stat(output)).rejects.toMatchObject({ code: "ENOENT" });
});
