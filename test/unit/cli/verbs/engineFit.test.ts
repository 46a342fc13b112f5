import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { engineFit } from "../../../../server/src/cli/verbs/engineFit.ts";
import { loadProfile } from "../../../../server/src/engine/profile/loadProfile.io.ts";
import { updateEngineMemory } from "../../../../server/src/engine/recover/io/engineMemory.io.ts";
import { rememberMeasured } from "../../../../server/src/engine/recover/lastKnownGood.ts";
import { isObject } from "../../../../server/src/util/unknown.ts";
import { callCli, type CliAnswer } from "../../../support/cli/callCli.ts";
import { llama31_8b, qwen3_30b_a3b_fp8 } from "../../../support/engine/modelConfigs.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "engine-fit-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A folder with this configuration and weights of so many GiB (a file with a hole). */
async function addModel(name: string, config: unknown, gib: number): Promise<void> {
  await mkdir(path.join(folder, name));
  await writeFile(path.join(folder, name, "config.json"), JSON.stringify(config));
  await writeFile(path.join(folder, name, "tokenizer.json"), "{}");
  await writeFile(path.join(folder, name, "model.safetensors"), "");
  await truncate(path.join(folder, name, "model.safetensors"), gib * 2 ** 30);
}

const fit = (...argv: string[]): Promise<CliAnswer> =>
  callCli([engineFit], ["engine", "fit", ...argv], {
    cwd: folder,
    env: { HF_HOME: folder, PATH: folder, VLLM_BATCH_STATE_DIR: folder },
  });

async function ask(...argv: string[]): Promise<{ exitCode: number; answer: Record<string, unknown> }> {
  const { exitCode, printed } = await fit("--json", ...argv);
  const answer: unknown = JSON.parse(printed);
  if (!isObject(answer)) throw new Error(printed);
  return { exitCode, answer };
}

