import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fillingRequests, judgeAnswer, requestsAtOnce } from "../../../../server/src/engine/tune/contextLoad.ts";
import { measuredBlockTokens, plannedBlockTokens } from "../../../../server/src/engine/tune/kvBlocks.ts";
import { aProfile } from "../../../support/engine/crash.ts";

describe("requests that fill a context", () => {
  test("have exactly its length, answer included, and no two begin alike", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 1, max: 8 }), (length, count) => {
        const requests = fillingRequests("m", length, count);
        expect(requests).toHaveLength(count);
        for (const { prompt, max_tokens } of requests) expect(prompt.length + max_tokens).toBe(length);
        if (length > 40) expect(new Set(requests.map(({ prompt }) => prompt.slice(0, 16).join())).size).toBe(count);
      }),
    );
  });

  test("are one more than has room, within limits", () => {
    expect([null, 1, 1.4, 3.9, 100].map(requestsAtOnce)).toEqual([2, 2, 2, 4, 8]);
  });
});

describe("an answer", () => {
  const [request] = fillingRequests("m", 100, 1);
  if (request === undefined) throw new Error("One was asked for.");
  const reply = (body: object, statusCode = 200) => judgeAnswer(request, { statusCode, text: JSON.stringify(body) });
  const whole = { choices: [{ finish_reason: "length" }], usage: { total_tokens: 100 } };

  test("is complete when it was cut off by its own length and counts every token", () => {
    expect(reply(whole)).toEqual({ kind: "complete" });
  });

  test("that the engine broke off is none, though it came with 200 (VLLM.md 3.2)", () => {
    expect(reply({ ...whole, choices: [{ finish_reason: "abort" }] })).toMatchObject({ kind: "broken" });
    expect(reply({})).toMatchObject({ kind: "broken" });
  });

  test("that counts other tokens proves nothing about the context", () => {
    expect(reply({ ...whole, usage: { total_tokens: 99 } })).toEqual({
      kind: "refused",
      why: "it counts 99 tokens instead of 100",
    });
  });

  test("tells a request that is not wanted from an engine that fails", () => {
    const error = { error: { message: "The model does not support Completions API" } };
    expect(reply(error, 404)).toEqual({
      kind: "refused",
      why: "HTTP 404: The model does not support Completions API",
    });
    expect(reply({ message: "flat" }, 400)).toMatchObject({ kind: "refused", why: "HTTP 400: flat" });
    expect(reply({}, 500)).toEqual({ kind: "broken", why: "HTTP 500" });
    expect(judgeAnswer(request, "socket hang up")).toEqual({ kind: "broken", why: "socket hang up" });
    expect(judgeAnswer(request, { statusCode: 200, text: "<html>" })).toMatchObject({ kind: "broken" });
  });
});

describe("a block of the KV cache", () => {
  test("has as many tokens as set, else vLLM's default", () => {
    expect(plannedBlockTokens(aProfile({ "block-size": 32 }))).toBe(32);
    expect(plannedBlockTokens(aProfile())).toBe(16);
  });

  test("is read from the metrics of an engine that runs", () => {
    const line =
      'vllm:cache_config_info{cache_dtype="auto",block_size="128",num_gpu_blocks="9",user_block_size="1"} 1.0';
    expect(measuredBlockTokens(`# HELP vllm:x y\n${line}\n`)).toBe(128);
    expect(measuredBlockTokens("nothing")).toBeNull();
  });
});
