import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter, type RawLine } from "../../../server/src/util/lineSplitter.ts";

/** The lines of a file that is read in these chunks. The chunks' buffer is overwritten after each push, as a reader does. */
function split(chunks: readonly string[]) {
  const lines: { number: number; byteOffset: number; text: string; terminated: boolean }[] = [];
  const splitter = new LineSplitter();
  const keep = (line: { number: number; byteOffset: number; bytes: Buffer; terminated: boolean }) => {
    lines.push({
      number: line.number,
      byteOffset: line.byteOffset,
      text: line.bytes.toString(),
      terminated: line.terminated,
    });
  };
  for (const chunk of chunks) {
    const buffer = Buffer.from(chunk);
    splitter.push(buffer, keep);
    buffer.fill("#");
  }
  splitter.end(keep);
  return lines;
}

describe("cutting chunks into lines", () => {
  it("gives number, byte offset and whether the line was ended", () => {
    expect(split(["é\nb", "c\n", "\nlast"])).toEqual([
      { number: 1, byteOffset: 0, text: "é", terminated: true },
      { number: 2, byteOffset: 3, text: "bc", terminated: true },
      { number: 3, byteOffset: 6, text: "", terminated: true },
      { number: 4, byteOffset: 7, text: "last", terminated: false },
    ]);
  });

  it("sees no line after a final newline, and none in an empty file", () => {
    expect(split(["a\n"])).toHaveLength(1);
    expect(split([])).toEqual([]);
  });

  it("does not depend on where the chunks end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "bc", "\n", "\r\n", "ü")),
        fc.array(fc.nat(8), { minLength: 1 }),
        (pieces, cuts) => {
          const bytes = Buffer.from(pieces.join(""));
          const chunks: string[] = [];
          for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
            const size = 1 + (cuts[cut % cuts.length] ?? 0);
            chunks.push(bytes.subarray(at, at + size).toString("latin1"));
            at += size;
          }
          const asLatin1 = split(chunks.map((chunk) => chunk));
          expect(asLatin1).toEqual(split([bytes.toString("latin1")]));
        },
      ),
    );
  });

  it("tells only the length of a line beyond the limit, and goes on behind it", () => {
    for (const size of [1, 3, 100]) {
      const splitter = new LineSplitter(5);
      const lines: { number: number; byteOffset: number; text: string; omittedBytes?: number }[] = [];
      const keep = ({ number, byteOffset, bytes, omittedBytes }: RawLine) =>
        lines.push({ number, byteOffset, text: bytes.toString(), ...(omittedBytes !== undefined && { omittedBytes }) });
      const content = "12345\n123456\nab\n1234567";
      for (let at = 0; at < content.length; at += size) splitter.push(Buffer.from(content.slice(at, at + size)), keep);
      splitter.end(keep);
      expect(lines).toEqual([
        { number: 1, byteOffset: 0, text: "12345" },
        { number: 2, byteOffset: 6, text: "", omittedBytes: 6 },
        { number: 3, byteOffset: 13, text: "ab" },
        { number: 4, byteOffset: 16, text: "", omittedBytes: 7 },
      ]);
    }
  });
});
