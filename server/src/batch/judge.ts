/** Everything there is to say about one request by itself. */
import { isObject, type JsonObject } from "../util/unknown.ts";
import type { Target } from "./endpoints.ts";
import type { AnyFinding, Finding } from "./finding.ts";
import { compareKeys } from "./json/compareKeys.ts";
import { findDuplicateKeys } from "./json/duplicates.ts";
import { findLoneSurrogate } from "./json/surrogates.ts";
import { checkRequestBody } from "./rules/body.ts";
import { checkCustomId } from "./rules/customId.ts";
import { checkKeys } from "./rules/keys.ts";
import { checkMethod } from "./rules/method.ts";
import { checkModel } from "./rules/model.ts";
import type { Rule } from "./rules/rule.ts";
import { checkUrl } from "./rules/url.ts";

/**
 * Python's JSON parser, which reads what is sent to a vLLM server, gives up at about 990 levels (Python 3.11, seen).
 * Some levels are those of the line around the body.
 */
const MAX_DEPTH = 900;

const rules: readonly Rule[] = [checkKeys, checkCustomId, checkMethod, checkUrl, checkRequestBody];

/** The text of one request. */
export interface JudgedText {
  text: string;
  /** The text in UTF-8. */
  bytes: Buffer;
  /** What JSON.parse made of it. */
  value: unknown;
  /** Where it begins in the file, from 1. */
  line: number;
}

export class RequestJudge {
  readonly #target: Target;
  readonly #userModels: Readonly<Record<string, string>>;
  /** Files name few models, on many lines. */
  readonly #ofModel = new Map<string, readonly Finding[]>();

  constructor(target: Target, userModels: Readonly<Record<string, string>> = {}) {
    this.#target = target;
    this.#userModels = userModels;
  }

  /** Adds what it finds in a text that is JSON. */
  judge({ text, bytes, value, line }: JudgedText, findings: AnyFinding[]): void {
    if (!isObject(value)) {
      findings.push(notObject(text, value));
      return;
    }
    const keys = compareKeys(bytes, value, MAX_DEPTH);
    if (keys === "deep") {
      findings.push(tooDeep());
      return;
    }
    if (keys === "different") findings.push(...findDuplicateKeys(text));
    if (text.includes("\\u")) pushIfAny(findings, findLoneSurrogate(text));
    const report = (finding: Finding) => void findings.push(finding);
    const context = { target: this.#target, line, text };
    for (const rule of rules) rule(value, context, report);
    this.#judgeModel(value, findings);
  }

  #judgeModel(request: JsonObject, findings: AnyFinding[]): void {
    const { body } = request;
    const model = isObject(body) ? body["model"] : undefined;
    if (typeof model !== "string") return;
    let known = this.#ofModel.get(model);
    if (known === undefined) {
      const found: Finding[] = [];
      checkModel(model, this.#target, this.#userModels, (finding) => void found.push(finding));
      // A file with a model name of its own on each line must not fill the memory.
      if (this.#ofModel.size >= MAX_CACHED_MODELS) this.#ofModel.clear();
      this.#ofModel.set(model, found);
      known = found;
    }
    for (const finding of known) findings.push(finding);
  }
}

const MAX_CACHED_MODELS = 1000;

function pushIfAny(findings: AnyFinding[], finding: AnyFinding | null): void {
  if (finding !== null) findings.push(finding);
}

function notObject(text: string, value: unknown): AnyFinding {
  const kind = Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
  return {
    code: "line.notObject",
    severity: "error",
    message: `This line is ${kind}. Each line must be one request: an object with custom_id, method, url and body.`,
    start: text.length - text.trimStart().length,
    end: text.trimEnd().length,
  };
}

function tooDeep(): AnyFinding {
  return {
    code: "line.tooDeep",
    severity: "error",
    message: `This line is nested more than ${MAX_DEPTH} levels deep. vLLM cannot read such a request.`,
    path: [],
    at: "value",
  };
}
