/** What to do about a model name in a batch file. The shape is that of `vllm-batch models --json`. */
export interface ModelAdvice {
  /** As it was asked, untrimmed. */
  name: string;
  /** rewrite: certain. suggest: a person should choose among the candidates. keep: nothing to say. */
  action: "rewrite" | "suggest" | "keep";
  /** The publisher's repository; null for keep. */
  model: string | null;
  candidates: readonly string[];
  /** Whether the repository asks to accept a licence first. null: unknown. */
  gated: boolean | null;
  /** One sentence for a person. */
  why: string;
}

/** Pure and quick. `userModels` win over everything that we know. */
export function resolveModel(name: string, _userModels: Readonly<Record<string, string>> = {}): ModelAdvice {
  return { name, action: "keep", model: null, candidates: [], gated: null, why: "" };
}
