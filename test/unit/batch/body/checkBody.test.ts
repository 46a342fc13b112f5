import { describe, expect, test } from "vitest";
import { checkBody } from "../../../../server/src/batch/body/checkBody.ts";
import type { BodyKind } from "../../../../server/src/batch/endpoints.ts";
import type { Finding } from "../../../../server/src/batch/finding.ts";
import type { JsonObject } from "../../../../server/src/util/unknown.ts";
import { check, checkWhole, edited, inShort } from "../../../support/bodies/check.ts";
import { plainBodies } from "../../../support/bodies/madeBody.ts";
import { allKinds } from "../../../support/bodies/verdictTable.ts";

test.each(allKinds)("has nothing to say about a plain body: %s", (kind) => {
  expect(check(kind, {})).toEqual([]);
});

/** [kind, fields, what is found: code and place in the body]. */
const cases: readonly [BodyKind, JsonObject, string[]][] = [
  // Types, ranges, words.
  ["chat", { temperature: "hot" }, ["body.type temperature"]],
  ["chat", { temperature: "0.7" }, ["body.coerced temperature"]],
  ["chat", { temperature: "3" }, ["body.range temperature"]],
  ["chat", { temperature: 2.1 }, ["body.range temperature"]],
  ["chat", { top_p: 0 }, ["body.range top_p"]],
  ["chat", { n: 1.5 }, ["body.type n"]],
  ["chat", { reasoning_effort: "ultra" }, ["body.value reasoning_effort"]],
  ["chat", { bad_words: null }, ["body.type bad_words"]],
  ["completion", { n: null }, ["body.type n"]],
  ["chat", { n: null }, []],
  ["chat", { top_logprobs: "5", logprobs: true }, ["body.type top_logprobs"]],
  ["chat", { thinking_token_budget: "5" }, ["body.type thinking_token_budget"]],
  ["chat", { stop: ["a", "b", "c", "d", "e"] }, ["body.range stop"]],
  ["chat", { stop: ["a", ""] }, ["body.empty stop.1"]],
  ["chat", { cache_salt: "a/b" }, ["body.value cache_salt"]],
  ["chat", { logit_bias: { cat: 5 } }, ["body.value logit_bias.cat"]],
  // What must be there.
  ["chat", { messages: undefined }, ["body.required "]],
  ["chat", { messages: [] }, ["body.empty messages"]],
  ["chat", { model: undefined }, ["body.missingModel "]],
  ["chat", { model: " " }, ["body.missingModel model"]],
  ["chat", { model: 5 }, ["body.type model"]],
  ["completion", { prompt: undefined }, ["body.required "]],
  ["completion", { prompt: "" }, ["body.empty prompt"]],
  ["embedding", { input: undefined }, ["body.required "]],
  ["score", { text_2: undefined }, ["body.required "]],
  ["rerank", { query: undefined }, ["body.required "]],
  ["transcription", { file_url: undefined }, ["body.required "]],
  // What has no effect.
  ["chat", { user: "me" }, ["body.ignored user"]],
  ["chat", { user: null }, []],
  ["chat", { temprature: 1 }, ["body.ignored temprature"]],
  ["chat", { best_of: 2 }, ["body.removed best_of"]],
  ["chat", { guided_json: {} }, ["body.removed guided_json"]],
  ["chat", { extra_body: { top_k: 5 } }, ["body.extraBody extra_body"]],
  ["chat", { max_tokens: 5 }, ["body.ignored max_tokens"]],
  ["chat", { use_beam_search: true, top_p: 5 }, ["body.ignored use_beam_search"]],
  ["chat", { length_penalty: 2 }, ["body.ignored length_penalty"]],
  ["response", { top_logprobs: 5 }, ["body.ignored top_logprobs"]],
  ["score", { queries: "a" }, ["body.ignored queries"]],
  ["chat", { truncation_side: "left" }, ["body.ignored truncation_side"]],
  ["chat", { truncation_side: "left", truncate_prompt_tokens: 5 }, []],
  ["response", { include: ["reasoning.encrypted_content"] }, ["body.ignored include.0"]],
  ["response", { include: ["message.output_text.logprobs"], top_logprobs: 5 }, []],
  ["response", { service_tier: "flex" }, ["body.ignored service_tier"]],
  ["response", { service_tier: "auto" }, []],
  ["response", { max_tool_calls: 3 }, ["body.ignored max_tool_calls"]],
  ["response", { reasoning: { effort: "low", summary: "auto" } }, ["body.ignored reasoning.summary"]],
  ["embedding", { messages: [{ role: "user", content: "x" }] }, ["body.ignored messages"]],
  ["embedding", { add_generation_prompt: true }, ["body.ignored add_generation_prompt"]],
  ["embedding", { input: [{ role: "user", content: "x" }], add_generation_prompt: true }, []],
  ["chat", { messages: [{ role: "user", content: "x", mood: 1 }] }, ["body.ignored messages.0.mood"]],
  ["chat", { messages: [{ role: "user", content: "x", tool_calls: [] }] }, ["body.ignored messages.0.tool_calls"]],
  ["chat", { messages: [{ role: "assistant", content: "x", reasoning_content: "r" }] }, []],
  ["chat", { messages: [{ role: "user" }] }, ["body.noContent messages.0"]],
  ["chat", { messages: [{ role: "assistant" }] }, ["body.noContent messages.0"]],
  ["chat", { messages: [{ role: "critic", content: "x" }] }, ["body.role messages.0.role"]],
  // What does not go together.
  ["chat", { stream: true }, ["body.stream stream"]],
  ["chat", { stream_options: { include_usage: true } }, ["body.conflict stream_options"]],
  ["chat", { top_logprobs: 5 }, ["body.conflict top_logprobs"]],
  ["chat", { temperature: 0, n: 2 }, ["body.conflict n"]],
  ["chat", { min_tokens: 3 }, ["body.conflict min_tokens"]],
  ["chat", { continue_final_message: true }, ["body.conflict continue_final_message"]],
  ["chat", { continue_final_message: true, add_generation_prompt: false }, []],
  ["chat", { tools: [] }, ["body.empty tools"]],
  ["chat", { tool_choice: "auto" }, ["body.toolChoice tool_choice"]],
  ["completion", { suffix: "x", echo: true }, ["body.conflict suffix"]],
  ["completion", { max_tokens: 0 }, ["body.range max_tokens"]],
  ["completion", { max_tokens: 0, echo: true }, []],
  ["response", { background: true, store: false }, ["body.needsFlag background", "body.conflict background"]],
  ["score", { text_1: ["a", "b"] }, ["body.conflict text_1"]],
  [
    "response",
    { previous_input_messages: [{ role: "user" }], previous_response_id: "x" },
    ["body.conflict previous_input_messages", "body.needsFlag previous_response_id"],
  ],
  [
    "chat",
    { kv_transfer_params: { prompt_token_ids: [] } },
    ["body.needsFlag kv_transfer_params", "body.value kv_transfer_params.prompt_token_ids"],
  ],
  // Constraints.
  ["chat", { response_format: { type: "json_schema" } }, ["body.required response_format"]],
  ["chat", { structured_outputs: {} }, ["body.structuredOutputs structured_outputs"]],
  ["chat", { structured_outputs: { regex: "a", choice: ["a"] } }, ["body.structuredOutputs structured_outputs"]],
  ["chat", { structured_outputs: { regex: "(" } }, ["body.regex structured_outputs.regex"]],
  ["chat", { structured_outputs: { regex: "(?=a)b" } }, ["body.needsFlag structured_outputs.regex"]],
  ["chat", { structured_outputs: { json: { type: "int" } } }, ["body.jsonSchema structured_outputs.json.type"]],
  // Engine and model.
  ["chat", { chat_template: "x" }, ["body.needsFlag chat_template"]],
  ["chat", { logprobs: true, top_logprobs: 21 }, ["body.needsFlag top_logprobs"]],
  ["chat", { priority: 5 }, ["body.needsFlag priority"]],
  ["chat", { priority: 0 }, []],
  ["chat", { stop_token_ids: [50_256] }, ["body.needsModel stop_token_ids.0"]],
  ["chat", { stop_token_ids: [2] }, []],
  ["chat", { allowed_token_ids: [5], structured_outputs: { regex: "a" } }, ["body.needsModel allowed_token_ids"]],
  ["chat", { allowed_token_ids: [5], response_format: { type: "text" } }, []],
  [
    "chat",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "file:///a.png" } }] }] },
    ["body.needsFlag messages.0.content.0.image_url.url", "body.needsModel messages.0.content.0"],
  ],
  [
    "chat",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: null, uuid: "seen" }] }] },
    ["body.needsModel messages.0.content.0"],
  ],
  [
    "chat",
    { messages: [{ role: "user", content: [{ type: "prompt_embeds", data: "AAAA" }] }] },
    ["body.needsFlag messages.0.content.0"],
  ],
  [
    "chat",
    { messages: [{ role: "user", content: [{ type: "prompt_embeds" }] }] },
    ["body.contentPart messages.0.content.0"],
  ],
  ["embedding", { input: undefined, messages: [[]] }, ["body.empty messages.0"]],
  ["embedding", { input: undefined, messages: [[{ role: "user", content: 5 }]] }, ["body.type messages.0.0.content"]],
  ["embedding", { dimensions: 64 }, ["body.needsModel dimensions"]],
  ["embedding", { dimensions: 0 }, ["body.range dimensions"]],
  ["embedding", { encoding_format: "bytes" }, ["body.binaryAnswer encoding_format"]],
  ["embedding", { normalize: true }, ["body.unsupported normalize"]],
  ["transcription", { file: "x" }, ["body.unsupported file"]],
];

