import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, codesOf, request } from "../../../support/batch/inMemory.ts";

/** Places as `line:column-endLine:endColumn code`. */
function places(content: string | Buffer): string[] {
  return check(content).problems.map(
    ({ line, column, endLine, endColumn, code }) => `${line}:${column}-${endLine}:${endColumn} ${code}`,
  );
}

const pretty = (value: string) => JSON.stringify(JSON.parse(value), null, 2);

describe("lines", () => {
  test("counts lines and requests, whatever the line ends", () => {
    const [a, b] = [request(), request({ custom_id: "b" })];
    for (const content of [
      `${a}\n${b}\n`,
      `${a}\r\n${b}\r\n`,
      `${a}\n${b}`,
      `\n${a}\n \t\n\n${b}\n\n`,
      `${a}\r\n\r\n${b}`,
    ]) {
      const { requests, lines, problems } = check(content);
      expect({ requests, problems }).toEqual({ requests: 2, problems: [] });
      expect(lines).toBe(content.replace(/\n$/, "").split("\n").length);
    }
  });

  test("counts columns in UTF-16 units", () => {
    expect(places(request({ custom_id: "é😀", url: "v1/embeddings" }))[0]).toBe("1:42-1:57 url.missingSlash");
  });

  test("a byte order mark does not count at the beginning of a file, and counts elsewhere", () => {
    const bad = request({ method: "post" });
    const column = bad.indexOf('"post"') + 1;
    expect(places(`\ufeff${bad}`)).toEqual(["1:1-1:1 encoding.bom", `1:${column}-1:${column + 6} method.spelling`]);
    expect(places(`${request({ custom_id: "b" })}\n\ufeff${bad}`)).toEqual([
      "2:2-2:2 encoding.bom",
      `2:${column + 1}-2:${column + 7} method.spelling`,
    ]);
  });

  test("old Mac line ends are several requests on one line", () => {
    expect(codesOf(`${request()}\r${request({ custom_id: "b" })}\r`)).toEqual(["json.severalValues"]);
  });
});

describe("an object over several lines", () => {
  const bad = request({ method: "post" });

  test("is one problem on its first line, and its own problems stand where they are", () => {
    const content = `${request({ custom_id: "b" })}\n${pretty(bad)}\n${request({ custom_id: "c" })}\n`;
    expect(places(content)).toEqual(["2:1-2:2 json.prettyPrinted", "4:13-4:19 method.spelling"]);
    const { requests, invalidLines } = check(content);
    expect(requests).toBe(3);
    expect(invalidLines.map(({ line, endLine, customId }) => [line, endLine, customId])).toEqual([[2, 15, "a"]]);
  });

  test("a whole file of them, with CR LF", () => {
    const content = [request(), request({ custom_id: "b" })].map(pretty).join("\n").replaceAll("\n", "\r\n");
    expect(places(content)).toEqual(["1:1-1:2 json.prettyPrinted", "15:1-15:2 json.prettyPrinted"]);
  });

  test("a text with a line end in it", () => {
    const content = request().replace("Hello", "Hello\nWorld");
    expect(places(content)).toEqual([
      `1:1-1:${content.indexOf("\n") + 1} json.prettyPrinted`,
      `1:${content.indexOf("\n") + 1}-2:1 json.controlCharacter`,
    ]);
  });

  test("a line that was cut off does not swallow the ones after it", () => {
    const content = `${request().slice(0, 50)}\n${request({ custom_id: "b" })}\n${request({ custom_id: "c" })}\n`;
    const { invalidLines, requests } = check(content);
    expect(requests).toBe(3);
    expect(invalidLines.map(({ line }) => line)).toEqual([1]);
  });

  test("a line that was cut off does not swallow a printed one after it", () => {
    const content = `${request().slice(0, 50)}\n${pretty(request({ custom_id: "b" }))}\n`;
    expect(codesOf(content)).toEqual(["json.unexpectedEnd", "json.prettyPrinted"]);
  });

  test("one that never ends is given up, line by line", () => {
    const content = `{\n${'"a":\n'.repeat(12_000)}`;
    const { requests, invalid } = check(content);
    expect(requests).toBe(12_001);
    expect(invalid).toBe(12_001);
  });
});

