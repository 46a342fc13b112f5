import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { finishRun } from "../../../../server/src/run/io/finishRun.io.ts";
import { readManifest } from "../../../../server/src/run/io/manifest.io.ts";
import { resumeRun } from "../../../../server/src/run/io/resumeRun.io.ts";
import { roomFor } from "../../../../server/src/run/io/scanResults.io.ts";
import { startRun } from "../../../../server/src/run/io/startRun.io.ts";
import { RunFixture } from "../../../support/run/runFixture.ts";
import { ScriptedServer } from "../../../support/run/scriptedServer.ts";

let server: ScriptedServer;
let fixture: RunFixture;
let output: string;

beforeEach(async () => {
  server = await ScriptedServer.start();
  fixture = new RunFixture().write(5);
  output = path.join(fixture.folder, "output.jsonl");
  await (
    await startRun(fixture.options(server.url), fixture.world())
  ).done;
});
afterEach(async () => {
  await server.stop();
  fixture.remove();
});

const finish = async () => finishRun(fixture.folder, await readManifest(fixture.folder), roomFor(0));
const resume = async () => {
  const handle = await resumeRun(
    { folder: fixture.folder, engine: null, keepEngine: false, overrides: {}, fork: false },
    fixture.world(),
  );
  return await handle.done;
};

it("calls a run complete when every id has one line", async () => {
  expect(await finish()).toBeNull();
});

it.each([
  ["is missing", (lines: string[]) => lines.slice(1)],
  ["is there twice", (lines: string[]) => [...lines, lines[0] ?? ""]],
  ["cannot be read", (lines: string[]) => ["rubbish", ...lines]],
])("does not when a line %s, and a resume mends it", async (_what, change) => {
  const lines = fixture.lines("output.jsonl").map((line) => JSON.stringify(line));
  writeFileSync(
    output,
    change(lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
  expect(await finish()).toMatch(/^The files hold \d answers and 0 errors for 5 requests/);
  expect((await resume()).summary).toMatchObject({ status: "completed", completed: 5 });
  expect(await finish()).toBeNull();
});

it("does not when the last line was torn", async () => {
  appendFileSync(output, '{"id":');
  expect(await finish()).toContain("6 bytes");
});

it("lets a resume go on although somebody had asked to cancel before", async () => {
  const request = path.join(fixture.folder, "cancel.request");
  writeFileSync(output, "");
  writeFileSync(request, "");
  const options = { folder: fixture.folder, engine: null, keepEngine: false, overrides: {}, fork: false };
  const handle = await resumeRun(options, fixture.world());
  expect(existsSync(request)).toBe(false);
  expect((await handle.done).summary).toMatchObject({ status: "completed", completed: 5 });
});
