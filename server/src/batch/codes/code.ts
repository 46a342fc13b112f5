import type { FixKind, Severity } from "../../protocol/problem.ts";

/**
 * One entry of the catalogue of problem codes. The page docs/problems/<code>.md is made from it, and a test checks
 * that `bad` has this problem and `good` has none.
 */
export interface CodeEntry {
  code: string;
  severity: Severity;
  /** Names the problem in a few words: `The model name is Ollama's`. */
  title: string;
  /** What goes wrong in vLLM (or OpenAI), and what to do: a few sentences, with the source of the fact. */
  why: string;
  /** A batch file with this problem; whole lines, joined by \n. */
  bad: string;
  /** How `bad` is written to disk, where that is the problem. */
  encode?: "latin1" | "utf16le";
  /** Instead of examples, which are empty then: what such a file would be. */
  tooBigToShow?: string;
  /** The same, mended. */
  good: string;
  fix: FixKind | null;
  /** The map of model names with which `bad` has this problem, when it needs one. */
  userModels?: Readonly<Record<string, string>>;
  /** Only with this target, when not with both. */
  target?: "vllm" | "openai";
}
