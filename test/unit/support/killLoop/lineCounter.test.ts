import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { withFolder } from "../../../../bench/support/withFolder.ts";
import { LineCounter } from "../../../support/killLoop/lineCounter.ts";

test("counts what is added, and no line that has not ended", async () => {
  await withFolder((folder) => {
    const file = path.join(folder, "lines");
    const counter = new LineCounter(file);
    expect(counter.count()).toBe(0);
    writeFileSync(file, "a\nb\nc");
    expect(counter.count()).toBe(2);
    appendFileSync(file, "c\n");
    expect(counter.count()).toBe(3);
    return Promise.resolve();
  });
});

test("goes on after a torn end was cut off", async () => {
  await withFolder((folder) => {
    const file = path.join(folder, "lines");
    const counter = new LineCounter(file);
    writeFileSync(file, "a\nbbbbbbbb");
    expect(counter.count()).toBe(1);
    truncateSync(file, 2);
    expect(counter.count()).toBe(1);
    appendFileSync(file, "bb\ncc\n");
    expect(counter.count()).toBe(3);
    return Promise.resolve();
  });
});

test("counts files larger than its buffer", async () => {
  await withFolder((folder) => {
    const file = path.join(folder, "lines");
    writeFileSync(file, `${"x".repeat(99)}\n`.repeat(30_000));
    expect(new LineCounter(file).count()).toBe(30_000);
    return Promise.resolve();
  });
});
