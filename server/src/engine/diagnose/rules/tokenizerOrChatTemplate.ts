import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure } from "../transcript/types.ts";
import { captured, firstMatch, passedThrough, wordsOf } from "../words.ts";

const template = [
  /supplied chat template .{0,300}(?:looks like a file path|does not exist|doesn't exist|failed to be opened|not found)/s,
  /chat template (?:path|file) .{0,200}(?:does not exist|doesn't exist|not found)/i,
  /chat_template.{0,200}(?:No such file|not found|does not exist)/i,
  /(?:TemplateSyntaxError|TemplateAssertionError|TemplateNotFound)/,
  /\[Errno 2\][^:]{1,80}: '[^']{0,300}\.jinja2?'/,
];
const tokenizer = [
  /Tokenizer class (\w+) does not exist or is not currently imported/,
  /Can't load (?:tokenizer|\w+ processor|processor|feature extractor) for '([^']{1,300})'/,
  /does not appear to have a file named \S*(?:tokenizer|processor|vocab|merges|special_tokens|chat_template)/,
  /Failed to load the tokenizer/,
  /Couldn't instantiate the backend tokenizer/,
  /data did not match any variant of untagged enum/,
  /Unrecognized (?:tokenizer|processing class)/,
  /(?:tekken\.json|tokenizer\.model|tokenizer\.json|tiktoken\.model|vocab\.json|merges\.txt).{0,200}(?:not found|does not exist|No such file|missing)/i,
  /(?:Could not find|No|Found no|Cannot find).{0,40}(?:tiktoken\.model|tekken\.json|tokenizer\.(?:model|json)|tokenizer files?)/i,
  /\[Errno 2\][^:]{1,80}: '[^']{0,300}(?:tokenizer[\w.]*|vocab\.json|merges\.txt|tekken\.json)'/,
  /[Tt]okenizer .{0,100}(?:is not (?:valid|supported)|could not be loaded|failed to load)/,
  /Error(?: while)? (?:parsing|reading|loading) (?:the )?tokenizer/i,
  /invalid tiktoken vocab file/,
  /SentencePiece.{0,40}(?:ParseFromArray|RuntimeError)|sentencepiece_processor\.cc/,
];
/** One class of tokenizer is there, and another was expected. */
const misused = /^(?:AttributeError: '\w*Tokenizer\w*' object has no|TypeError: Received a \w*Tokenizer\w* for)/;
const place =
  /tokenization|[\\/]tokenizers?[\\/]|[\\/]tokenizers?\.py$|^get_tokenizer$|^cached_get_tokenizer$|^init_tokenizer/;
const elsewhere = /huggingface_hub[\\/](?:utils[\\/]_http|file_download)|httpx|requests/;

/** The tokenizer cannot be built, or the chat template cannot be read. */
export const tokenizerOrChatTemplate: Rule = {
  cause: "tokenizer_or_chat_template",
  judge(failure, log) {
    const words = wordsOf(failure);
    if (firstMatch(words, template)) return aboutTemplate(failure);
    const match = firstMatch(words, tokenizer);
    if (match) return aboutTokenizer(failure, "high");
    if (failure.isFatal && log.readyLine === null && misused.test(words)) return aboutTokenizer(failure, "medium");
    const isThere = failure.kind === "exception" && failure.isFatal && passedThrough(failure, place);
    const isOther = /^(?:ImportError|ModuleNotFoundError|KeyboardInterrupt|SystemExit|\w*OutOfMemoryError)/.test(words);
    return isThere && !isOther && !passedThrough(failure, elsewhere) ? aboutTokenizer(failure, "medium") : null;
  },
};

function aboutTemplate(failure: Failure): Finding {
  const words = wordsOf(failure);
  const path = firstMatch(words, [
    /template \(([^)]{1,300})\)/,
    /template string \(([^)]{1,300})\)/,
    /: '([^']{1,300}\.jinja2?)'/,
  ])?.[1];
  return finding(failure, {
    cause: "tokenizer_or_chat_template",
    summary: `The chat template ${path ?? ""} cannot be read.`.replace("  ", " "),
    facts: someFacts({ path }),
    remedies: [
      advice("Correct the path of --chat-template, or leave it out: the model's own template is used then.", {
        flags: { "chat-template": null },
      }),
    ],
  });
}

function aboutTokenizer(failure: Failure, confidence: "high" | "medium"): Finding {
  const words = wordsOf(failure);
  const tokenizerClass = captured(words, /Tokenizer class (\w+) does not exist/);
  const path = firstMatch(words, [
    /Can't load tokenizer for '([^']{1,300})'/,
    /(\S{1,300}) does not appear to have a file named/,
    /\[Errno 2\][^:]{1,80}: '([^']{1,300})'/,
  ])?.[1];
  return finding(failure, {
    cause: "tokenizer_or_chat_template",
    confidence: failure.isFatal ? confidence : "low",
    summary:
      tokenizerClass === null
        ? `The ${/processor|feature extractor/.test(words) ? "processor" : "tokenizer"}${path === undefined ? "" : ` of ${path}`} cannot be loaded.`
        : `The tokenizer class ${tokenizerClass} is not known to the installed transformers.`,
    facts: someFacts({ tokenizerClass, path }),
    remedies: [
      tokenizerClass === null
        ? advice("Copy the tokenizer's files into the model's folder, or name the base model with --tokenizer.")
        : advice("Upgrade transformers, or set tokenizer_class in tokenizer_config.json to one that it knows."),
    ],
  });
}