test.each(cases)("%s with %j", (kind, fields, expected) => {
  expect(inShort(check(kind, fields))).toEqual(
    expected.map((one) => one.replace(/ (.)/, " body.$1").replace(/ $/, " body")),
  );
});

describe("fixes", () => {
  /** [kind, fields, the fields after the safe fix]. */
  const fixed: readonly [BodyKind, JsonObject, JsonObject][] = [
    ["chat", { temperature: "0.7" }, { temperature: 0.7 }],
    ["chat", { ignore_eos: "yes" }, { ignore_eos: true }],
    ["chat", { bad_words: null }, {}],
    ["chat", { stream: true, stream_options: { include_usage: true } }, {}],
    ["chat", { stream_options: { include_usage: true } }, {}],
    ["chat", { extra_body: { top_k: 5 } }, { top_k: 5 }],
    ["chat", { guided_choice: ["a"] }, { structured_outputs: { choice: ["a"] } }],
    ["chat", { guided_json: { type: "object" } }, { structured_outputs: { json: { type: "object" } } }],
    ["chat", { topP: 0.5 }, { top_p: 0.5 }],
    ["chat", { continue_final_message: true }, { continue_final_message: true, add_generation_prompt: false }],
    ["chat", { response_format: { type: "json" } }, { response_format: { type: "json_object" } }],
    ["chat", { tool_choice: "auto" }, {}],
    // What has no effect here may still be meant for somebody else.
    ["chat", { user: "me" }, { user: "me" }],
    [
      "chat",
      { tools: [{ type: "function", name: "f", strict: true }], tool_choice: "none" },
      { tools: [{ type: "function", function: { name: "f", strict: true } }], tool_choice: "none" },
    ],
    [
      "chat",
      { response_format: { type: "json_schema", json_schema: { type: "object" } } },
      { response_format: { type: "json_schema", json_schema: { name: "answer", schema: { type: "object" } } } },
    ],
    [
      "response",
      { tools: [{ type: "function", function: { name: "f" } }] },
      { tools: [{ type: "function", name: "f" }] },
    ],
    [
      "response",
      { input: [{ role: "user", content: [{ type: "text", text: "x" }] }] },
      {
        input: [{ role: "user", content: [{ type: "input_text", text: "x" }] }],
      },
    ],
  ];

  test.each(fixed)("%s with %j becomes %j", (kind, fields, expected) => {
    let body: JsonObject = { ...plainBodies[kind], ...fields };
    for (let round = 0; round < 5; round += 1) {
      const fix = checkWhole(kind, body).find((finding) => finding.fix?.kind === "safe")?.fix;
      if (fix === undefined) break;
      body = edited(body, fix.edits);
    }
    expect(body).toEqual({ ...plainBodies[kind], ...expected });
  });

  test("are only suggested where somebody should look", () => {
    const kinds = (fields: JsonObject) => check("chat", fields).map((finding) => finding.fix?.kind);
    expect(kinds({ temprature: 1 })).toEqual(["suggested"]);
    expect(kinds({ guided_json: {}, guided_regex: "a" })).toEqual(["suggested", "suggested"]);
    expect(kinds({ guided_json: {}, response_format: { type: "text" } })).toEqual(["suggested"]);
    expect(kinds({ extra_body: { temperature: 1 }, temperature: 0 })).toEqual(["suggested"]);
    expect(kinds({ topP: 0.5, top_p: 0.6 })).toEqual(["suggested"]);
  });
});