describe("vllm-batch engine fit", () => {
  test("says what fits on a GPU that is not here, as data", async () => {
    await addModel("llama", llama31_8b, 15);
    const { exitCode, answer } = await ask(
      "./llama",
      "--gpu-memory",
      "24",
      "--capability",
      "8.9",
      "--max-model-len",
      "8K",
    );
    expect(exitCode).toBe(0);
    expect(answer).toMatchObject({
      model: "./llama",
      place: "folder",
      fits: "yes",
      weightsGiB: 15,
      weightsFrom: "files",
      kvPerTokenBytes: 131_072,
      maxModelLen: 8192,
      suggestedMaxModelLen: null,
      gpu: { name: null, memoryGiB: 24, computeCapability: 8.9 },
      estimated: ["overhead"],
      unknown: [],
      findings: [],
    });
    expect(answer["concurrency"]).toContainEqual({ tokens: 8192, requests: expect.closeTo(4, -1) as number });
  });

  test("and as a table with a verdict and what is estimated", async () => {
    await addModel("llama", llama31_8b, 15);
    const { exitCode, printed } = await fit("./llama", "--gpu-memory", "24");
    expect(exitCode).toBe(0);
    expect(printed).toContain("weights    15.0 GiB (size of its files)");
    expect(printed).toContain("per token  128.0 KiB");
    expect(printed).toMatch(/2,048 tokens +\d+/);
    expect(printed).toMatch(/Fits, but perhaps not with the whole length of 131,072: .* Set --max-model-len \d+\./);
    expect(printed).toContain("Estimated: overhead.");
  });

  test("judges by the settings of a profile, and a given length wins over its own", async () => {
    await addModel("llama", llama31_8b, 15);
    const flags = { "tensor-parallel-size": 2, "max-model-len": 4096, "kv-cache-dtype": "fp8" };
    await writeFile(path.join(folder, "mine.json"), JSON.stringify({ flags }));
    const gpu = ["--gpu-memory", "24", "--profile", "./mine.json"];
    expect((await ask("./llama", ...gpu)).answer).toMatchObject({
      fits: "yes",
      weightsGiB: 7.5,
      kvPerTokenBytes: 131_072 / 4,
      maxModelLen: 4096,
      findings: [],
    });
    expect((await ask("./llama", ...gpu, "--max-model-len", "8192")).answer).toMatchObject({ maxModelLen: 8192 });
  });

  test("what an engine with these settings has measured takes the place of the estimate, for any length", async () => {
    await addModel("llama", llama31_8b, 15);
    await writeFile(path.join(folder, "vllm"), "", { mode: 0o755 });
    await writeFile(path.join(folder, "mine.json"), JSON.stringify({ vllm: "./vllm" }));
    const profile = await loadProfile("./mine.json", { cwd: folder, stateFolder: folder });
    if (Array.isArray(profile)) throw new Error("It is not accepted.");
    const place = { model: "./llama", gpus: [], vllm: null, driver: null, profile: profile.profile, at: "2026-11-29" };
    const capacity = { weightsGiB: 15, kvCacheGiB: 2, kvCacheTokens: 16_384, maxModelLen: 8192, maxConcurrency: 2 };
    await updateEngineMemory(folder, (memory) => rememberMeasured(memory, { ...place, capacity }));
    const known = { weightsGiB: 15, kvCacheGiB: 2, largestMaxModelLen: 16_384, estimated: [] };
    expect((await ask("./llama", "--profile", "./mine.json", "--max-model-len", "16K")).answer).toMatchObject({
      ...known,
      fits: "yes",
    });
    const elsewhere = await ask("./llama", "--profile", "./mine.json", "--gpu-memory", "24");
    expect(elsewhere.answer["estimated"]).toEqual(["overhead"]);
  });

  test("a built-in profile is known by its name, a wrong name is refused", async () => {
    await addModel("llama", llama31_8b, 15);
    const { answer } = await ask("./llama", "--gpu-memory", "24", "--profile", "conservative");
    expect(answer).toMatchObject({ fits: "no" });
    const { exitCode, said } = await fit("./llama", "--profile", "conservativ");
    expect(exitCode).toBe(3);
    expect(said).toContain("Did you mean conservative?");
  });

  test("what does not fit is the answer no", async () => {
    await addModel("moe", qwen3_30b_a3b_fp8, 29);
    const { exitCode, answer } = await ask("./moe", "--gpu-memory", "24");
    expect(exitCode).toBe(1);
    expect(answer).toMatchObject({ fits: "no", concurrency: [] });
  });

  test("a GPU that vLLM does not run on is the answer no, however much memory it has", async () => {
    await addModel("llama", llama31_8b, 15);
    const { exitCode, answer } = await ask("./llama", "--gpu-memory", "24", "--capability", "6.1");
    expect(exitCode).toBe(1);
    expect(answer).toMatchObject({ fits: "yes", findings: [{ code: "gpu.tooOld", severity: "stop" }] });
  });

  test("a GPU that is too old is sent to Ollama, with the model's name there", async () => {
    const { answer } = await ask("meta-llama/Llama-3.1-8B-Instruct", "--gpu-memory", "24", "--capability", "6.1");
    const commands = expect.stringMatching(/ollama pull llama3\.1:8b\n.* --model llama3\.1:8b$/m) as string;
    expect(answer).toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ text: commands })]) });
  });

  test("without a GPU it cannot be told, and that is said with exit code 0", async () => {
    await addModel("llama", llama31_8b, 15);
    const { exitCode, printed } = await fit("./llama");
    expect(exitCode).toBe(0);
    expect(printed).toContain("Cannot be told without GPU memory.");
    expect(printed).toContain("Unknown: GPU memory.");
  });

  test("a model that is not here cannot be told either, and asks nobody", async () => {
    const { exitCode, answer } = await ask("owner/model", "--gpu-memory", "24");
    expect(exitCode).toBe(0);
    expect(answer).toMatchObject({ place: "away", fits: "unknown", unknown: ["config.json", "size of the weights"] });
  });

  test.each<[string[], number, string]>([
    [["./nothing"], 3, "There is nothing at ./nothing"],
    [["not a name"], 3, "neither a path nor a name"],
    [[], 2, "takes one model"],
    [["a", "b"], 2, "takes one model"],
    [["a", "--gpu-memory", "much"], 2, "--gpu-memory takes a number of at least 0.1"],
    [["a", "--capability", "-1"], 2, "--capability"],
    [["a", "--max-model-len", "long"], 2, "--max-model-len takes a number of tokens"],
  ])("%j is refused with what is wrong", async (argv, code, message) => {
    const { exitCode, said } = await fit(...argv);
    expect(exitCode).toBe(code);
    expect(said).toContain(message);
  });
});
