import { embedsChat } from "./embeddedChat.ts";
import { explainProperty } from "./explain.ts";
import { comparedPair, pairs } from "./pairs.ts";
import { schemaOf } from "./schema.ts";
import { bodyPath, say, type Scope } from "./scope.ts";
import { explainUnknownKey } from "./unknownKey.ts";
import { oneOf, quoted } from "./words.ts";

/** Everything that the schema of its kind has against a body. */
export function explainBody(scope: Scope): void {
  const { properties, required = [] } = schemaOf(scope.kind);
  for (const key of required) if (!Object.hasOwn(scope.body, key)) sayMissing(key, scope);
  sayMissingInput(scope);
  for (const [key, value] of Object.entries(scope.body)) {
    const path = [...bodyPath, key];
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known === undefined) explainUnknownKey(path, properties, scope);
    else if (known["x-ofChat"] !== true || embedsChat(scope.body)) explainProperty(known, value, path, scope);
  }
}

/** Fields that tell which endpoint a body was written for. */
const telltales: Readonly<Record<string, string>> = {
  messages: "/v1/chat/completions",
  prompt: "/v1/completions",
  input: "/v1/embeddings or /v1/responses",
  query: "/v1/rerank",
  text_1: "/v1/score",
};

function sayMissing(key: string, scope: Scope): void {
  if (key === "model") {
    const message = `The body has no "model". Name the model to use.`;
    say(scope, "body.missingModel", bodyPath, message, { at: "key" });
    return;
  }
  // Tensors may stand in for the text.
  if (key === "prompt" && scope.target === "vllm" && hasEmbeds(scope.body["prompt_embeds"])) return;
  const { properties } = schemaOf(scope.kind);
  const stranger = Object.keys(telltales).find((one) => one in scope.body && !(one in properties));
  const guess =
    stranger === undefined ? "" : ` With ${quoted(stranger)} it looks like one for ${telltales[stranger] ?? ""}.`;
  say(scope, "body.required", bodyPath, `The body has no ${quoted(key)}.${guess}`, { at: "key" });
}

function hasEmbeds(embeds: unknown): boolean {
  return embeds !== undefined && embeds !== null && !(Array.isArray(embeds) && embeds.length === 0);
}

/** Where there is a choice of fields, a schema alone does not say it well. */
function sayMissingInput(scope: Scope): void {
  const { kind, body } = scope;
  if (kind === "embedding" && !("input" in body) && (!("messages" in body) || scope.target === "openai")) {
    sayMissing("input", scope);
  }
  if (kind === "score" && comparedPair(body) === undefined) {
    const forms = oneOf(pairs.map((pair) => pair.map(quoted).join(" with ")));
    say(scope, "body.required", bodyPath, `The body needs two sides to compare: ${forms}.`, { at: "key" });
  }
}
