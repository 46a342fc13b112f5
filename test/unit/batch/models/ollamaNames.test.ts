import { expect, it } from "vitest";
import { modelIndex } from "../../../../server/src/batch/models/modelIndex.ts";
import {
  adviseForOllama,
  libraryNameOf,
  ollamaKey,
  sameModelNames,
} from "../../../../server/src/batch/models/ollamaNames.ts";

it.each([
  ["Qwen/Qwen2.5-7B-Instruct", "qwen2.5:7b"],
  ["meta-llama/Llama-3.1-8B-Instruct", "llama3.1:8b"],
  ["openai/gpt-oss-20b", "gpt-oss:20b"],
  ["nobody/nothing", null],
])("%s is %s in Ollama's library", (model, name) => {
  expect(libraryNameOf(model)).toBe(name);
});

it("gives for every repository of the table a name that leads back to it, or none", () => {
  const models = new Set(
    [...modelIndex().families.values()].flatMap(({ builds }) => [...builds.values()].map(({ model }) => model)),
  );
  for (const model of models) {
    const name = libraryNameOf(model);
    if (name !== null) expect(sameModelNames(model, [name])).toEqual([name]);
  }
  expect([...models].filter((model) => libraryNameOf(model) === null).length).toBeLessThan(models.size / 4);
});

it("takes for the same model what the table is sure of", () => {
  const served = [
    "qwen2.5:7b-instruct-q4_K_M",
    "qwen2.5:latest",
    "qwen2.5:14b",
    "bob/qwen2.5:7b",
    "hf.co/bartowski/Qwen2.5-7B-Instruct-GGUF:Q4_K_M",
    "",
  ];
  const same = ["qwen2.5:7b-instruct-q4_K_M", "qwen2.5:latest", "hf.co/bartowski/Qwen2.5-7B-Instruct-GGUF:Q4_K_M"];
  expect(sameModelNames("Qwen/Qwen2.5-7B-Instruct", served)).toEqual(same);
  expect(sameModelNames("qwen2.5:7b", ["Qwen/Qwen2.5-7B-Instruct"])).toEqual(["Qwen/Qwen2.5-7B-Instruct"]);
});

it.each([
  ["llama3.2", "llama3.2:latest"],
  ["Library/Llama3.2:1B", "llama3.2:1b"],
  ["registry.ollama.ai/library/llama3.2", "llama3.2:latest"],
  ["localhost:5000/a/b", "localhost:5000/a/b:latest"],
])("reads %s as %s", (name, key) => {
  expect(ollamaKey(name)).toBe(key);
});

it("advises what to pull, in the shape of the other direction", () => {
  expect(adviseForOllama(" Qwen/Qwen2.5-7B-Instruct")).toMatchObject({
    name: " Qwen/Qwen2.5-7B-Instruct",
    action: "rewrite",
    model: "qwen2.5:7b",
    why: expect.stringContaining("4-bit"),
  });
  const kept = (name: string) => expect(adviseForOllama(name)).toMatchObject({ action: "keep", model: null });
  for (const name of ["qwen2.5:7b-instruct", "llama3.2", "hf.co/bartowski/Qwen2.5-7B-Instruct-GGUF:Q4_K_M", ""])
    kept(name);
  kept("nobody/nothing");
});
