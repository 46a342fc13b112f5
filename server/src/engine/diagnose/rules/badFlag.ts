import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure } from "../transcript/types.ts";
import { captured, firstMatch, passedThrough, wordsOf } from "../words.ts";

const usage = /^(?:[\w.-]+(?: \w+)?|.{0,80}\.py): error: (.+)$/;
const usageWords =
  /unrecognized arguments?|argument |invalid |expected |required|ambiguous|not allowed|conflict|unknown|must be|error/i;
/** What pydantic says of a configuration of vLLM; its head stood before the tail. */
const loneCheck = /^\s*Value error, .{1,600}\[type=value_error, input_value=ArgsKwargs/;
const click = /^(?:Error: )?No such option:? ['"]?(--[\w-]+)/;
const fieldError = /validation errors? for (\w+)(?:\n([\w.[\]]+))?\n? {0,4}(.{0,600})/s;
const patterns = [
  /Error: --[\w-]+ requires --[\w-]+/,
  /invalid (?:tool call|reasoning) parser/,
  /(?:Reasoning|Tool) parser '[^']{1,100}' not found/,
  /max_num_batched_tokens \(\d+\) is smaller than/,
  /max_num_batched_tokens \(\d+\) must be greater/,
  /Load format `[^`]{1,60}` is not supported/,
  /bind\(\): port must be 0-65535/,
  /does not support LoRA\b/,
  /max_num_seqs \(\d+\) exceeds available Mamba cache blocks/,
  /max_tokens_per_mm_item \(\d+\) is larger than max_num_batched_tokens/,
  /max_num_scheduled_tokens is set to -?\d+/,
  /reasoning parser could not locate/,
];
/** Said by vLLM's checks of settings, and sometimes elsewhere. */
const likely = [
  /is not a valid \w+Enum|'[^']{1,60}' is not a valid \w+$/,
  /Invalid value '?[^']{0,100}'? for (?:environment variable )?[A-Z_]{4,60}/,
  /Selected backend \S{1,80} is not valid|Unknown attention backend|Invalid attention backend|Unrecognized distributed executor backend/i,
  /(?:are|is) mutually exclusive/,
  /cannot be (?:used|set|enabled|combined) (?:together )?with/,
  /(?:is|are) incompatible with/,
  /Unexpected extra config keys/,
  /Unknown (?:speculative|load format|dtype|runner|task|vLLM environment)/i,
  /(?:unexpected|got an unexpected) keyword argument/,
  /Unrecognized (?:option|argument|flag)/i,
  /(?:pass|disable|remove|unset|specify|omit) `?--[a-z][\w-]+/i,
  /\b\w+=['"][^'"]{0,60}['"] is not supported\b|\. Expected one of \[/,
  /Unknown [\w ]{1,60}: ?['"][^'"]{0,100}['"]\. (?:Valid|Available|Supported) (?:options|values|choices)/i,
  /(?:greater|larger|higher|less|smaller|lower) than (?:the )?(?:max|min)_[a-z_]+ \(?\d|not support max_model_len (?:greater|larger) than \d/,
  /can only be (?:set|used) (?:when|with)/,
  /is not supported for (?:runner|task)/,
  /Chunked prefill is not supported|is not supported with (?:the )?(?:V1|V0|this engine)/,
  /(?:config|YAML) file .{0,200}(?:not found|does not exist|must be)/i,
];
const configPlace =
  /[\\/]vllm[\\/](?:config[\\/]\w+|engine[\\/]arg_utils|utils[\\/]argparse_utils|entrypoints[\\/](?:cli[\\/]\w+|openai[\\/]cli_args|\w+[\\/](?:\w+[\\/])?cli_args))\.py$|[\\/]vllm[\\/]config\.py$/;
const valueClass =
  /^(?:ValueError|NotImplementedError|AssertionError|TypeError|KeyError|ArgumentTypeError|ValidationError|FileNotFoundError|YAMLError)/;

/** A flag that this version does not know, or a value or combination that it does not take. */
export const badFlag: Rule = {
  cause: "bad_flag",
  judge(failure) {
    const words = wordsOf(failure);
    if (failure.kind === "line") return loneCheck.test(words) ? fromMessage(failure, "medium") : fromUsage(failure);
    if (!failure.isFatal) return null;
    const field = fieldError.exec(words);
    if (field && failure.type === "ValidationError") return isOfCheckpoint(field) ? null : fromConfig(failure, field);
    if (firstMatch(words, patterns)) return fromMessage(failure, "high");
    if (firstMatch(words, likely)) return fromMessage(failure, "medium");
    return valueClass.test(words) && isFromConfig(failure) ? fromMessage(failure, "medium") : null;
  },
};

/** The whole configuration takes no fields but ours, and what the checkpoint says of itself: no flag brings others. */
function isOfCheckpoint([, config, , message]: RegExpExecArray): boolean {
  return /^(?:Vllm|Model)Config$/.test(config ?? "") && /Extra inputs|Expecting value: line \d/.test(message ?? "");
}

/** Raised where vLLM checks its settings, nothing else having been called from there. */
function isFromConfig(failure: Failure): boolean {
  const last = failure.frames.at(-1);
  return (
    last !== undefined &&
    configPlace.test(last.file) &&
    passedThrough(failure, /arg_utils|argparse_utils|cli|api_server|launch/)
  );
}

function fromUsage(failure: Failure): Finding | null {
  const line = failure.message.trim();
  const said = usage.exec(line)?.[1];
  const option = click.exec(line)?.[1];
  if (option === undefined && (said === undefined || !usageWords.test(said))) return null;
  const flag = option ?? flagIn(said ?? "");
  const isUnknown = option !== undefined || /unrecognized arguments/.test(said ?? "");
  return finding(failure, {
    cause: "bad_flag",
    weight: "root",
    confidence: "high",
    summary: isUnknown
      ? `This vLLM does not know ${flag ?? "one of the flags"}.`
      : `vLLM did not accept its command line: ${(said ?? "").slice(0, 200)}`,
    facts: someFacts({ flag, value: captured(said ?? "", /invalid [\w ]{0,40}: ?['"]([^'"]{1,100})/) }),
    remedies: [without(flag, isUnknown)],
  });
}

function flagIn(text: string): string | null {
  const flags = [...text.matchAll(/(?<![\w-])(--[\w-]+(?:\.[\w-]+)*)/g)].map((match) => match[1] ?? "");
  return flags[0] ?? captured(text, /argument ([\w/-]+)/);
}

function without(flag: string | null, isUnknown: boolean) {
  if (flag === null) return advice("Correct the command line; vllm serve --help=all lists what this version knows.");
  const name = flag.replace(/^--(?:no-)?/, "").split(/[.=/]/)[0] ?? "";
  const change = name === "" ? null : { flags: { [name]: null } };
  return isUnknown
    ? advice(`Leave ${flag} out: it is of another version, or misspelt.`, change)
    : advice(`Correct the value of ${flag}, or leave it out.`, change);
}

function fromConfig(failure: Failure, match: RegExpExecArray): Finding {
  const [, config, field, message] = match;
  const isExtra = /Extra inputs/.test(message ?? "");
  const flag =
    field === undefined
      ? flagFrom(failure)
      : isExtra
        ? flagOfConfig(config ?? "")
        : `--${field.replace(/\..*$/s, "").replaceAll("_", "-")}`;
  const reason = (message ?? "").replace(/^\s*(?:Value error|Assertion failed), /, "").split(/ \[type=|\n/)[0] ?? "";
  return finding(failure, {
    cause: "bad_flag",
    confidence: field !== undefined ? "high" : isAboutSetting(failure, config) ? "medium" : "low",
    summary: `vLLM did not accept a setting (${flag ?? config ?? ""}): ${isExtra ? `it has no ${field ?? "such field"}` : reason.trim().slice(0, 200)}`,
    facts: someFacts({
      flag,
      config,
      value: captured(failure.message, /input_value=([^,]{1,60}), input_type=(?:int|float|str|bool)/),
    }),
    remedies: [without(flag, false)],
  });
}

/** `--kv-transfer-config` for KVTransferConfig: what it does not know was written in that flag's JSON. */
function flagOfConfig(config: string): string {
  const words = config.match(/[A-Z]+(?![a-z])|[A-Z][a-z]+/g) ?? [config];
  return `--${words.join("-").toLowerCase()}`;
}

/** These two are about the checkpoint as much as about flags; the others are about flags alone. */
function isAboutSetting(failure: Failure, config: string | undefined): boolean {
  if (!/^(?:Vllm|Model)Config$/.test(config ?? "")) return true;
  const words = wordsOf(failure);
  return firstMatch(words, likely) !== null || /--[a-z]|\b[a-z]+_[a-z_]+\b/.test(words.replace(/ \[type=.*/s, ""));
}

function fromMessage(failure: Failure, confidence: "high" | "medium"): Finding {
  const flag = flagFrom(failure);
  return finding(failure, {
    cause: "bad_flag",
    // Who checks settings ends the start when one is refused.
    weight: "root",
    confidence,
    summary: `vLLM did not accept a setting: ${failure.message.split("\n")[0]?.slice(0, 200) ?? ""}`,
    facts: someFacts({ flag }),
    remedies: [without(flag, false)],
  });
}

const namedParsers: readonly (readonly [RegExp, string])[] = [
  [/tool.call.parser|Tool parser/i, "--tool-call-parser"],
  [/reasoning.parser/i, "--reasoning-parser"],
  [/attention.backend/i, "--attention-backend"],
  [/max_num_batched_tokens|max_num_scheduled_tokens/, "--max-num-batched-tokens"],
  [/max_num_seqs/, "--max-num-seqs"],
  [/max_model_len/, "--max-model-len"],
  [/does not support LoRA/, "--enable-lora"],
];

function flagFrom(failure: Failure): string | null {
  const written = flagIn(failure.message);
  if (written !== null && written.startsWith("--")) return written;
  return namedParsers.find(([pattern]) => pattern.test(failure.message))?.[1] ?? null;
}
