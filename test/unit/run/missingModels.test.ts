import { describe, expect, it } from "vitest";
import { listedName } from "../../../server/src/engine/start/modelList.ts";
import type { Manifest } from "../../../server/src/protocol/records.ts";
import { checkModels, mapModels, overridesFor, sentModels } from "../../../server/src/run/checkModels.ts";
import { missingModels, missingSentence, type Served } from "../../../server/src/run/missingModels.ts";
import { RunProblem } from "../../../server/src/run/runProblem.ts";
import type { AttachedChoice, EngineChoice } from "../../../server/src/run/startOptions.ts";

const vllm = (...models: string[]): Served => ({ server: "vllm", models });
const ollama = (...models: string[]): Served => ({ server: "ollama", models });
const say = (missing: string[], served: Served) =>
  missingSentence(missing, served, { name: "The engine at http://h", canMap: true });
const qwen = "Qwen/Qwen2.5-7B-Instruct";

describe("which models are missing", () => {
  it("is known only where there is a list", () => {
    expect(missingModels(["a", "b"], vllm("a"))).toEqual(["b"]);
    expect(missingModels(["a"], { server: "vllm", models: null })).toEqual([]);
  });

  it("finds a name that is longer than a list is read", () => {
    const long = `/models/${"x".repeat(300)}`;
    expect(missingModels([long], vllm(listedName(long)))).toEqual([]);
  });

  it("reads names on Ollama as Ollama does", () => {
    const names = ["llama3.2", "LLAMA3.2:latest", "library/llama3.2", "registry.ollama.ai/library/llama3.2:latest"];
    expect(missingModels(names, ollama("llama3.2:latest"))).toEqual([]);
    expect(missingModels(["llama3.2:1b", "hf.co/a/b"], ollama("llama3.2:latest", "hf.co/a/b:latest"))).toEqual([
      "llama3.2:1b",
    ]);
    expect(missingModels(["llama3.2"], vllm("llama3.2:latest"))).toEqual(["llama3.2"]);
  });
});

describe("the sentence about it", () => {
  it("tells the way with one model, with many and with none", () => {
    expect(say(["x"], vllm("meta/L"))).toBe(
      'The engine at http://h does not serve "x". It serves "meta/L". To run all requests on it: --model meta/L',
    );
    expect(say(["x"], vllm("a", "b"))).toContain("give --model NAME for all requests.");
    expect(say(["x"], vllm())).toContain("It serves no model.");
    expect(say(["x"], ollama(...Array.from({ length: 12 }, (_, index) => `m${index}:latest`)))).toContain(
      '"m9:latest" and 2 more.',
    );
  });

  it("offers Ollama's name for the same model, or several", () => {
    expect(say([qwen], ollama("qwen2.5:7b-instruct", "llama3.2:latest"))).toBe(
      `The engine at http://h does not serve "${qwen}". It serves "qwen2.5:7b-instruct", "llama3.2:latest". ` +
        `There, "${qwen}" is "qwen2.5:7b-instruct". To have that name sent: --map-models`,
    );
    expect(say([qwen], ollama("qwen2.5:7b-instruct", "qwen2.5:7b-instruct-q8_0"))).toContain(
      'is "qwen2.5:7b-instruct" or "qwen2.5:7b-instruct-q8_0". Choose one: --model NAME',
    );
  });

  it("offers the repository for Ollama's name, too", () => {
    expect(say(["qwen2.5:7b"], vllm(qwen))).toContain(
      `There, "qwen2.5:7b" is "${qwen}". To have that name sent: --map-models`,
    );
  });

  it("names --map-models only for an engine for which it can be given", () => {
    const said = missingSentence(["qwen2.5:7b"], vllm(qwen), { name: "The engine of the profile p", canMap: false });
    expect(said).toMatch(/There, "qwen2\.5:7b" is ".*"\. To have that name sent: --model NAME$/);
  });

  it("takes nobody's upload, and no other size, for the model", () => {
    expect(say([qwen], ollama("someone/qwen2.5:7b", "qwen2.5:14b"))).not.toContain("--map-models");
  });

  it("says what to pull", () => {
    expect(say([qwen], ollama("llama3.2:latest"))).toContain("Or get it first: ollama pull qwen2.5:7b");
    expect(say(["a/b"], ollama("llama3.2:latest"))).not.toContain("pull");
    expect(say([qwen], vllm("x"))).not.toContain("pull");
  });
});

describe("a run whose models are missing", () => {
  const check = (wanted: string[], served: Served) => {
    const said: string[] = [];
    checkModels(wanted, served, { name: "It", canMap: true }, (text) => said.push(text));
    return said;
  };

  it("is refused when all are, and told when some are", () => {
    expect(() => check(["x"], vllm("a"))).toThrow(RunProblem);
    expect(check(["a", "x"], vllm("a"))).toEqual([
      expect.stringMatching(/^It does not serve "x"\..*The other requests are run\.$/),
    ]);
    expect(check(["a"], vllm("a"))).toEqual([]);
  });

  it.each(["llamacpp", "lmstudio"] as const)("is refused on %s, which would answer with another model", (server) => {
    expect(() => check(["a", "x"], { server, models: ["a"] })).toThrow(/would answer all the same, with another model/);
  });
});

describe("--map-models", () => {
  const mapped = (models: string[], served: Served, overrides = {}) => {
    const manifest = { models, overrides };
    const said: string[] = [];
    mapModels(manifest, served, (text) => said.push(text));
    return { sent: sentModels(manifest), overrides: manifest.overrides, said };
  };

  it("sends the one name for the same model, and says so", () => {
    expect(mapped([qwen, "a"], ollama("qwen2.5:7b-instruct", "a:latest"))).toEqual({
      sent: ["qwen2.5:7b-instruct", "a"],
      overrides: { models: { [qwen]: "qwen2.5:7b-instruct" } },
      said: [expect.stringMatching(/^"Qwen\/Qwen2\.5-7B-Instruct" is sent as "qwen2\.5:7b-instruct"\. .*4-bit/)],
    });
  });

  it("chooses nothing among several, and changes nothing that is served", () => {
    expect(mapped([qwen], ollama("qwen2.5:7b", "qwen2.5:7b-instruct"))).toEqual({
      sent: [qwen],
      overrides: {},
      said: [],
    });
    expect(mapped([qwen], vllm(qwen, "qwen2.5:7b")).overrides).toEqual({});
  });

  it("is for the server that has the names: a run that goes on elsewhere, or asks again, goes without them", () => {
    const overrides = { models: { [qwen]: "qwen2.5:7b" }, seed: 1 };
    const here: AttachedChoice = { kind: "attached", url: "http://h", apiKeyEnv: null };
    const engine = {
      ...here,
      ...{ server: "ollama", version: null, models: null, simulated: false, timeline: null },
    } as const satisfies Manifest["engine"];
    const kept = (choice: EngineChoice) => overridesFor(choice, { overrides, engine });
    expect(kept(here)).toEqual(overrides);
    expect(kept({ ...here, url: "http://other" })).toEqual({ seed: 1 });
    expect(kept({ ...here, mapModels: true })).toEqual({ seed: 1 });
    expect(kept({ kind: "managed", profile: "p", recorded: null, keep: false })).toEqual({ seed: 1 });
  });

  it("keeps what a run was begun with", () => {
    const overrides = { models: { [qwen]: "qwen2.5:7b" } };
    expect(mapped([qwen], ollama("qwen2.5:7b", "qwen2.5:7b-instruct"), overrides)).toEqual({
      sent: ["qwen2.5:7b"],
      overrides,
      said: [],
    });
  });
});
