import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, codesOf, fix, fixText, request } from "../../../support/batch/inMemory.ts";

const pretty = (value: string) => JSON.stringify(JSON.parse(value), null, 2);

describe("fix", () => {
  test("leaves every line alone that has nothing to mend, to the byte", () => {
    const odd = request()
      .replace('"method":"POST"', '"method" :\t"POST" ,"n":12345678901234567890.10')
      .replace("Hello", "\\u00e9");
    const content = `${odd}\r\n\n  \n${request({ method: "post", custom_id: "b" })}\r\n${request({ custom_id: "c" })}`;
    const { output, changedLines, applied } = fix(content);
    expect(output.toString()).toBe(content.replace('"post"', '"POST"'));
    expect({ changedLines, applied }).toEqual({ changedLines: 1, applied: { "method.spelling": 1 } });
  });

  test("keeps bytes that are not UTF-8, and other lines around them", () => {
    const content = Buffer.concat([
      Buffer.from(`${request({ method: "post" })}\n["`),
      Buffer.from([0xe9]),
      Buffer.from('"]\n'),
    ]);
    expect(fix(content).output.equals(Buffer.from(content.toString("latin1").replace("post", "POST"), "latin1"))).toBe(
      true,
    );
  });

  test("makes all safe fixes of a line, and leaves the suggested ones", () => {
    const line = request({ custom_id: 1, method: "GET", url: "v1/chat/completions" });
    expect(fixText(line)).toBe(request({ custom_id: "1", method: "GET" }));
    expect(fixText(line, { suggested: true })).toBe(request({ custom_id: "1" }));
  });

  test("neither mends nor counts what is ignored", () => {
    const line = request({ method: "post", url: "v1/chat/completions", priority: 1 });
    const { output, applied, left, counts } = fix(line, { ignored: new Set(["method.spelling", "line.unknownKey"]) });
    expect(output.toString()).toBe(line.replace("v1/", "/v1/"));
    expect({ applied, left }).toEqual({ applied: { "url.missingSlash": 1 }, left: {} });
    expect(counts).toEqual({ error: 0, warning: 0, info: 0 });
  });

  test("mends the text, and then what the text says", () => {
    const line = `${request({ method: "post" }).replaceAll('"', "'").slice(0, -1)},}`;
    const { output, applied } = fix(line);
    expect(output.toString()).toBe(request());
    expect(applied).toEqual({ "json.singleQuotes": 1, "json.trailingComma": 1, "method.spelling": 1 });
  });

  test("leaves a line alone that it cannot make JSON", () => {
    const line = `{'a': 1, "b":`;
    const { output, applied, left } = fix(line);
    expect(output.toString()).toBe(line);
    expect(applied).toEqual({});
    expect(left).toMatchObject({ "json.singleQuotes": 1, "json.unexpectedEnd": 1 });
  });

  test("parts two requests on a line, with the file's line end", () => {
    const [a, b] = [request(), request({ custom_id: "b" })];
    expect(fixText(`${a} ${b}\r\n${request({ custom_id: "c" })}\r\n`)).toBe(
      `${a}\r\n${b}\r\n${request({ custom_id: "c" })}\r\n`,
    );
    expect(fixText(`${a}\r${b}`)).toBe(`${a}\n${b}`);
  });

  test("joins an object over several lines", () => {
    const content = `${pretty(request())}\n${request({ custom_id: "b" })}\n`;
    const { output, changedLines, applied } = fix(content);
    expect(
      output
        .toString()
        .split("\n")
        .map((line) => line && (JSON.parse(line) as unknown)),
    ).toEqual([JSON.parse(request()), JSON.parse(request({ custom_id: "b" })), ""]);
    expect({ changedLines, applied }).toEqual({ changedLines: 14, applied: { "json.prettyPrinted": 1 } });
  });

  test("escapes a line end within a text", () => {
    expect(fixText(`${request().replace("Hello", "Hello\nWorld")}\n`)).toBe(
      `${request().replace("Hello", "Hello\\nWorld")}\n`,
    );
  });

  test.each([
    ["on one line", (a: string, b: string) => `[${a}, ${b}]`],
    ["an element per line", (a: string, b: string) => `[\n${a},\n${b}\n]\n`],
    ["commas first", (a: string, b: string) => `[${a}\n,${b}\n]`],
    ["printed", (a: string, b: string) => pretty(`[${a},${b}]`)],
    ["with a comma after the last", (a: string, b: string) => `[${a},\n${b},\n]`],
    ["without an end", (a: string, b: string) => `[${a},\n${b}`],
    ["with a request after its end", (a: string, b: string) => `[${a}] ${b}`],
  ])("makes lines of an array %s", (_, write) => {
    const [a, b] = [request(), request({ custom_id: "b", method: "post" })];
    const { output, left } = fix(write(a, b));
    const lines = output.toString().split("\n");
    expect(lines.map((line) => line && (JSON.parse(line) as unknown))).toEqual([
      JSON.parse(a),
      JSON.parse(request({ custom_id: "b" })),
      "",
    ]);
    expect(left).toEqual({});
  });

  test("loses nothing of an array with a broken element", () => {
    const output = fixText(`[${request()},\n{"custom_id": "b", oops\n},\n${request({ custom_id: "c" })}]`);
    expect(output).toContain('{"custom_id": "b", oops');
    expect(output.split("\n").filter((line) => line.startsWith('{"custom_id":"'))).toEqual([
      request(),
      request({ custom_id: "c" }),
    ]);
  });

  test("removes a byte order mark", () => {
    expect(fixText(`\ufeff${request()}\n`)).toBe(`${request()}\n`);
  });

  test("gives the later of two equal ids another, when asked to suggest", () => {
    const content = `${request()}\n${request({ method: "post" })}\n`;
    expect(fix(content).left).toEqual({ "customId.duplicate": 1 });
    const { output, left, applied } = fix(content, { suggested: true });
    expect(output.toString()).toBe(`${request()}\n${request({ custom_id: "a-2" })}\n`);
    expect(left).toEqual({});
    expect(applied).toEqual({ "method.spelling": 1, "customId.duplicate": 1 });
  });

  test("sets the model on all requests, there or not", () => {
    const messages = [{ role: "user", content: "Hello" }];
    const content = [
      request({ body: { model: "old", messages } }),
      request({ custom_id: "b", body: { messages } }),
      request({ custom_id: "c", body: { model: "new", messages } }),
      "not JSON",
    ].join("\n");
    const { output, applied } = fix(content, { model: "new" });
    expect(output.toString()).toBe(
      [
        request({ body: { model: "new", messages } }),
        request({ custom_id: "b", body: { messages, model: "new" } }),
        request({ custom_id: "c", body: { model: "new", messages } }),
        "not JSON",
      ].join("\n"),
    );
    expect(applied["option.model"]).toBe(2);
  });

  test("says what is left in the output", () => {
    const { left, counts } = fix(`${request({ url: "x" })}\n${request()}\n`);
    expect(left).toEqual({ "url.unknown": 1, "customId.duplicate": 1 });
    expect(counts).toEqual({ error: 2, warning: 0, info: 0 });
  });
});

