import { property } from "../../util/unknown.ts";
import { badRequest, validationError } from "../http/apiError.ts";
import type { Exchange } from "../http/exchange.ts";
import { cosine, embeddingOf } from "../text/embedding.ts";
import { BodyReader, summarize } from "./bodyReader.ts";
import { limited } from "./embeddings.ts";
import { jsonBody } from "./jsonBody.ts";
import { servedModel } from "./models.ts";
import { poolingUsage, readAll } from "./pooling.ts";
import { answerId } from "./requestId.ts";
import type { Service } from "./service.ts";

/** Spellings of the two sides of a score request, as vLLM's union tries them. */
const sides = [
  ["queries", "documents"],
  ["queries", "items"],
  ["data_1", "data_2"],
  ["text_1", "text_2"],
] as const;

/** `POST /score` and `/v1/score`: how near texts are, one to one, one to many, or pair by pair. */
export function score(service: Service, exchange: Exchange): void {
  const reader = new BodyReader(jsonBody(exchange));
  const model = reader.string("model");
  reader.check();
  const [left, right] = readSides(reader);
  const name = servedModel(service, model);
  if (left.length === 0) throw badRequest("At least one text element must be given");
  if (right.length === 0) throw badRequest("At least one text_pair element must be given");
  if (left.length !== 1 && left.length !== right.length) {
    throw badRequest("Input lengths must be either 1:1, 1:N or N:N");
  }
  const { seed, maxModelLen } = service.settings;
  const inputs = [...left, ...right].map((text) => limited(text, undefined, maxModelLen));
  const id = answerId(service, exchange, "score");
  const created = service.nowSeconds();
  readAll(service, exchange, inputs, () => {
    const data = right.map((text, index) => {
      const one = embeddingOf(left.length === 1 ? (left[0] ?? "") : (left[index] ?? ""), seed);
      return { index, object: "score", score: cosine(one, embeddingOf(text, seed)) };
    });
    const usage = poolingUsage(inputs.reduce((sum, input) => sum + input.tokens, 0));
    exchange.json(JSON.stringify({ id, object: "list", created, model: name, data, usage }));
  });
}

function readSides(reader: BodyReader): [string[], string[]] {
  for (const [left, right] of sides) {
    if (reader.body[left] === undefined || reader.body[right] === undefined) continue;
    return [textsAt(reader, left), textsAt(reader, right)];
  }
  const input = summarize(reader.body);
  const missing = sides.flat().map((key) => ({ type: "missing", loc: `body.${key}`, msg: "Field required", input }));
  throw validationError(missing);
}

/** One text or several; a document may also be an object with its text. Throws pydantic's 400 for anything else. */
function textsAt(reader: BodyReader, key: string): string[] {
  const value = reader.body[key];
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) {
    return value.map(textOf);
  }
  reader.complain(key, "string_type", "Input should be a valid string");
  reader.complain(key, "list_type", "Input should be a valid list");
  reader.check();
  return [];
}

function textOf(item: unknown): string {
  const text = typeof item === "string" ? item : property(item, "text");
  return typeof text === "string" ? text : "";
}

/** `POST /rerank`, `/v1/rerank` and `/v2/rerank`: documents by their nearness to a query, nearest first. */
export function rerank(service: Service, exchange: Exchange): void {
  const reader = new BodyReader(jsonBody(exchange));
  const model = reader.string("model");
  reader.require("query");
  reader.require("documents");
  const topN = reader.int("top_n") ?? 0;
  reader.check();
  const query = textsAt(reader, "query");
  const documents = textsAt(reader, "documents");
  const name = servedModel(service, model);
  const { seed, maxModelLen } = service.settings;
  const inputs = [...query, ...documents].map((text) => limited(text, undefined, maxModelLen));
  const id = answerId(service, exchange, "score");
  readAll(service, exchange, inputs, () => {
    const asked = embeddingOf(query[0] ?? "", seed);
    const results = documents
      .map((text, index) => ({
        index,
        document: { text, multi_modal: null },
        relevance_score: cosine(asked, embeddingOf(text, seed)),
      }))
      .sort((one, other) => other.relevance_score - one.relevance_score)
      .slice(0, topN > 0 ? topN : undefined);
    const promptTokens = inputs.reduce((sum, input) => sum + input.tokens, 0);
    const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens };
    exchange.json(JSON.stringify({ id, model: name, usage, results }));
  });
}