describe("numbers of which a double keeps too little", () => {
  function withText(field: string, text: string): string[] {
    const body = JSON.parse(
      JSON.stringify({ ...plainBodies.chat, [field]: 0 }).replace(/0}$/, `${text}}`),
    ) as JsonObject;
    const findings: Finding[] = [];
    checkBody(
      "chat",
      body,
      "vllm",
      (finding) => void findings.push(finding),
      () => text,
    );
    return findings.map(({ code }) => code);
  }

  test("are judged by their text at the limit of 64 bits", () => {
    expect(withText("seed", "9223372036854775807")).toEqual([]);
    expect(withText("seed", "9223372036854775808")).toEqual(["body.range"]);
    expect(withText("seed", "-9223372036854775808")).toEqual([]);
    expect(withText("seed", "-9223372036854775809")).toEqual(["body.range"]);
  });

  test("are judged by their text where nothing is converted", () => {
    expect(withText("thinking_token_budget", "5")).toEqual(["body.needsFlag"]);
    expect(withText("thinking_token_budget", "5.0")).toEqual(["body.type"]);
  });

  test("pass without it", () => {
    expect(check("chat", { seed: 2 ** 63 })).toEqual([]);
    expect(inShort(check("chat", { seed: 2 ** 64 }))).toEqual(["body.range body.seed"]);
  });
});

