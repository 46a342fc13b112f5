import { originalOf } from "../../batch/models/modelIndex.ts";
import { sizeInName, type ModelSize } from "../../batch/models/modelSize.ts";
import { answerFor } from "../../batch/models/resolveModel.ts";

/** What a model is, and what it takes to run it: Markdown, with no markup of the name's own. */
export function modelText(name: string, modelNames: Readonly<Record<string, string>>): string {
  const { action, origin, model, candidates, gated, why } = answerFor(name, modelNames);
  const lines = [`**${escaped(name)}**`];
  if (action === "keep" || model === null) {
    lines.push(why);
  } else {
    // Why is what the problem at this place says, and editors show that with the hover.
    lines.push(
      "On Hugging Face:",
      candidates.map((candidate) => `- [${candidate}](https://huggingface.co/${candidate})`).join("\n"),
    );
  }
  // Of several that it may be, there is nothing to say in common.
  const meant = origin === "repository" ? name.trim() : candidates.length === 1 ? model : null;
  if (meant !== null) lines.push(...factsOf(meant));
  const isGated = gated ?? (meant === null ? null : (originalOf(meant)?.gated ?? null));
  if (isGated === true) {
    lines.push("Gated: its publisher asks you to accept a licence first, and vLLM needs your token.");
  } else if (isGated === false) {
    lines.push("Not gated: vLLM loads it without a token.");
  }
  return lines.join("\n\n");
}

function factsOf(id: string): string[] {
  const [owner, ...rest] = id.split("/");
  const size = sizeInName(id, originalOf(id)?.stored);
  return [
    ...(owner === undefined || rest.length !== 1
      ? []
      : [`Publisher: [${escaped(owner)}](https://huggingface.co/${encodeURIComponent(owner)})`]),
    ...(size === null ? [] : [sizeText(size)]),
  ];
}

function sizeText({ billions, active, isMost, format, gigabytes, gigabytes16 }: ModelSize): string {
  const parameters = `${isMost ? "At most" : "About"} ${shown(billions)}B parameters`;
  const used = active === null ? "" : `, ${shown(active)}B of them at work on each token`;
  const memory =
    format === null
      ? `about ${shown(gigabytes16)} GB of GPU memory in 16 bits`
      : `about ${shown(gigabytes)} GB of GPU memory as ${format} (${shown(gigabytes16)} GB in 16 bits)`;
  return `${parameters}${used}; the weights alone take ${memory}. An estimate from the name.`;
}

function shown(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: value < 100 ? 2 : 3 });
}

/** A name from the file must not become markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, "\\$&").replace(/\s+/g, " ");
}
