import { describe, expect, test } from "vitest";
import { isAuthorised } from "../../../../server/src/simulator/http/authorisation.ts";
import { parseMultipart } from "../../../../server/src/simulator/http/multipart.ts";
import { findRoute, routesFor } from "../../../../server/src/simulator/http/routes.ts";

describe("routes", () => {
  const routes = routesFor(["generate"]);
  test.each([
    ["POST", "/v1/chat/completions", "route"],
    ["GET", "/v1/chat/completions", "wrong-method"],
    ["HEAD", "/health", "wrong-method"],
    ["POST", "/v1/embeddings", "unknown"],
    ["GET", "/v1/models/", "redirect"],
    ["GET", "/metrics/", "route"],
    ["GET", "/v1/responses/abc", "route"],
    ["GET", "/v1/responses/abc/def", "unknown"],
    ["GET", "/", "unknown"],
  ])("%s %s is %s", (method, path, kind) => expect(findRoute(routes, method, path).kind).toBe(kind));

  test("an embedding model has others", () => {
    const embed = routesFor(["embed"]);
    expect(findRoute(embed, "POST", "/v1/embeddings").kind).toBe("route");
    expect(findRoute(embed, "POST", "/v1/chat/completions").kind).toBe("unknown");
  });
});

describe("keys", () => {
  const keys = ["a", "b"];
  test.each([
    ["GET", "/v1/models", "Bearer b", true],
    ["GET", "/v1/models", "bearer a", true],
    ["GET", "/v1/models", "Bearer c", false],
    ["GET", "/v1/models", "a", false],
    ["GET", "/v1/models", undefined, false],
    ["GET", "/v2/rerank", undefined, false],
    ["OPTIONS", "/v1/models", undefined, true],
    ["GET", "/health", undefined, true],
    ["POST", "/tokenize", undefined, true],
  ])("%s %s with %s", (method, path, header, passes) => expect(isAuthorised(keys, method, path, header)).toBe(passes));

  test("without keys all pass", () => expect(isAuthorised([], "GET", "/v1/models", undefined)).toBe(true));
});

describe("multipart", () => {
  const form = [
    '--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper\r\n',
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n\r\n\r\n\u0000RIFF\r\n',
    "--x--\r\n",
  ].join("");

  test("parts keep their bytes", () => {
    const parts = parseMultipart('multipart/form-data; boundary="x"', Buffer.from(form));
    expect(parts?.map((part) => [part.name, part.fileName, part.content.toString()])).toEqual([
      ["model", undefined, "whisper"],
      ["file", "a.wav", "\r\n\r\n\u0000RIFF"],
    ]);
  });

  test("anything else is no form", () => {
    expect(parseMultipart("application/json", Buffer.from("{}"))).toBeUndefined();
    expect(parseMultipart("multipart/form-data; boundary=y", Buffer.from(form))).toEqual([]);
  });
});
