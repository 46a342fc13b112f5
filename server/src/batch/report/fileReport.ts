import { IdTable } from "../../util/idTable.ts";
import { isObject, type JsonObject } from "../../util/unknown.ts";
import { customIdOf } from "../problems.ts";
import type { SourceRecord } from "../records/record.ts";
import { PrefixTrie } from "./prefixTrie.ts";
import { promptTextOf } from "./promptText.ts";
import { tokensOf } from "./tokens.ts";

/** One of the longest prompts. */
export interface LongPrompt {
  line: number;
  customId: string | null;
  estimatedTokens: number;
}

/** What a person wants to know of a batch file before running it. Tokens are estimates: four bytes of UTF-8 each. */
export interface FileReport {
  estimatedPromptTokens: number;
  meanPromptTokens: number;
  longestPrompts: LongPrompt[];
  /** Requests of which the whole body stands on an earlier line too. */
  duplicateBodies: number;
  /** Requests with the prompt of an earlier one, whatever their other parameters. */
  duplicatePrompts: number;
  /** From 0 to 1: of all prompt characters, those that an earlier prompt begins with and a prefix cache can reuse. */
  sharedPrefixShare: number;
  /** Most tokens that the answers can have, of the requests that say so. */
  maxOutputTokens: number;
  /** Requests for generated text that set no limit: such an answer may fill the whole context. */
  withoutOutputLimit: number;
  /** What catches the eye, a sentence each. */
  unusual: string[];
}

const LONGEST_SHOWN = 5;
/** A prompt this many times as long as the mean catches the eye. */
const OUTLIER_FACTOR = 20;

/** Gathers the report while a check passes over the file: give `add` to the check as `onRequest`. */
export class ReportGatherer {
  readonly #bodies: IdTable;
  readonly #prompts: IdTable;
  readonly #prefixes: PrefixTrie;
  readonly #temperatures = new Set<string>();
  #longest: LongPrompt[] = [];
  #requests = 0;
  #bytes = 0;
  #characters = 0;
  #sharedCharacters = 0;
  #duplicateBodies = 0;
  #duplicatePrompts = 0;
  #maxOutputTokens = 0;
  #withoutOutputLimit = 0;

  /** @param seed 32 random bits, for tables of hashes */
  constructor(seed: number) {
    this.#bodies = new IdTable(seed);
    this.#prompts = new IdTable(seed);
    this.#prefixes = new PrefixTrie(seed);
  }

  add(record: SourceRecord): void {
    const body = isObject(record.value) ? record.value["body"] : undefined;
    if (!isObject(body)) return;
    this.#requests += 1;
    const prompt = promptTextOf(body);
    const bytes = Buffer.byteLength(prompt);
    this.#bytes += bytes;
    this.#characters += prompt.length;
    this.#sharedCharacters += this.#prefixes.add(prompt);
    if (this.#bodies.add(JSON.stringify(body), record.line) !== undefined) this.#duplicateBodies += 1;
    if (prompt !== "" && this.#prompts.add(prompt, record.line) !== undefined) this.#duplicatePrompts += 1;
    this.#addParameters(body);
    this.#addLong(record, tokensOf(bytes));
  }

  finish(): FileReport {
    const requests = Math.max(1, this.#requests);
    const estimatedPromptTokens = tokensOf(this.#bytes);
    return {
      estimatedPromptTokens,
      meanPromptTokens: Math.round(estimatedPromptTokens / requests),
      longestPrompts: this.#longest,
      duplicateBodies: this.#duplicateBodies,
      duplicatePrompts: this.#duplicatePrompts,
      sharedPrefixShare: this.#characters === 0 ? 0 : this.#sharedCharacters / this.#characters,
      maxOutputTokens: this.#maxOutputTokens,
      withoutOutputLimit: this.#withoutOutputLimit,
      unusual: this.#unusual(estimatedPromptTokens / requests),
    };
  }

  #addParameters(body: JsonObject): void {
    const limit = body["max_completion_tokens"] ?? body["max_tokens"] ?? body["max_output_tokens"];
    if (typeof limit === "number") this.#maxOutputTokens += limit;
    // Without a limit /v1/completions stops at 16 tokens, chats and responses only at the end of the context.
    else if (body["messages"] !== undefined) this.#withoutOutputLimit += 1;
    if (this.#temperatures.size < 100) this.#temperatures.add(JSON.stringify(body["temperature"] ?? null));
  }

  #addLong(record: SourceRecord, estimatedTokens: number): void {
    const shortest = this.#longest.at(-1);
    if (this.#longest.length >= LONGEST_SHOWN && shortest !== undefined && shortest.estimatedTokens >= estimatedTokens)
      return;
    const entry = { line: record.line, customId: customIdOf(record), estimatedTokens };
    this.#longest = [...this.#longest, entry]
      .sort((a, b) => b.estimatedTokens - a.estimatedTokens)
      .slice(0, LONGEST_SHOWN);
  }

  #unusual(meanTokens: number): string[] {
    const notes: string[] = [];
    const [longest] = this.#longest;
    if (longest !== undefined && this.#requests > 1 && longest.estimatedTokens > meanTokens * OUTLIER_FACTOR) {
      const times = Math.round(longest.estimatedTokens / meanTokens);
      notes.push(`The prompt of line ${longest.line} is ${times} times as long as the mean.`);
    }
    if (this.#duplicateBodies > 0) {
      notes.push(`Bodies that stand on an earlier line too: ${this.#duplicateBodies}.`);
    }
    if (this.#withoutOutputLimit > 0) {
      notes.push(
        `Chats without max_completion_tokens, so that an answer may fill the context: ${this.#withoutOutputLimit}.`,
      );
    }
    if (this.#temperatures.size > 1) notes.push(`The requests differ in "temperature".`);
    return notes;
  }
}