describe("a file that is one array", () => {
  const [a, b] = [request(), request({ custom_id: "b", method: "post" })];

  test.each([
    ["on one line", `[${a}, ${b}]`],
    ["an element per line", `[\n${a},\n${b}\n]\n`],
    ["printed", pretty(`[${a},${b}]`)],
    ["commas first", `[${a}\n,${b}\n]`],
    ["after an empty line", `\n[\n${a},\n${b}\n]\n`],
  ])("%s: told once, and the elements are judged", (_, content) => {
    expect(codesOf(content)).toEqual(["method.spelling", "file.arrayFile"]);
    const { requests, invalid, invalidLines } = check(content);
    expect({ requests, invalid }).toEqual({ requests: 2, invalid: 2 });
    expect(invalidLines.map(({ customId }) => customId)).toEqual(["a", "b"]);
    expect(invalidLines.every(({ problems }) => problems[0]?.code === "file.arrayFile")).toBe(true);
  });

  test("places in elements", () => {
    expect(places(`[\n  ${b}\n]`)[0]).toBe(`2:${b.indexOf('"post"') + 3}-2:${b.indexOf('"post"') + 9} method.spelling`);
    expect(places(pretty(`[${b}]`))[0]).toBe("4:15-4:21 method.spelling");
  });

  test.each([
    ["a comma after the last", `[${a},\n]`, ["json.trailingComma", "file.arrayFile"]],
    ["a comma missing", `[\n${a}\n${request({ custom_id: "b" })}]`, ["json.missingComma", "file.arrayFile"]],
    ["a comma too many", `[${a},,\n${request({ custom_id: "b" })}]`, ["json.extraComma", "file.arrayFile"]],
    ["no end", `[\n${a}\n`, ["json.unexpectedEnd", "file.arrayFile"]],
    ["more after the end", `[${a}] x`, ["json.trailingText", "json.unquotedText", "file.arrayFile"]],
    ["no object", `[\n${a}, 1]`, ["line.notObject", "file.arrayFile"]],
  ])("with %s", (_, content, codes) => {
    expect(codesOf(content)).toEqual(codes);
  });

  test("what follows the array are lines again", () => {
    expect(codesOf(`[${a}]\n${b}\n`)).toEqual(["method.spelling", "file.arrayFile"]);
  });

  test("an opening bracket that was forgotten on a line is no array of a file", () => {
    const { invalidLines } = check(`[${a}\n${request({ custom_id: "b" })}\n`);
    expect(invalidLines.map(({ line }) => line)).toEqual([1]);
  });

  test("on one line it is called JSON just when it is", () => {
    const piece = fc.constantFrom("[", "]", "{", "}", ",", " ", "{}", '{"a":1}', '"', "1", "\u00a0", "\t", "\f", "x");
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => `[{${pieces.join("")}`);
    fc.assert(
      fc.property(text, (line) => {
        let isJson = true;
        try {
          JSON.parse(line);
        } catch {
          isJson = false;
        }
        expect(
          codesOf(line).some((code) => code.startsWith("json.")),
          line,
        ).toBe(!isJson);
      }),
      { numRuns: 5000 },
    );
  });
});

test("each line that is not empty is part of an invalid request, or is a good one", () => {
  const piece = fc.constantFrom(
    ...[request(), pretty(request()), request().slice(0, 40), "", "  ", "{", "}", "[", "]", "1", '"custom_id": "x",'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const content = pieces.join("\n");
      const lines = content.split("\n");
      const covered = new Set<number>();
      const { invalidLines, requests, invalid } = check(content);
      for (const { line, endLine } of invalidLines) for (let one = line; one <= endLine; one += 1) covered.add(one);
      expect(invalidLines).toHaveLength(invalid);
      if (codesOf(content).includes("file.arrayFile")) return;
      const good = lines.filter((text, index) => text.trim() !== "" && !covered.has(index + 1));
      expect(good).toHaveLength(requests - invalid);
      expect(good.every((text) => text === request())).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
