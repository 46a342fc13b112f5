import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { expandBraces, expandTogether } from "../../../../server/src/batch/models/expandBraces.ts";
import { buildIndex, modelIndex } from "../../../../server/src/batch/models/modelIndex.ts";
import { modelNames, type ModelNames } from "../../../../server/src/batch/models/modelNames.ts";

const schema: object = JSON.parse(
  readFileSync(new URL("../../../../schemas/model-names.schema.json", import.meta.url), "utf8"),
);

/** What Hugging Face takes as an id (huggingface_hub, validate_repo_id). */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$/;

const empty: ModelNames = { families: [], publishers: [], converters: [], ollamaAccounts: [], uploads: [] };

describe("schemas/model-names.json", () => {
  it("is as its schema says", () => {
    const validate = new Ajv({ allErrors: true }).compile(schema);
    validate(modelNames);
    expect(validate.errors).toBeNull();
  });

  it("names each family once, in order", () => {
    const names = modelNames.families.map((family) => family.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual([...names].sort((one, other) => (one < other ? -1 : 1)));
  });

  it("has only ids that Hugging Face takes, with every template expanded", () => {
    const { families, originals, uploads } = modelIndex();
    const ids = [
      ...[...families.values()].flatMap(({ builds, unclear }) => [
        ...[...builds.values()].flatMap((build) => [build.model, ...build.also]),
        ...[...unclear.values()].flat(),
      ]),
      ...[...originals.values()].flatMap((original) => original?.model ?? []),
      ...[...uploads.values()].flat(),
    ];
    expect(ids.length).toBeGreaterThan(1500);
    expect(ids.filter((id) => !ID.test(id) || id.length > 96)).toEqual([]);
  });

  it("has no name that two publishers use", () => {
    const shared = [...modelIndex().originals].filter(([, original]) => original === null).map(([name]) => name);
    expect(shared).toEqual([]);
  });

  it("says for each tag one thing: a repository or a choice", () => {
    for (const family of modelIndex().families.values()) {
      expect([...family.unclear.keys()].filter((tag) => family.builds.has(tag))).toEqual([]);
      expect([...family.builds.keys(), ...family.unclear.keys()].length, family.name).toBeGreaterThan(0);
    }
  });

  it("has accounts in lower case, as they are looked up", () => {
    expect(modelNames.ollamaAccounts.filter((name) => name !== name.toLowerCase())).toEqual([]);
  });
});

describe("an index over wrong data", () => {
  const family = { name: "a", repositories: { "o/A": "7b", "o/B": "7b" } };

  it("is refused when a tag is given twice", () => {
    expect(() => buildIndex({ ...empty, families: [family] })).toThrow("a: the tag 7b is given twice");
  });

  it("is refused when an alias leads nowhere", () => {
    const families = [{ name: "a", aliases: { chat: "8b" }, repositories: { "o/A": "7b" } }];
    expect(() => buildIndex({ ...empty, families })).toThrow("a: no tag 8b for chat");
  });

  it("is refused when templates do not run in step", () => {
    expect(() => expandTogether(["o/{A|B}", "{a|b|c}"])).toThrow("different length");
  });

  it("knows a name of two publishers as nobody's", () => {
    const publishers = ["o", "p"].map((name) => ({ name, gated: false, models: ["A"] }));
    expect(buildIndex({ ...empty, publishers }).originals.get("a")).toBeNull();
  });
});

describe("templates", () => {
  it("stand for each option in turn", () => {
    expect(expandBraces("{a|b}-{1|2}")).toEqual(["a-1", "a-2", "b-1", "b-2"]);
    expect(expandBraces("plain")).toEqual(["plain"]);
  });

  it("run in step side by side", () => {
    expect(expandTogether(["o/X-{7B|13B}", "{} {}-it", "o/Y-{7b|13b}", "same"])).toEqual([
      ["o/X-7B", "7b 7b-it", "o/Y-7b", "same"],
      ["o/X-13B", "13b 13b-it", "o/Y-13b", "same"],
    ]);
  });
});
