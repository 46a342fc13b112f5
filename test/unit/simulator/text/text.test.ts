import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerPart, answerText } from "../../../../server/src/simulator/text/answerText.ts";
import { blockHashes } from "../../../../server/src/simulator/text/blockHashes.ts";
import { base64Of, cosine, embeddingOf } from "../../../../server/src/simulator/text/embedding.ts";
import { hashText, logNormal, mix } from "../../../../server/src/simulator/text/hash.ts";
import { pythonFloat, pythonText } from "../../../../server/src/simulator/text/python.ts";
import { schemaAnswer } from "../../../../server/src/simulator/text/schemaAnswer.ts";
import { countTokens, detokenize, tokenize, VOCABULARY_SIZE } from "../../../../server/src/simulator/text/tokenizer.ts";

describe("tokenizer", () => {
  test("any text comes back, in as many tokens as were counted", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const ids = tokenize(text);
        expect(ids).toHaveLength(countTokens(text));
        expect(ids.every((id) => id < VOCABULARY_SIZE)).toBe(true);
        expect(detokenize(ids)).toBe(text);
      }),
    );
  });
});

describe("answers", () => {
  test("begin with simulated and have a word a token, from wherever they are cut", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 9000 }), fc.nat(9000), (hash, tokens, cut) => {
        const text = answerText(hash, tokens);
        expect(text.split(" ")).toHaveLength(tokens);
        expect(text.startsWith("simulated")).toBe(true);
        const at = Math.min(cut, tokens);
        expect(answerPart(hash, 0, at) + answerPart(hash, at, tokens)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test("lengths are log-normal: half of them below the median", () => {
    const below = Array.from({ length: 10_000 }, (_, index) => logNormal(mix(index), 48, 0.6)).filter(
      (one) => one < 48,
    );
    expect(below.length).toBeGreaterThan(4800);
    expect(below.length).toBeLessThan(5200);
  });

  test("another seed, another hash", () => expect(hashText("a", 1)).not.toBe(hashText("a", 2)));
});

describe("names of blocks", () => {
  const shared = "The same beginning of a long prompt, shared by all. ".repeat(20);
  test("are equal as long as the texts are", () => {
    const one = blockHashes(`${shared}one`, countTokens(`${shared}one`), 16);
    const other = blockHashes(`${shared}other`, countTokens(`${shared}other`), 16);
    expect(one.length).toBeGreaterThan(10);
    expect(one).toEqual(other);
  });

  test("depend on all that came before", () => {
    const changed = blockHashes(`X${shared.slice(1)}`, countTokens(shared), 16);
    const same = blockHashes(shared, countTokens(shared), 16);
    expect(changed.filter((name) => same.includes(name))).toEqual([]);
  });
});

describe("embeddings", () => {
  test("have length 1 and are nearer for texts with common words", () => {
    const cats = embeddingOf("cats and dogs", 0);
    expect(Math.hypot(...cats)).toBeCloseTo(1);
    const near = cosine(cats, embeddingOf("dogs and cats", 0));
    expect(near).toBeGreaterThan(cosine(cats, embeddingOf("stock market report", 0)));
  });

  test("in base64 are floats of 32 bits", () => {
    const bytes = Buffer.from(base64Of([0.5, -2]), "base64");
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([0.5, -2]);
  });
});

describe("answers to a schema", () => {
  test.each<[unknown, unknown]>([
    [{ enum: ["x", "y"] }, "x"],
    [{ const: 3 }, 3],
    [{ type: "integer", minimum: 4 }, 4],
    [{ type: "array", items: { type: "boolean" }, minItems: 2 }, [true, true]],
    [{ type: "object", properties: { a: { type: "string" }, b: { type: "null" } }, required: ["b"] }, { b: null }],
    [{ anyOf: [{ type: "number" }, { type: "null" }] }, 0],
    [{ $ref: "#/$defs/x", $defs: { x: { type: ["string", "null"], minLength: 12 } } }, "simulated..."],
    [true, "simulated"],
  ])("%j", (schema, value) => expect(schemaAnswer(schema)).toEqual(value));

  test("a schema that contains itself ends", () => {
    expect(JSON.stringify(schemaAnswer({ type: "array", items: { $ref: "#" } })).length).toBeLessThan(200);
  });
});

test.each([
  ["plain", "'plain'"],
  ["it's", `"it's"`],
  [`it's "so"`, `'it\\'s "so"'`],
  ["a\nb\\", "'a\\nb\\\\'"],
])("Python writes %j as %s", (text, written) => expect(pythonText(text)).toBe(written));

test("Python writes whole floats with a point", () =>
  expect([pythonFloat(3), pythonFloat(0.5)]).toEqual(["3.0", "0.5"]));
