import type { Transcript } from "../transcript/types.ts";
import { capturedNumber, firstMatch } from "../words.ts";

/** The model as the messages name it, else as the command line does. */
export function modelIn(words: string, log: Transcript): string | null {
  const named = firstMatch(words, [
    /Cannot access gated repo for url https?:\/\/[^/\s]+\/(?:api\/models\/)?([\w.-]+\/[\w.-]+)/,
    /request to access model ([\w./-]+?) (?:is|has)/,
    /Access to model (\S{1,200}) is restricted/,
    /Incorrect path_or_model_id: '([^']{1,300})'/,
    /(?:^|: |\n)([\w./~:\\-]{1,300}) is not a local folder and is not a valid model identifier/,
    /directory specified: '([^']{1,300})'/,
    /model weights with `([^`]{1,300})`/,
    /Repo id must .{0,200}: '([^']{1,300})'/,
    /https?:\/\/(?:huggingface\.co|hf\.co|hf-mirror\.com)\/(?:api\/models\/)?([\w.-]+\/[\w.-]+)\/(?:resolve|tree|revision)/,
    /(?:^|: |\n)([\w./~-]{1,300}) does not appear to have/,
  ])?.[1];
  return named ?? log.setting("model") ?? log.setting("model_tag");
}

/** The HTTP status of the Hub's refusal. */
export function statusIn(words: string): number | null {
  return (
    capturedNumber(words, /(?:^|\D)(4\d\d|5\d\d) (?:Client|Server) Error/) ??
    capturedNumber(words, /(?:Client|Server) error '(\d{3})/) ??
    capturedNumber(words, /HTTPError: (4\d\d|5\d\d) [A-Z]/)
  );
}

/** The host that was asked. */
export function hostIn(words: string): string | null {
  return (
    firstMatch(words, [
      /host=\\?'([\w.-]{1,100})/,
      /(?:Connection to|Failed to resolve '?|connect to '?(?:https?:\/\/)?)([\w-]+\.[\w.-]{1,100}\w)/,
      /https?:\/\/([\w.-]{1,100}\w)/,
    ])?.[1] ?? null
  );
}
