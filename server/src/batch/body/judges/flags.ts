import type { Edit } from "../../finding.ts";
import { convert } from "../lax.ts";
import { fixWith, removal, say } from "../scope.ts";
import { inWords, nameOf } from "../words.ts";
import type { Judge } from "./judge.ts";

/** vLLM would stream; a batch has nobody to stream to (its own run-batch refuses such lines). */
export const judgeStream: Judge = (value, path, scope) => {
  if (value === null || value === false) return;
  const wanted = scope.target === "vllm" ? convert(value, "boolean") : typeof value === "boolean" ? value : undefined;
  if (wanted === undefined) {
    say(scope, "body.type", path, `${nameOf(path)} must be true or false, not ${inWords(value)}.`);
  } else if (wanted === false) {
    say(scope, "body.coerced", path, `"stream" is ${inWords(value)}, which vLLM reads as false; write it so.`, {
      fix: removal(path),
    });
  } else {
    const edits: Edit[] = [path, ...optionPaths(scope.body)].map((place) => ({ op: "remove", path: place }));
    say(scope, "body.stream", path, `A batch request cannot be streamed: remove "stream", or set it to false.`, {
      fix: fixWith("safe", `Remove "stream"`, ...edits),
    });
  }
};

/** Options of the stream go with it. */
function optionPaths(body: Record<string, unknown>): (readonly string[])[] {
  return Object.hasOwn(body, "stream_options") ? [["body", "stream_options"]] : [];
}

/** Responses only. null passes the check of the request and fails that of the answer (vLLM 0.32, seen). */
export const judgeBackground: Judge = (value, path, scope) => {
  if (value === false) return;
  const wanted = scope.target === "vllm" ? convert(value, "boolean") : typeof value === "boolean" ? value : undefined;
  if (wanted === undefined) {
    const fix = value === null ? { fix: removal(path) } : {};
    say(scope, "body.type", path, `${nameOf(path)} must be true or false, not ${inWords(value)}.`, fix);
  } else if (wanted === false) {
    say(scope, "body.coerced", path, `"background" is ${inWords(value)}, which vLLM reads as false; write it so.`, {
      fix: removal(path),
    });
  } else if (scope.target === "vllm") {
    say(
      scope,
      "body.needsFlag",
      path,
      `vLLM refuses "background" unless it was started with VLLM_ENABLE_RESPONSES_API_STORE=1 in its environment. ` +
        `A batch waits for its answers: remove it.`,
      { fix: removal(path, "suggested") },
    );
  }
};

const removedTasks: Readonly<Record<string, string>> = {
  score: "vLLM removed the task; use the endpoint /v1/score",
  encode: "vLLM removed the task; the endpoint says it",
};

/** Embeddings: ignored, but for two names of the past. */
export const judgePoolingTask: Judge = (value, path, scope) => {
  const why = typeof value === "string" && Object.hasOwn(removedTasks, value) ? removedTasks[value] : undefined;
  if (why === undefined) return;
  say(scope, "body.unsupported", path, `vLLM refuses "task": ${inWords(value)}: ${why}.`, { fix: removal(path) });
};
