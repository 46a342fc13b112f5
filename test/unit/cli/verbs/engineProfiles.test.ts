import path from "node:path";
import { describe, expect, test } from "vitest";
import { engineProfiles } from "../../../../server/src/cli/verbs/engineProfiles.ts";
import { property } from "../../../../server/src/util/unknown.ts";
import { callCli } from "../../../support/cli/callCli.ts";
import { tempFolder, writeInto } from "../../../support/tempFolder.ts";

async function call(argv: readonly string[], files: Record<string, string> = {}) {
  const root = await tempFolder();
  for (const [name, text] of Object.entries(files)) await writeInto(root, name, text);
  const world = { cwd: path.join(root, "work"), env: { VLLM_BATCH_STATE_DIR: path.join(root, "state") } };
  return { root, ...(await callCli([engineProfiles], ["engine", "profiles", ...argv], world)) };
}

const workspace = "work/.vllm-batch/profiles";

describe("engine profiles", () => {
  test("on a bare machine lists what is built in", async () => {
    const { printed, said, exitCode } = await call([]);
    expect(printed.split("\n").map((line) => line.split(" ", 1).join())).toEqual([
      "desktop",
      "throughput",
      "conservative",
      "multi-gpu",
      "cpu",
      "simulator",
    ]);
    expect([said, exitCode]).toEqual(["", 0]);
  });

  test("lists the others with their files, says which name is taken and which file is wrong", async () => {
    const { root, printed, said, exitCode } = await call([], {
      "state/profiles/mine.json": "{}",
      [`${workspace}/desktop.json`]: "{}",
      [`${workspace}/wrong.json`]: `{"hangSeconds": "long\\u001b"}`,
    });
    expect(printed).toContain(`mine          ${root}/state/profiles/mine.json`);
    expect(printed).toContain(
      `desktop       ${root}/${workspace}/desktop.json  (another one has this name: use the path)`,
    );
    expect(said).toContain(`${root}/${workspace}/wrong.json: hangSeconds: expected a number of seconds`);
    expect(exitCode).toBe(1);
  });

  test("shows one whole, and no secret of it", async () => {
    const text = `{"basedOn": "cpu", "flags": {"dtype": false, "seed": -1, "otlp-traces-endpoint": "http://me:hf_secret@host"}, "env": {"HF_TOKEN": "hf_secret"}}`;
    const { root, printed, exitCode } = await call(["mine"], { "state/profiles/mine.json": text });
    expect(printed.split("\n")).toEqual([
      `mine (${root}/state/profiles/mine.json)`,
      "",
      "  engine       vllm",
      "  vllm         looked for",
      "  model        what the batch file names",
      "  served as    what the batch file names",
      "  flag         (no --dtype)",
      "  flag         --enforce-eager",
      "  flag         --disable-uvicorn-access-log",
      "  flag         --seed=-1",
      "  flag         --otlp-traces-endpoint (not shown)",
      "  environment  VLLM_CPU_KVCACHE_SPACE=2",
      "  environment  HF_TOKEN=(not shown)",
      "  start        given up after 600 s without progress",
      "  hang         after 120 s in which nothing moves",
      "  crashes      more than 3 in ten minutes end the attempts",
    ]);
    expect(exitCode).toBe(0);
    const json = await call(["mine", "--json"], { "state/profiles/mine.json": text });
    expect(json.printed).not.toContain("hf_secret");
    expect(JSON.parse(json.printed)).toMatchObject({
      profile: { name: "mine" },
      chosen: ["dtype", "seed", "otlp-traces-endpoint", "HF_TOKEN"],
    });
  });

  test("--json is one document, with the problems in it", async () => {
    const { printed } = await call(["--json"], { [`${workspace}/cpu.json`]: "{}", [`${workspace}/wrong.json`]: "[]" });
    const answer: unknown = JSON.parse(printed);
    const profiles = property(answer, "profiles") as {
      profile: { name: string };
      source: { kind: string };
      shadowed: boolean;
    }[];
    expect(profiles.map(({ profile, source, shadowed }) => [profile.name, source.kind, shadowed])).toContainEqual([
      "cpu",
      "file",
      true,
    ]);
    expect(profiles).toHaveLength(7);
    expect(property(answer, "problems")).toMatchObject([{ field: "", message: "expected an object {…}, found []." }]);
  });

  test("one that is not there or is wrong, and too many names, are mistakes in words", async () => {
    expect(await call(["desktpo"])).toMatchObject({
      exitCode: 3,
      said: expect.stringContaining("Did you mean desktop?") as string,
    });
    expect(await call(["a", "b"])).toMatchObject({ exitCode: 2 });
  });
});
