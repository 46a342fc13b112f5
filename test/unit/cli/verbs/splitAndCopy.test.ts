import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copy } from "../../../../server/src/cli/verbs/copy.ts";
import { split } from "../../../../server/src/cli/verbs/split.ts";
import { request } from "../../../support/batch/inMemory.ts";
import { callCli } from "../../../support/cli/callCli.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "cli-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const write = (name: string, content: string) => writeFile(path.join(folder, name), content);
const read = (name: string) => readFile(path.join(folder, name), "utf8");
const call = (...argv: string[]) => callCli([split, copy], argv, { cwd: folder });

const of = (id: string, model: string) =>
  request({ custom_id: id, body: { model, messages: [{ role: "user", content: "é" }] } });
const lines = [of("1", "x/A"), of("2", "x/B"), of("3", "x/A"), "{broken"];

describe("split", () => {
  beforeEach(() => write("a.jsonl", `${lines.join("\n")}\n`));

  test("into files of so many requests", async () => {
    const { exitCode, printed } = await call("split", "a.jsonl", "--requests", "3");
    expect(exitCode).toBe(0);
    expect(printed).toBe(
      `${path.join(folder, "a.part-01.jsonl")}  3 requests\n${path.join(folder, "a.part-02.jsonl")}  1 request`,
    );
    expect((await read("a.part-01.jsonl")) + (await read("a.part-02.jsonl"))).toBe(await read("a.jsonl"));
    expect(await readdir(folder)).toEqual(["a.jsonl", "a.part-01.jsonl", "a.part-02.jsonl"]);
  });

  test("into so many files, with the permissions of the file", async () => {
    await chmod(path.join(folder, "a.jsonl"), 0o600);
    const { printed } = await call("split", "a.jsonl", "--parts", "2", "--json");
    const { files } = JSON.parse(printed) as { files: { requests: number }[] };
    expect(files.map(({ requests }) => requests)).toEqual([2, 2]);
    expect((await stat(path.join(folder, "a.part-01.jsonl"))).mode & 0o777).toBe(0o600);
  });

  test("by model", async () => {
    await call("split", "a.jsonl", "--by-model");
    expect(await readdir(folder)).toEqual(["a.a.jsonl", "a.b.jsonl", "a.jsonl", "a.no-model.jsonl"]);
    expect(await read("a.a.jsonl")).toBe(`${String(lines[0])}\n${String(lines[2])}\n`);
  });

  test("overwrites only when asked to, and else writes nothing at all", async () => {
    await write("a.part-02.jsonl", "mine");
    const refused = await call("split", "a.jsonl", "--requests", "3", "--json");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.printed)).toMatchObject({ existing: [path.join(folder, "a.part-02.jsonl")] });
    expect(await readdir(folder)).toEqual(["a.jsonl", "a.part-02.jsonl"]);
    expect(await read("a.part-02.jsonl")).toBe("mine");
    expect((await call("split", "a.jsonl", "--requests", "3", "--overwrite")).exitCode).toBe(0);
    expect(await read("a.part-02.jsonl")).toBe("{broken\n");
  });

  test("refuses an array, too many parts and a folder that is none, and leaves nothing behind", async () => {
    await write("array.jsonl", `[\n${request()}\n]`);
    expect(await call("split", "array.jsonl", "--requests", "1")).toMatchObject({
      exitCode: 3,
      said: expect.stringContaining("First make lines of it: vllm-batch fix array.jsonl"),
    });
    await write("many.jsonl", `${request()}\n`.repeat(1001));
    expect(await call("split", "many.jsonl", "--requests", "1")).toMatchObject({ exitCode: 2 });
    expect(await call("split", "a.jsonl", "--requests", "1", "--out", "nowhere")).toMatchObject({ exitCode: 2 });
    expect(await call("split", "nothing.jsonl", "--requests", "1")).toMatchObject({ exitCode: 3 });
    expect(await readdir(folder)).toEqual(["a.jsonl", "array.jsonl", "many.jsonl"]);
  });

  test.each([[[]], [["--requests", "1", "--by-model"]], [["--requests", "0"]], [["--parts", "x"]]])(
    "does not guess what %j means",
    async (options) => {
      expect((await call("split", "a.jsonl", ...options)).exitCode).toBe(2);
    },
  );
});

describe("copy", () => {
  test("gives all requests of a copy one model, and changes nothing else", async () => {
    const odd = '{ "custom_id":"9","method":"post", "body":{"messages":[],"model":"x/A","n":1.0} }';
    await write("a.jsonl", `${[...lines, odd].join("\r\n")}\r\n`);
    expect((await call("copy", "a.jsonl", "--model", "y/New", "--model", "x/B")).exitCode).toBe(0);
    const wanted = (model: string) =>
      `${[...lines, odd].map((line) => line.replace(/"x\/[AB]"/, JSON.stringify(model))).join("\r\n")}\r\n`;
    expect(await read("a.new.jsonl")).toBe(wanted("y/New"));
    expect(await read("a.b.jsonl")).toBe(wanted("x/B"));
  });

  test("overwrites only when asked to", async () => {
    await write("a.jsonl", `${String(lines[0])}\n`);
    await write("a.new.jsonl", "mine");
    const refused = await call("copy", "a.jsonl", "--model", "y/New", "--model", "y/Other", "--json");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.printed)).toMatchObject({ existing: [path.join(folder, "a.new.jsonl")] });
    expect(await readdir(folder)).toEqual(["a.jsonl", "a.new.jsonl"]);
    expect((await call("copy", "a.jsonl", "--model", "y/New", "--overwrite")).exitCode).toBe(0);
    expect(await read("a.new.jsonl")).toContain('"y/New"');
  });

  test("wants a model", async () => {
    await write("a.jsonl", `${String(lines[0])}\n`);
    expect((await call("copy", "a.jsonl")).exitCode).toBe(2);
    expect((await call("copy", "a.jsonl", "--model", " ")).exitCode).toBe(2);
  });
});
