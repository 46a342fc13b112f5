/** What depends on the engine's flags, or on its model: warnings that name what it takes. */
import { isObject, property } from "../../../util/unknown.ts";
import { convert, isTruthy } from "../lax.ts";
import { fixWith, removal, say, type Scope } from "../scope.ts";
import { LEAST_VOCABULARY, sayVocabulary } from "../vocabulary.ts";
import { quoted } from "../words.ts";
import { type FieldRule, fieldPath, isGiven } from "./rule.ts";

/** The flag without which vLLM refuses the field, or does nothing with it. */
interface Need {
  flag: string;
  /** What happens without it. */
  otherwise: "refuses" | "ignores";
  /** For which values. */
  when: (value: unknown) => boolean;
}

const isNotZero = (value: unknown) => convert(value, "integer") !== 0;
const isOn = (value: unknown) => convert(value, "boolean") === true;
const always = () => true;

const needs: Readonly<Record<string, Need>> = {
  chat_template: { flag: "--trust-request-chat-template", otherwise: "refuses", when: always },
  ec_transfer_params: { flag: "--ec-transfer-config", otherwise: "ignores", when: isTruthy },
  kv_transfer_params: { flag: "--kv-transfer-config", otherwise: "ignores", when: isTruthy },
  media_io_kwargs: { flag: "--trust-request-mm-kwargs", otherwise: "refuses", when: isTruthy },
  mm_processor_kwargs: { flag: "--trust-request-mm-kwargs", otherwise: "refuses", when: isTruthy },
  previous_response_id: {
    flag: "VLLM_ENABLE_RESPONSES_API_STORE=1 in its environment",
    otherwise: "refuses",
    when: always,
  },
  priority: { flag: "--scheduling-policy priority", otherwise: "ignores", when: isNotZero },
  prompt_embeds: {
    flag: "--enable-prompt-embeds",
    otherwise: "refuses",
    when: (value) => value === "" || isTruthy(value),
  },
  routed_experts_prompt_start: { flag: "--enable-return-routed-experts", otherwise: "ignores", when: isNotZero },
  store: { flag: "VLLM_ENABLE_RESPONSES_API_STORE=1 in its environment", otherwise: "ignores", when: isOn },
  watermarking: { flag: "--watermark-config", otherwise: "ignores", when: isOn },
};

export function needsFlag(key: string): FieldRule {
  return (value, scope) => {
    const need = needs[key];
    if (need === undefined || scope.target === "openai" || !need.when(value)) return;
    const path = fieldPath(key);
    say(
      scope,
      "body.needsFlag",
      path,
      `vLLM ${need.otherwise} ${quoted(key)} unless it was started with ${need.flag}.`,
      {
        at: "key",
        fix: removal(path, "suggested"),
      },
    );
  };
}

/** Nothing is converted here, not even 5.0 to 5. */
export const checkThinkingBudget: FieldRule = (value, scope) => {
  if (typeof value !== "number" || scope.target === "openai") return;
  const path = fieldPath("thinking_token_budget");
  const text = scope.textOf?.(path);
  if (text !== undefined && Number.isInteger(value) && !/^-?\d+$/.test(text)) {
    const fix = fixWith("safe", `Replace it by ${value}`, { op: "replace", path, value });
    say(scope, "body.type", path, `"thinking_token_budget" must be a whole number without a point or an exponent.`, {
      fix,
    });
  } else if (value >= 0 && !isTruthy(scope.body["use_beam_search"])) {
    const flag = "--reasoning-parser or --reasoning-config";
    const message = `vLLM refuses "thinking_token_budget" unless it was started with ${flag}.`;
    say(scope, "body.needsFlag", path, message, { at: "key", fix: removal(path, "suggested") });
  }
};

/** A template may also come among its own arguments, and some names are those of the function that fills it in. */
export const checkTemplateArguments: FieldRule = (value, scope) => {
  if (!isObject(value) || scope.target === "openai") return;
  const path = fieldPath("chat_template_kwargs");
  if (isGiven(value["chat_template"])) {
    const message = `vLLM refuses a chat template in "chat_template_kwargs" unless it was started with --trust-request-chat-template.`;
    say(scope, "body.needsFlag", [...path, "chat_template"], message, { at: "key" });
  }
  for (const key of ["documents", "tools"]) {
    if (!isTruthy(value[key]) || typeof value[key] === "object") continue;
    say(scope, "body.type", [...path, key], `${quoted(key)} in "chat_template_kwargs" must be an array.`);
  }
  if (scope.kind !== "chat") return;
  for (const key of ["conversation", "messages", "model_config", "self", "tokenizer"]) {
    if (!Object.hasOwn(value, key)) continue;
    say(
      scope,
      "body.value",
      [...path, key],
      `vLLM refuses ${quoted(key)} in "chat_template_kwargs": it gives that itself.`,
      {
        at: "key",
      },
    );
  }
};

/** --max-logprobs, unless given. */
const MAX_LOGPROBS = 20;

interface LogprobsOptions {
  /** Whether they count at all. */
  isAsked?: (scope: Scope) => boolean;
  openaiMost?: number;
}

export function checkLogprobs(key: string, options: LogprobsOptions = {}): FieldRule {
  const { isAsked = always, openaiMost = 20 } = options;
  return (value, scope) => {
    const count = convert(value, "integer");
    if (typeof count !== "number") return;
    if (scope.target === "openai") {
      if (count >= 0 && count <= openaiMost) return;
      say(scope, "body.range", fieldPath(key), `${quoted(key)} must be between 0 and ${openaiMost} for OpenAI.`);
      return;
    }
    if ((count <= MAX_LOGPROBS && count !== -1) || !isAsked(scope) || isTruthy(scope.body["use_beam_search"])) return;
    const asked = count === -1 ? "the whole vocabulary" : `${count} tokens`;
    const message = `${quoted(key)} asks for ${asked}. vLLM refuses more than ${MAX_LOGPROBS} unless it was started with --max-logprobs.`;
    say(scope, "body.needsFlag", fieldPath(key), message);
  };
}

