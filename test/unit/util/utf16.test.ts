import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detectUtf16, Utf16Translator } from "../../../server/src/util/utf16.ts";

const bigEndian = (text: string) => Buffer.from(text, "utf16le").swap16();

describe("UTF-16", () => {
  test.each([
    ["little, with a mark", Buffer.from("\ufeff{}", "utf16le"), "utf-16le"],
    ["big, with a mark", bigEndian("\ufeff{}"), "utf-16be"],
    ["little, without", Buffer.from("{}", "utf16le"), "utf-16le"],
    ["big, without", bigEndian("{}"), "utf-16be"],
    ["UTF-8", Buffer.from("{} \0"), null],
    ["UTF-8 with a mark", Buffer.from("\ufeff{}"), null],
    ["zeros", Buffer.alloc(10), null],
    ["too short to tell", Buffer.from([0x7b, 0]), null],
    ["nothing", Buffer.alloc(0), null],
  ])("is known by its first bytes: %s", (_, bytes, wanted) => {
    expect(detectUtf16(bytes)).toBe(wanted);
  });

  test("is translated, however it is cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat(50)), fc.boolean(), (text, cuts, isBig) => {
        const bytes = isBig ? bigEndian(text) : Buffer.from(text, "utf16le");
        const translator = new Utf16Translator(isBig ? "utf-16be" : "utf-16le");
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = edges.slice(1).map((edge, index) => translator.push(bytes.subarray(edges[index], edge)));
        const translated = Buffer.concat([...pieces, translator.end()]).toString();
        expect(translated).toBe(text.replace(/^\ufeff/, ""));
      }),
    );
  });

  test("half a character becomes U+FFFD", () => {
    const translator = new Utf16Translator("utf-16le");
    const out = [translator.push(Buffer.from([0x3d, 0xd8, 0x61, 0x00, 0x62])), translator.end()];
    expect(Buffer.concat(out).toString()).toBe("\ufffda\ufffd");
  });
});
