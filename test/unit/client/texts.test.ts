import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { sourceTexts } from "../../support/extension/sourceTexts.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const texts = await sourceTexts(path.join(root, "client", "src"));

async function readTexts(file: string): Promise<Record<string, string>> {
  return JSON.parse(await readFile(path.join(root, file), "utf8")) as Record<string, string>;
}

const bundle = await readTexts("l10n/bundle.l10n.de.json");
const [english, german] = [await readTexts("package.nls.json"), await readTexts("package.nls.de.json")];

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();

describe("the texts of the extension's code", () => {
  it("are found", () => {
    expect(texts.length).toBeGreaterThan(100);
  });

  it("are written out, so that they can be translated", () => {
    expect(texts.filter(({ text }) => text === null)).toEqual([]);
  });

  it("have a German translation each, and no translation is of nothing", () => {
    const written = new Set(texts.map(({ text }) => text ?? ""));
    expect(Object.keys(bundle).toSorted()).toEqual([...written].toSorted());
  });

  it("use the same values in both languages, and those that they are given", () => {
    for (const [text, translation] of Object.entries(bundle)) {
      expect(placeholders(translation), text).toEqual(placeholders(text));
    }
    for (const { file, text, values } of texts) {
      if (!Number.isNaN(values)) expect(placeholders(text ?? "").length, `${file}: ${String(text)}`).toBe(values);
    }
  });
});

describe("the texts of package.json", () => {
  const used = JSON.stringify(packageJson).match(/(?<=")%[^%"]+%(?=")/g) ?? [];

  it("are there in English and German, and none is left over", () => {
    const keys = [...new Set(used.map((name) => name.slice(1, -1)))].toSorted();
    expect(Object.keys(english).toSorted()).toEqual(keys);
    expect(Object.keys(german).toSorted()).toEqual(keys);
  });

  it("lead to the same commands in both languages", () => {
    const links = (text = "") => text.match(/\(command:[^)]+\)/g) ?? [];
    for (const [key, text] of Object.entries(english)) expect(links(german[key]), key).toEqual(links(text));
  });
});
