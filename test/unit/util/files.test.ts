import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceFile } from "../../../server/src/util/atomicFile.io.ts";
import { readChunks } from "../../../server/src/util/readChunks.io.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "files-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("replacing a file", () => {
  it("writes the whole new file and leaves no temporary one", async () => {
    const target = path.join(folder, "a.json");
    await writeFile(target, "old");
    await replaceFile(target, async (file) => {
      await file.write("new");
    });
    expect(await readFile(target, "utf8")).toBe("new");
    expect(await readdir(folder)).toEqual(["a.json"]);
  });

  it("keeps the old file, and leaves no temporary one, when the writing fails half way", async () => {
    const target = path.join(folder, "a.json");
    await writeFile(target, "old");
    const writing = replaceFile(target, async (file) => {
      await file.write("ne");
      throw new Error("no space left");
    });
    await expect(writing).rejects.toThrow("no space left");
    expect(await readFile(target, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["a.json"]);
  });
});

describe("reading in chunks", () => {
  it("gives every byte from the start that was asked for, in chunks of at most 1 MiB", async () => {
    const file = path.join(folder, "big");
    const bytes = Buffer.alloc(2_500_000, "0123456789");
    await writeFile(file, bytes);
    const read: Buffer[] = [];
    for await (const chunk of readChunks(file, 7)) {
      expect(chunk.length).toBeLessThanOrEqual(1 << 20);
      read.push(Buffer.from(chunk));
    }
    expect(Buffer.concat(read).equals(bytes.subarray(7))).toBe(true);
  });

  it("leaves a chunk alone until the next one is asked for", async () => {
    const file = path.join(folder, "big");
    await writeFile(file, Buffer.concat([Buffer.alloc(1 << 20, "a"), Buffer.alloc(1 << 20, "b"), Buffer.from("c")]));
    const chunks = readChunks(file);
    const first = (await chunks.next()).value as Buffer;
    // The read of the next chunk is under way meanwhile.
    await readdir(folder);
    expect(first.every((byte) => byte === 0x61)).toBe(true);
    await chunks.return(undefined);
  });

  it("throws what the file system throws", async () => {
    await expect(readChunks(path.join(folder, "none")).next()).rejects.toMatchObject({ code: "ENOENT" });
    await expect(readChunks(folder).next()).rejects.toMatchObject({ code: "EISDIR" });
  });
});
