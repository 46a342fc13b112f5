import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelIndex } from "../../../../server/src/batch/models/modelIndex.ts";
import { resolveModel } from "../../../../server/src/batch/models/resolveModel.ts";
import { libraryNames } from "./libraryNames.ts";
import { certainNames, namesToKeep, unsureNames } from "./otherNames.ts";

function linesOf(table: string): string[] {
  return table.split("\n").filter((line) => line !== "");
}

function pairsOf(table: string): { left: string; right: string }[] {
  return linesOf(table).map((line) => {
    const [left = "", right = ""] = line.split(" = ");
    return { left, right };
  });
}

const library = pairsOf(libraryNames).flatMap(({ left, right }) =>
  right.split(" ").map((name) => ({ name, model: left })),
);

/** What the answer is, without the words. */
function answer(name: string): string {
  const { action, model } = resolveModel(name);
  return `${action} ${model ?? ""}`;
}

describe("names of Ollama's library", () => {
  it("has a table of more than 300 names", () => {
    expect(library.length).toBeGreaterThan(300);
  });

  it.each(library)("$name is $model", ({ name, model }) => {
    expect(answer(name)).toBe(`rewrite ${model}`);
  });
});

describe("other names", () => {
  it.each(pairsOf(certainNames))("$left is $right", ({ left, right }) => {
    expect(answer(left)).toBe(`rewrite ${right}`);
  });

  it.each(pairsOf(unsureNames))("$left may be $right", ({ left, right }) => {
    expect(answer(left)).toBe(`suggest ${right}`);
  });

  it.each(linesOf(namesToKeep))("%s stays", (name) => {
    expect(answer(name)).toBe("keep ");
  });
});

describe("spaces", () => {
  it.each([" qwen3:8b ", "qwen3:8b\n", "\tqwen3:8b", "\u00a0qwen3:8b"])("looks up %j without them", (name) => {
    const advice = resolveModel(name);
    expect(advice).toMatchObject({ name, action: "rewrite", model: "Qwen/Qwen3-8B" });
  });

  it("are cut off an id for certain, and off an unknown name perhaps", () => {
    expect(answer(" Qwen/Qwen3-8B")).toBe("rewrite Qwen/Qwen3-8B");
    expect(answer("my-lora ")).toBe("suggest my-lora");
    expect(answer("  ")).toBe("keep ");
  });
});

describe("the user's own map", () => {
  const map = { "llama3.1:8b": "my-llama", "gpt-4o": "Qwen/Qwen3-8B", "Qwen/Qwen3-8B": "Qwen/Qwen3-8B" };

  it("wins over everything that we know", () => {
    expect(resolveModel("llama3.1:8b", map)).toMatchObject({ action: "rewrite", model: "my-llama" });
    expect(resolveModel(" gpt-4o", map)).toMatchObject({ action: "rewrite", model: "Qwen/Qwen3-8B" });
  });

  it("can say that a name stays", () => {
    expect(resolveModel("Qwen/Qwen3-8B", map)).toMatchObject({ action: "keep", model: null });
  });

  it("has no names that it was not given", () => {
    expect(resolveModel("toString", map).action).toBe("keep");
    expect(resolveModel("constructor", {}).action).toBe("keep");
  });
});

describe("what a person is told", () => {
  it.each([
    ["llama3.1:8b", true, /accept its licence.*about 4-bit.*16-bit/],
    ["llama3.2:1b", true, /about 8-bit.*16-bit/],
    ["qwen3:8b-q8_0", false, /about 8-bit.*16-bit/],
    ["qwen3:8b-fp16", false, /^(?!.*bit)/],
    ["bge-m3", false, /^(?!.*bit)/],
    ["gpt-oss:20b", false, /^(?!.*bit)/],
    ["deepseek-v3", false, /about 4-bit.*FP8/],
    ["gpt-oss:120b-cloud", false, /own servers/],
    ["moondream", false, /moondream3/],
    ["qwen3:30b", false, /may be Qwen\/Qwen3-30B-A3B\./],
    ["meditron", null, /epfl-llm/],
    ["hf.co/unsloth/gemma-3-4b-it-GGUF", true, /accept its licence/],
  ])("%s: gated %s, %s", (name, gated, why) => {
    const advice = resolveModel(name);
    expect(advice.gated).toBe(gated);
    expect(advice.why).toMatch(why);
  });

  it("lists what else a tag may be behind the first choice", () => {
    expect(resolveModel("qwen3-vl:8b").candidates).toEqual(["Qwen/Qwen3-VL-8B-Thinking", "Qwen/Qwen3-VL-8B-Instruct"]);
  });
});

const someName = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("a", "3", "8b", ":", "/", "-", "_", ".", "q4_K", "Qwen", " ", "hf.co/", "\\", "{"),
  }),
  fc
    .tuple(
      fc.constantFrom("", "ollama/", "library/", "hf.co/", "https://ollama.com/", "someone/", "bartowski/", " "),
      fc.constantFrom(...modelIndex().families.keys(), "Qwen3-8B-GGUF", "Qwen/Qwen3-8B"),
      fc.constantFrom(
        "",
        ":",
        ":latest",
        ":8b",
        ":8b-q4_K_M",
        ":cloud",
        ":text",
        "-GGUF:Q4_0",
        " ",
        ":7b-chat-v1.5-q2_K",
      ),
    )
    .map((parts) => parts.join("")),
);

describe("any name", () => {
  it("gets an answer that agrees with itself", () => {
    fc.assert(
      fc.property(someName, (name) => {
        const { action, model, candidates, gated, why } = resolveModel(name);
        expect(why).toMatch(/\.$/);
        if (action === "keep") {
          expect({ model, candidates, gated }).toEqual({ model: null, candidates: [], gated: null });
        } else {
          expect(model).toBe(candidates[0]);
          expect(model).not.toBe(name);
          expect(new Set(candidates).size).toBe(candidates.length);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("is at rest after one rewrite", () => {
    fc.assert(
      fc.property(someName, (name) => {
        const { action, model } = resolveModel(name);
        if (action === "rewrite" && model !== null) expect(resolveModel(model).action).toBe("keep");
      }),
      { numRuns: 5000 },
    );
  });

  it("is never rewritten when it is an id of Hugging Face", () => {
    const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/);
    fc.assert(
      fc.property(part, part, (owner, name) => {
        fc.pre(!["library", "ollama", "ollama_chat", "hf.co", "huggingface.co"].includes(owner.toLowerCase()));
        fc.pre(!modelIndex().ollamaAccounts.has(owner.toLowerCase()));
        expect(resolveModel(`${owner}/${name}`).action).not.toBe("rewrite");
      }),
      { numRuns: 3000 },
    );
    for (const original of modelIndex().originals.values()) {
      if (original) expect(resolveModel(original.model).action).toBe("keep");
    }
  });
});
