import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { models } from "../../../../server/src/cli/verbs/models.ts";
import { callCli } from "../../../support/cli/callCli.ts";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), "models-"))));
afterAll(() => rm(folder, { recursive: true }));

/** Runs the verb with a standard input that arrives in the given chunks. */
function call(argv: string[], ...input: string[]) {
  const stdin = async function* () {
    for (const chunk of input) yield await Promise.resolve(Buffer.from(chunk));
  };
  return callCli([models], ["models", ...argv], { cwd: folder, stdin });
}

/** Name and model of each answer of `--json`. */
async function ask(argv: string[], ...input: string[]): Promise<unknown[][]> {
  const { printed } = await call(["--json", ...argv], ...input);
  const answers: { name: string; model: string | null }[] = JSON.parse(printed);
  return answers.map(({ name, model }) => [name, model]);
}

describe("vllm-batch models", () => {
  it("answers names as JSON with all fields", async () => {
    const { exitCode, printed } = await call(["--json", "llama3.2", "my-lora"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toEqual([
      {
        name: "llama3.2",
        action: "rewrite",
        model: "meta-llama/Llama-3.2-3B-Instruct",
        candidates: ["meta-llama/Llama-3.2-3B-Instruct"],
        gated: true,
        why: expect.any(String),
      },
      { name: "my-lora", action: "keep", model: null, candidates: [], gated: null, why: expect.any(String) },
    ]);
  });

  it("tells the other way round what to pull, and does not take a map for that", async () => {
    expect(await ask(["--ollama", "Qwen/Qwen3-8B", "qwen3:8b"])).toEqual([
      ["Qwen/Qwen3-8B", "qwen3:8b"],
      ["qwen3:8b", null],
    ]);
    expect((await call(["--ollama", "--map", "m.json", "x"])).exitCode).toBe(2);
  });

  it("reads names from standard input as they stand there, one a line", async () => {
    expect(await ask([], " qwen3:8b \r\n\nphi", "4\nmy-lora")).toEqual([
      [" qwen3:8b ", "Qwen/Qwen3-8B"],
      ["", null],
      ["phi4", "microsoft/phi-4"],
      ["my-lora", null],
    ]);
    expect(await ask([], "")).toEqual([]);
  });

  it("asks nothing of standard input when names are given", async () => {
    expect(await ask(["phi4"], "qwen3:8b\n")).toEqual([["phi4", "microsoft/phi-4"]]);
  });

  it("tells a person what to do and what else it may be", async () => {
    const { printed } = await call(["gemma3:7b", "gpt-4o"]);
    expect(printed).toMatch(/gemma3:7b\n {2}→ suggest google\/gemma-3-12b-it \(gated\)\n {4}or google\/gemma-3-4b-it,/);
    expect(printed).toMatch(/gpt-4o\n {2}→ keep\n/);
  });

  it("takes the user's own map, from the folder it is called in", async () => {
    await writeFile(path.join(folder, "map.json"), `\uFEFF{"phi4": "my-phi"}`);
    expect(await ask(["--map", "map.json", "phi4", "phi"])).toEqual([
      ["phi4", "my-phi"],
      ["phi", "microsoft/phi-2"],
    ]);
  });

  it.each([
    ["nothing.json", null, /ENOENT/],
    ["notJson.json", "{", /JSON/],
    ["list.json", "[]", /not an object/],
    ["number.json", `{"a": 1}`, /the value of "a" is not a model name/],
    ["empty.json", `{"a": ""}`, /the value of "a" is not a model name/],
  ])("refuses the map %s", async (name, text, reason) => {
    if (text !== null) await writeFile(path.join(folder, name), text);
    const { exitCode, said } = await call(["--map", name, "phi4"]);
    expect(exitCode).toBe(3);
    expect(said).toMatch(reason);
    expect(said).toContain(name);
  });
});
