import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitEnvelope } from "../../../server/src/batch/envelope.ts";
import { isObject } from "../../../server/src/util/unknown.ts";

const split = (text: string) => {
  const envelope = splitEnvelope(Buffer.from(text));
  return envelope && { ...envelope, body: envelope.body.toString() };
};

/** What JSON.parse says about the same line. */
function expected(text: string): { customId: string; url: string; body: unknown } | null {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) return null;
  const { custom_id: customId, url, body } = value;
  return typeof customId === "string" && typeof url === "string" && isObject(body) ? { customId, url, body } : null;
}

const space = fc.stringMatching(/^[ \t\r\n]{0,2}$/);
const key = fc.oneof(
  fc.constantFrom('"custom_id"', '"url"', '"body"', '"method"', '"custom\\u005fid"', '"x"', '"\\""'),
  fc.string().map((text) => JSON.stringify(text)),
);
const value = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
  fc.jsonValue().map((json) => JSON.stringify(json)),
  fc.dictionary(fc.string(), fc.jsonValue()).map((object) => JSON.stringify(object, null, 1)),
  fc.constantFrom('"\\\\"', '"a\\"b\\\\\\""', "12345678901234567890.50", '{"}":"]{"}', "{}", '""', "-1e-7"),
);
const member = fc
  .tuple(space, key, space, space, value, space)
  .map(([a, k, b, c, v, d]) => `${a}${k}${b}:${c}${v}${d}`);
const line = fc
  .tuple(space, fc.array(member, { maxLength: 8 }), space)
  .map(([before, members, after]) => `${before}{${members.length === 0 ? " " : members.join(",")}}${after}`);
const request = fc
  .tuple(fc.shuffledSubarray(['"custom_id":"a\\n"', '"url" : "/v1/x"', '"body":{"n":1.0}'], { minLength: 3 }), line)
  .map(([members, rest]) => `{${members.join(",")},"rest":${rest}}`);

describe("splitEnvelope", () => {
  test("agrees with JSON.parse on every valid line", () => {
    const check = (text: string) => {
      const envelope = split(text);
      const want = expected(text);
      expect(envelope && { ...envelope, body: JSON.parse(envelope.body) as unknown }).toEqual(want);
    };
    fc.assert(fc.property(line, check), { numRuns: 3000 });
    fc.assert(fc.property(request, check), { numRuns: 1000 });
  });

  test("keeps the bytes of the body as they stand", () => {
    const body = '{ "seed":12345678901234567890, "b" : 1.0,"a":"\\u00e9 😀" }';
    expect(split(`{"custom_id":"a","body": ${body} ,"url":"/v1/x"}\r`)?.body).toBe(body);
  });

  test.each([
    "",
    "{",
    "[]",
    "{}",
    '{"custom_id":"a","url":"/v1/x"}',
    '{"custom_id":"a","url":"/v1/x","body":[]}',
    '{"custom_id":1,"url":"/v1/x","body":{}}',
    '{"custom_id":"a","url":"/v1/x","body":{}} x',
    '{"custom_id":"a","url":"/v1/x","body":{}',
    '{"custom_id":"a","url":"/v1/x","body":{"a":"',
    '{"custom_id":"\\x","url":"/v1/x","body":{}}',
    '{"custom_id":"a","url":"/v1/x","body":}',
  ])("answers null to %s", (text) => {
    expect(split(text)).toBeNull();
  });

  test("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        splitEnvelope(Buffer.from(bytes));
      }),
    );
    const text = '{"custom_id":"a","url":"/v1/x","body":{"a":["\\"",{}]}}';
    for (let length = 0; length < text.length; length += 1) expect(split(text.slice(0, length))).toBeNull();
  });

  test("takes a body of any depth", () => {
    const body = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    expect(split(`{"custom_id":"a","url":"/v1/x","body":${body}}`)?.body).toBe(body);
  });
});
