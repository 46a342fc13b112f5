import type { Build } from "./modelIndex.ts";
import type { OllamaTag } from "./ollamaTag.ts";

/** One sentence on what a name of Ollama's is, and what changes when vLLM runs the publisher's repository instead. */
export function explainBuild(shown: string, build: Build, tag: OllamaTag): string {
  const parts = [`Ollama's "${shown}" is ${build.model} on Hugging Face`];
  if (build.gated === true) parts.push("accept its licence there first and set HF_TOKEN");
  if (tag.cloud) parts.push("Ollama ran it on its own servers, here it needs your GPUs");
  else parts.push(...explainPrecision(build, tag));
  if (build.also.length > 0) parts.push(`if that is not the one you used, it may be ${build.also.join(" or ")}`);
  if (build.note !== undefined) parts.push(build.note);
  return `${parts.join("; ")}.`;
}

function explainPrecision(build: Build, tag: OllamaTag): string[] {
  if (build.stored === "MXFP4" && !tag.quantised) return [];
  const bits = tag.quantised ? tag.bits : build.pulledBits;
  if (bits === null || bits >= 16) return [];
  const stored = build.stored === undefined ? "16-bit and needs more memory" : `stored as ${build.stored}`;
  return [`the Ollama tag was about ${bits}-bit, the repository is ${stored}`];
}
