import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { made, madeFolders, root } from "../../../scripts/docs/made.ts";

test("the pages that are made from code are what the code says (npm run docs)", async () => {
  const files = await made();
  for (const file of files) expect(await readFile(path.join(root, file.path), "utf8"), file.path).toBe(file.content);
  for (const folder of madeFolders) {
    const names = (await readdir(path.join(root, folder))).map((name) => `${folder}/${name}`).sort();
    expect(names).toEqual(
      files
        .map((file) => file.path)
        .filter((file) => file.startsWith(`${folder}/`))
        .sort(),
    );
  }
});
