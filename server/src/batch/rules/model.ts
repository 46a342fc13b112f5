import type { Target } from "../endpoints.ts";
import type { Finding, Fix, Report } from "../finding.ts";
import type { Answer, NameOrigin } from "../models/modelAdvice.ts";
import { answerFor } from "../models/resolveModel.ts";

const PATH = ["body", "model"] as const;

/** Judges the name of a model (the path of its findings is body.model). Pure: one answer for equal names. */
export function checkModel(
  model: string,
  target: Target,
  userModels: Readonly<Record<string, string>>,
  report: Report,
): void {
  const answer = answerFor(model, userModels);
  const found = target === "vllm" ? judgeForVllm(model, answer) : judgeForOpenAi(model, answer);
  if (found !== null) report(found);
}

const SERVED = "vLLM answers 404 unless it was started with --served-model-name for this name";

/** Warnings throughout: whether a name is served is decided by a flag of the engine, which the file does not know. */
function judgeForVllm(model: string, answer: Answer): Finding | null {
  switch (answer.origin) {
    case "openai":
    case "hosted": {
      const code = answer.origin === "openai" ? "model.openai" : "model.hosted";
      return finding(code, `${shown(model)}: ${answer.why} ${SERVED}. Put the name of the model that it serves.`);
    }
    case "map":
    case "ollama":
    case "address":
    case "spaces": {
      if (answer.action === "keep") return null;
      const advice = answer.action === "suggest" ? ` Perhaps ${list(answer.candidates)}.` : "";
      return finding(codes[answer.origin], `${shown(model)}: ${SERVED}. ${answer.why}${advice}`, fixOf(answer));
    }
    case "repository":
      return null;
    case "unknown":
      return model === model.trim() || answer.action === "keep"
        ? null
        : finding("model.spaces", `${shown(model)}: ${answer.why} ${SERVED}.`, fixOf(answer));
  }
}

const codes: Readonly<Record<Extract<NameOrigin, "map" | "ollama" | "address" | "spaces">, string>> = {
  map: "model.mapped",
  ollama: "model.ollama",
  address: "model.address",
  spaces: "model.spaces",
};

/** OpenAI serves its own models only. Of names that nobody knows we say nothing. */
function judgeForOpenAi(model: string, answer: Answer): Finding | null {
  const foreign = answer.origin !== "openai" && answer.origin !== "unknown" && answer.origin !== "map";
  if (!foreign) return null;
  return finding("model.notOpenai", `${shown(model)} is no model of OpenAI's, whose Batch API runs only its own.`);
}

function finding(code: string, message: string, fix?: Fix): Finding {
  const found: Finding = { code, severity: "warning", message, path: PATH, at: "value" };
  return fix === undefined ? found : { ...found, fix };
}

function fixOf(answer: Answer): Fix | undefined {
  if (answer.model === null) return undefined;
  return {
    kind: answer.action === "rewrite" ? "safe" : "suggested",
    title: `Change "model" to "${answer.model}"`,
    edits: [{ op: "replace", path: PATH, value: answer.model }],
  };
}

const SHOWN_CHARACTERS = 80;

function shown(model: string): string {
  return JSON.stringify(model.length > SHOWN_CHARACTERS ? `${model.slice(0, SHOWN_CHARACTERS)}…` : model);
}

function list(candidates: readonly string[]): string {
  return candidates.join(", ");
}
