import { badRequest } from "../http/apiError.ts";
import type { Exchange } from "../http/exchange.ts";
import { base64Of, embeddingOf } from "../text/embedding.ts";
import { countTokens, detokenize, tokenize } from "../text/tokenizer.ts";
import { BodyReader, summarize } from "./bodyReader.ts";
import { checkMessages, renderMessages } from "./chatMessages.ts";
import { promptTexts } from "./completionRequest.ts";
import { jsonBody } from "./jsonBody.ts";
import { servedModel } from "./models.ts";
import { poolingUsage, readAll } from "./pooling.ts";
import { promptTokensWithin } from "./promptLimits.ts";
import { answerId } from "./requestId.ts";
import type { Service } from "./service.ts";

const encodings = ["float", "base64", "bytes", "bytes_only"] as const;

/** `POST /v1/embeddings`, of texts, token ids or a conversation. */
export function embeddings(service: Service, exchange: Exchange): void {
  const { settings } = service;
  const reader = new BodyReader(jsonBody(exchange));
  const model = reader.string("model");
  const messages = reader.list("messages");
  if (messages === undefined) requireInput(reader);
  else checkMessages(reader, messages);
  const encoding = reader.literal("encoding_format", encodings) ?? "float";
  const dimensions = reader.int("dimensions");
  const truncate = reader.int("truncate_prompt_tokens");
  reader.check();
  const name = servedModel(service, model);
  if (dimensions !== undefined) {
    throw badRequest(
      `Model '${name}' does not support Matryoshka embeddings; ` +
        `dimensions must be unset (received dimensions=${dimensions}).`,
    );
  }
  const texts = messages === undefined ? promptTexts(reader.body["input"]) : [renderMessages(name, messages, false)];
  const inputs = texts.map((text) => limited(text, truncate, settings.maxModelLen));
  const id = answerId(service, exchange, "embd");
  const created = service.nowSeconds();
  readAll(service, exchange, inputs, () => {
    const data = inputs.map(({ text }, index) => {
      const vector = embeddingOf(text, settings.seed);
      return { index, object: "embedding", embedding: encoding === "base64" ? base64Of(vector) : vector };
    });
    const usage = poolingUsage(inputs.reduce((sum, input) => sum + input.tokens, 0));
    exchange.json(JSON.stringify({ id, object: "list", created, model: name, data, usage }));
  });
}

function requireInput(reader: BodyReader): void {
  reader.require("input");
  const { input } = reader.body;
  if (input === undefined || typeof input === "string" || Array.isArray(input)) return;
  reader.add({ type: "list_type", loc: "body.input", msg: "Input should be a valid list", input: summarize(input) });
}

/** A text and its tokens, cut to `truncate` tokens (-1: to the context) when asked for. */
export function limited(
  text: string,
  truncate: number | undefined,
  maxModelLen: number,
): { text: string; tokens: number } {
  if (text === "") throw badRequest("The decoder prompt cannot be empty");
  if (truncate === undefined) return { text, tokens: promptTokensWithin(text, maxModelLen) };
  const most = truncate === -1 ? maxModelLen : truncate;
  if (countTokens(text) <= most) return { text, tokens: countTokens(text) };
  return { text: detokenize(tokenize(text).slice(0, most)), tokens: most };
}