/** Lists of tokens, and the keys of logit_bias. */
export function checkVocabulary(key: string): FieldRule {
  return (value, scope) => {
    if (scope.target === "openai" || isTruthy(scope.body["use_beam_search"])) return;
    const tokens: readonly unknown[] = Array.isArray(value) ? value : isObject(value) ? Object.keys(value) : [];
    const large = tokens.findIndex((token) => Number(convert(token, "integer") ?? NaN) >= LEAST_VOCABULARY);
    if (large === -1) return;
    const step = Array.isArray(value) ? large : String(tokens[large]);
    sayVocabulary([...fieldPath(key), step], scope);
  };
}

/** Where both are asked for, there may be no token that is allowed and fits: then vLLM fails the request. */
export const checkAllowedTokens: FieldRule = (value, scope) => {
  const { structured_outputs: outputs, response_format: format, use_beam_search: beam } = scope.body;
  const type = property(format, "type");
  const isConstrained = isGiven(outputs) || (type !== undefined && type !== "text");
  if (!Array.isArray(value) || value.length === 0 || !isConstrained || isTruthy(beam)) return;
  const message = `vLLM fails the request if none of "allowed_token_ids" fits the constraint on the answer.`;
  say(scope, "body.needsModel", fieldPath("allowed_token_ids"), message, { at: "key" });
};

/** More tokens than most engines are started for. */
const LONG_CONTEXT = 32_768;

/** Numbers of tokens that only models with a very long context have room for. */
export function checkContext(key: string): FieldRule {
  return (value, scope) => {
    const count = convert(value, "integer");
    if (typeof count !== "number" || count <= LONG_CONTEXT || count > 2 ** 64 || scope.target === "openai") return;
    const message = `${quoted(key)} is ${count} tokens. vLLM refuses more than the context of the model (--max-model-len).`;
    say(scope, "body.needsModel", fieldPath(key), message);
  };
}

/** Embeddings of fewer dimensions: only from models that were trained for it. */
export const checkDimensions: FieldRule = (value, scope) => {
  const count = convert(value, "integer");
  if (typeof count !== "number") return;
  const path = fieldPath("dimensions");
  if (count < 1) say(scope, "body.range", path, `"dimensions" must be 1 or more, not ${count}.`);
  else if (scope.target === "vllm") {
    say(scope, "body.needsModel", path, `vLLM refuses "dimensions" unless the model has Matryoshka embeddings.`, {
      at: "key",
      fix: removal(path, "suggested"),
    });
  }
};

/** A model that fills in the middle has its own way to write the request. */
export const checkSuffix: FieldRule = (_value, scope) => {
  const path = fieldPath("suffix");
  if (scope.target === "openai") return;
  const { echo, truncate_prompt_tokens: truncate, prompt_embeds: embeds, prompt } = scope.body;
  const rival = isOn(echo)
    ? "echo"
    : isGiven(truncate)
      ? "truncate_prompt_tokens"
      : isGiven(embeds)
        ? "prompt_embeds"
        : null;
  if (rival !== null) {
    say(scope, "body.conflict", path, `vLLM refuses "suffix" together with ${quoted(rival)}.`, { at: "key" });
  } else if (Array.isArray(prompt) && prompt.some((one) => typeof one !== "string")) {
    say(scope, "body.conflict", path, `vLLM refuses "suffix" with a prompt of tokens: it needs text.`, { at: "key" });
  } else {
    say(scope, "body.needsModel", path, `vLLM refuses "suffix" unless the model can fill in the middle of a text.`, {
      at: "key",
    });
  }
};

/** Chats. Without a choice, the choice is "auto". */
export const checkTools: FieldRule = (value, scope) => {
  if (!Array.isArray(value) || value.length === 0 || scope.target === "openai") return;
  const { tool_choice: choice } = scope.body;
  const automatic = `vLLM refuses tools unless it was started with --enable-auto-tool-choice and --tool-call-parser`;
  if (choice === undefined) {
    say(scope, "body.needsFlag", fieldPath("tools"), `${automatic}, or "tool_choice" is "none".`, { at: "key" });
  } else if (choice === "auto") {
    say(scope, "body.needsFlag", fieldPath("tool_choice"), `${automatic}.`);
  } else if (choice === "required" || isNamed(choice)) {
    const message = `vLLM refuses this choice of tools unless it was started with --tool-call-parser.`;
    say(scope, "body.needsFlag", fieldPath("tool_choice"), message);
  }
};

function isNamed(choice: unknown): boolean {
  return typeof property(property(choice, "function"), "name") === "string";
}

/** Ids of tokens that another vLLM made of the prompt, when the two share the work. */
export const checkTransferredTokens: FieldRule = (value, scope) => {
  const tokens = property(value, "prompt_token_ids");
  if (!isGiven(tokens) || isTruthy(scope.body["echo"])) return;
  const fits =
    Array.isArray(tokens) && tokens.length > 0 && tokens.every((one) => Number.isInteger(one) && Number(one) >= 0);
  if (fits) return;
  const path = [...fieldPath("kv_transfer_params"), "prompt_token_ids"];
  say(scope, "body.value", path, `"kv_transfer_params.prompt_token_ids" must be a list of token numbers.`);
};
