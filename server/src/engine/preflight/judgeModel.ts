/** Is the model here, and if not: can it be fetched? */
import { gib } from "../model/fitSentence.ts";
import { finding, type PreflightFinding, type PreflightInput } from "./finding.ts";

const GIB = 2 ** 30;

/** Owners who let nobody download without an agreement; the Hub itself knows better, when it was asked. */
const usuallyGated = /^(?:meta-llama|google\/(?:gemma|medgemma|shieldgemma))/;

export function judgeModel(input: PreflightInput): PreflightFinding[] {
  const { model } = input;
  const dummy = input.profile.flags["load-format"] === "dummy";
  switch (model.place) {
    case "missing":
      return [finding("model.pathMissing", "stop", `There is nothing at ${model.name}: check the path.`)];
    case "unknown":
      return [
        finding(
          "model.name",
          "stop",
          `${JSON.stringify(model.name)} is neither a path nor a name on Hugging Face (owner/name).`,
        ),
      ];
    case "folder":
      return judgeFolder(input, dummy);
    case "cache":
      return model.complete === true || dummy ? [] : judgeDownload(input);
    case "away":
      return judgeDownload(input);
  }
}

function judgeFolder({ model, profile }: PreflightInput, dummy: boolean): PreflightFinding[] {
  const findings: PreflightFinding[] = [];
  if (model.problem === "there is no config.json")
    findings.push(
      finding(
        "model.noConfig",
        "stop",
        `${model.folder ?? model.name} has no config.json: it is not a folder of a model.`,
      ),
    );
  else if (model.complete === null && !dummy && model.shape !== null)
    findings.push(
      finding("model.noWeights", "warn", `${model.folder ?? model.name} has no files of weights that are known.`),
    );
  if (model.complete === false && !dummy)
    findings.push(
      finding(
        "model.incomplete",
        "stop",
        `Files of the weights are missing in ${model.folder ?? model.name}: copy or download it again.`,
      ),
    );
  if (
    model.tokenizer === false &&
    profile.flags["tokenizer"] === undefined &&
    profile.flags["skip-tokenizer-init"] !== true
  )
    findings.push(
      finding(
        "model.noTokenizer",
        "warn",
        `${model.folder ?? model.name} has no tokenizer: set --tokenizer to a model that has the same one.`,
      ),
    );
  return findings;
}

function judgeDownload(input: PreflightInput): PreflightFinding[] {
  const { model } = input;
  const partly = model.place === "cache";
  if (model.offline) {
    const what = partly ? "is only partly in the cache" : "is not in the cache";
    const text = `${model.name} ${what} (${model.cacheFolder}), and downloads are turned off (HF_HUB_OFFLINE). Turn them on, or name a local folder.`;
    return [finding("model.offline", "stop", text)];
  }
  if (model.existsOnHub === false && !model.tokenPresent) {
    const text = `Hugging Face has no ${model.name} that may be seen without a token: check the name, or set HF_TOKEN if it is private.`;
    return [finding("model.notOnHub", "stop", text)];
  }
  return [...judgeGate(input), ...judgeSpace(input, partly)];
}

function judgeGate({ model }: PreflightInput): PreflightFinding[] {
  const page = `https://huggingface.co/${model.name}`;
  if (model.gated === true && !model.tokenPresent) {
    const text = `${model.name} is gated and no token is set up: ask for access at ${page}, then run "hf auth login" or set HF_TOKEN.`;
    return [finding("model.gated", "stop", text)];
  }
  if (model.gated === true)
    return [finding("model.gated", "info", `${model.name} is gated: the token needs access (${page}).`)];
  if (model.gated === null && !model.tokenPresent && usuallyGated.test(model.name)) {
    const text = `${model.name} is probably gated and no token is set up. If the download is refused, ask for access at ${page}, then run "hf auth login".`;
    return [finding("model.gated", "warn", text)];
  }
  return [];
}

function judgeSpace({ model }: PreflightInput, partly: boolean): PreflightFinding[] {
  const bytes = model.missingBytes ?? (partly ? null : (model.weights?.bytes ?? null));
  const exact = model.missingBytes !== null || model.weights?.source !== "shape";
  const rest = partly ? "the rest of it" : "it";
  if (bytes === null) {
    const text = `${model.name} is not${partly ? " wholly" : ""} in the cache: vLLM downloads ${rest} first, of unknown size. The start takes that much longer.`;
    return [finding("model.download", "info", text)];
  }
  const size = `${exact ? "" : "about "}${gib(bytes / GIB)}`;
  const free = model.freeBytes === null ? "" : `, ${gib(model.freeBytes / GIB)} are free in ${model.cacheFolder}`;
  if (model.freeBytes !== null && bytes > model.freeBytes) {
    const text = `${model.name} needs ${size} more on disk${free}. Make room, or point HF_HUB_CACHE to a larger disk.`;
    return [finding("model.diskFull", exact ? "stop" : "warn", text)];
  }
  return [
    finding(
      "model.download",
      "info",
      `${model.name} is not${partly ? " wholly" : ""} in the cache: vLLM downloads ${rest} first (${size}${free}).`,
    ),
  ];
}