describe("for any file", () => {
  const broken = fc
    .tuple(fc.nat(), fc.constantFrom("", ",", "'", '"', "\\", "}", "\n", "None", "{", "]"))
    .map(([at, text]) => {
      const line = request({ custom_id: "x" });
      const position = at % line.length;
      return line.slice(0, position) + text + line.slice(position + 1);
    });
  const odd = fc.constantFrom(
    ...[
      request({ method: "post" }),
      request({ url: "v1/embeddings" }),
      request({ custom_id: 5 }),
      "",
      "  ",
      "[",
      "]",
      "{",
      "}",
    ],
    ...[
      pretty(request({ custom_id: "p" })),
      `[${request()}]`,
      `${request()},`,
      "\ufeff1",
      "'a'",
      `${request()}${request()}`,
    ],
  );
  const good = fc.nat({ max: 50 }).map((id) => request({ custom_id: `good-${id}` }));
  const file = fc
    .tuple(fc.array(fc.oneof(broken, odd, good), { maxLength: 8 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
    .map(([lines, end, last]) => lines.join(end) + (last ? end : ""));

  test("a second run changes nothing, and the output is as good as the summary says", () => {
    fc.assert(
      fc.property(file, fc.boolean(), (content, suggested) => {
        const first = fix(content, { suggested });
        const isBroken = Object.keys(first.left).some((code) => code.startsWith("json."));
        // A broken element of an array stays as it is, and may then be several broken lines.
        if ("file.arrayFile" in first.applied && isBroken) return;
        const second = fix(first.output, { suggested });
        expect(second.output.toString()).toBe(first.output.toString());
        expect(second).toMatchObject({ changedLines: 0, applied: {} });
        expect(first.left).toEqual(check(first.output).byCode);
      }),
      { numRuns: 3000 },
    );
  });

  test("no good line is lost or touched", () => {
    fc.assert(
      fc.property(file, (content) => {
        const output = fixText(content).split(/\r?\n/);
        const lines = content.split(/\r?\n/);
        const isArray = codesOf(content).includes("file.arrayFile");
        for (const line of lines.filter((one) => one.includes("good-") && codesOf(one).length === 0)) {
          const count = (all: readonly string[]) => all.filter((one) => one === line).length;
          expect(count(output) >= count(lines) || isArray, line).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
