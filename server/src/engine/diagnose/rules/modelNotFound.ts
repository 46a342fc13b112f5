import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { captured, chainWords, firstMatch, wordsOf } from "../words.ts";
import { modelIn, statusIn } from "./hubWords.ts";

const notFound = [
  /RepositoryNotFoundError|Repository Not Found/,
  /RevisionNotFoundError|Revision Not Found/,
  /is not a local folder and is not a valid model identifier/,
  /Incorrect path_or_model_id/,
  /HFValidationError|Repo id must (?:be in the form|use alphanumeric)/,
  /Could not detect config format for no config file found/,
  /No (?:config file|supported config format) found/i,
  /Cannot find any (?:safetensors )?model weights with/,
  /Could not find (?:any )?checkpoint files/,
  /does not appear to have (?:a file named|files named)/,
  /Error no file named (?:model|pytorch_model|config)/,
  /(?:EntryNotFoundError|404 Client Error).{0,300}(?:config\.json|params\.json|resolve\/)/s,
  /\[Errno 2\] [^:]{1,80}: '[^']{0,300}(?:config\.json|params\.json|\.safetensors|\.gguf|\.index\.json)'/,
  /GGUF (?:model )?file .{0,200}(?:not found|does not exist)/i,
  /NotExistError|(?:model|repo) .{0,200} (?:does not exist|not exists?) (?:on|in) (?:modelscope|the hub)/i,
  /Loading lora \S+ failed: No adapter found/,
  /It looks like the config file at .{0,300} is not a valid JSON file/,
];
const vague =
  /Invalid repository ID or local directory specified|(?:model|checkpoint|path) .{0,200} (?:does not exist|doesn't exist|not found)$/im;

/** No such repository or folder, or nothing in it that could be loaded. */
export const modelNotFound: Rule = {
  cause: "model_not_found",
  judge(failure, log) {
    const words = wordsOf(failure);
    const isSpecific = firstMatch(words, notFound) !== null;
    if (!isSpecific && !vague.test(words)) return null;
    // Looking for an optional file ends so, too, and goes on.
    if (/generation_config|adapter_config|preprocessor_config|processor_config/.test(words)) return null;
    const chain = chainWords(failure, log);
    const model = modelIn(chain, log);
    if (model !== null && isTokenizerOnly(model, log)) return tokenizerNotFound(failure, model);
    const isDamaged = /is not a valid JSON file/.test(words);
    const code = captured(words, /does not appear to have a file named (\S{1,100}\.py)/);
    const isPath = model !== null && /^(?:[./~]|[A-Za-z]:[\\/])/.test(model);
    return finding(failure, {
      cause: "model_not_found",
      confidence: failure.isFatal ? (isSpecific ? "high" : "medium") : "low",
      summary: isDamaged
        ? `A file of ${model ?? "the model"} is damaged or empty: its configuration cannot be read.`
        : isPath
          ? `There is no model in ${model}: the folder does not exist, or holds no configuration or weights.`
          : `The model ${model ?? "asked for"} does not exist, or holds no configuration or weights.`,
      facts: someFacts({
        model,
        httpStatus: statusIn(chain),
        path: captured(words, /\[Errno 2\][^']{1,120}'([^']{1,300})'/),
      }),
      remedies: [
        ...(isDamaged ? [advice("Delete it, and download it again (a Git LFS pointer may stand in its place).")] : []),
        ...(code === null ? [] : [advice(`Copy ${code} too: the model brings code of its own, which is part of it.`)]),
        isPath
          ? advice(
              "Check the path, upper and lower case included, and that the folder holds config.json and the weights.",
            )
          : advice("Check the spelling of the name on huggingface.co; for a private model set HF_TOKEN."),
      ],
    });
  },
};

/** Of the two that a command line can name, it is the tokenizer that is not there. */
function isTokenizerOnly(name: string, log: Transcript): boolean {
  const model = log.setting("model") ?? log.setting("model_tag");
  return model !== null && name !== model && name === log.setting("tokenizer");
}

function tokenizerNotFound(failure: Failure, path: string): Finding {
  return finding(failure, {
    cause: "tokenizer_or_chat_template",
    summary: `The tokenizer ${path} does not exist.`,
    facts: { path },
    remedies: [
      advice("Correct --tokenizer, or leave it out: the model's own is used then.", { flags: { tokenizer: null } }),
    ],
  });
}