describe("the hint about max_tokens", () => {
  const old = { max_tokens: 5, max_completion_tokens: undefined };

  test("is one for a file, and no more than a hint", () => {
    expect(check("chat", old)).toMatchObject([{ code: "body.maxTokens", severity: "info", oncePerFile: true }]);
  });

  test("is an error only for OpenAI's reasoning models", () => {
    expect(inShort(check("chat", { ...old, model: "o4-mini" }, "openai"))).toEqual([
      "body.maxTokensRefused body.max_tokens",
    ]);
    expect(inShort(check("chat", { ...old, model: "gpt-4.1" }, "openai"))).toEqual(["body.maxTokens body.max_tokens"]);
  });
});

describe("for OpenAI", () => {
  test.each([
    [{ top_k: 5 }, ["body.notOpenai body.top_k"]],
    [{ temprature: 1 }, ["body.notOpenai body.temprature"]],
    [{ temperature: "0.7" }, ["body.type body.temperature"]],
    [{ user: "me", metadata: {}, store: false, n: 2, temperature: 0 }, []],
    [{ n: 200 }, ["body.range body.n"]],
    [{ top_p: 0 }, []],
    [{ logprobs: true, top_logprobs: 21 }, ["body.range body.top_logprobs"]],
    [{ min_tokens: 50 }, ["body.notOpenai body.min_tokens"]],
    [{ logit_bias: { "5": 200 } }, ["body.range body.logit_bias.5"]],
    [{ messages: [{ role: "critic", content: "x" }] }, ["body.value body.messages.0.role"]],
    [{ messages: [{ role: "tool", content: "x" }] }, ["body.required body.messages.0"]],
    [{ tools: [{ type: "function", function: { name: "f" } }] }, []],
    [{ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://x.org/a.png" } }] }] }, []],
  ])("%j", (fields, expected) => {
    expect(inShort(check("chat", fields, "openai"))).toEqual(expected);
  });
});

describe("file_url", () => {
  const codes = (url: string) => check("transcription", { file_url: url }).map(({ code }) => code);

  test.each(["https://example.com/a.wav", "https://93.184.215.14/a.wav", "data:audio/wav;base64,AAAA"])(
    "may be %s",
    (url) => {
      expect(codes(url)).toEqual([]);
    },
  );

  test.each([
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "http://example.com/a.wav",
    "ftp://example.com/a.wav",
    "https://localhost/a.wav",
    "https://127.0.0.1/a.wav",
    "https://2130706433/a.wav",
    "https://0x7f.1/a.wav",
    "https://10.0.0.5/a.wav",
    "https://192.168.1.1/a.wav",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/a.wav",
    "https://[::ffff:10.0.0.1]/a.wav",
    "https://[fd00::1]/a.wav",
    "https://intranet/a.wav",
    "https://printer.local/a.wav",
    "https://user:pass@example.com/a.wav",
    "data:audio/wav,AAAA",
    "data:audio/wav;base64",
    "data:audio/wav;base64,!!",
    "a.wav",
    "",
  ])("must not be %j", (url) => {
    expect(codes(url)).toEqual(["body.fileUrl"]);
  });
});

test("mentions the endpoint that a body looks like", () => {
  const [finding] = check("chat", { messages: undefined, prompt: "hi" });
  expect(finding?.message).toContain("/v1/completions");
});
