import type { LongestRequest } from "./requestLengths.ts";

/**
 * What to tell of requests that an engine has no room for; null: it has, as far as is known.
 * @param limit the longest request that it takes, in tokens
 * @param count how many are longer; null: not known
 */
export function tooLongWords(
  limit: number,
  longest: LongestRequest,
  count: number | null,
  total: number,
): string | null {
  const { line, tokens } = longest;
  if (tokens <= limit) return null;
  const who =
    count === null
      ? `The longest request (line ${line}) needs`
      : count === 1
        ? `One of ${total} requests (line ${line}) needs`
        : `${count} of ${total} requests need more, the one on line ${line}`;
  return (
    `The engine takes ${limit} tokens per request, prompt and answer together. ${who} about ${tokens} by an estimate. ` +
    `What is too long fails, and is in errors.jsonl; the others are run. Raise max-model-len in the profile, then: ` +
    `vllm-batch retry DIR --profile NAME. For shorter prompts or a smaller --max-tokens start a new run.`
  );
}
