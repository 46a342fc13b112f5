import { advice, finding, someFacts, type Rule } from "../finding.ts";
import { firstMatch, wordsOf } from "../words.ts";

/** These name the repository. */
const named = [
  /The repository (?:for )?(\S{1,300}) contains custom code which must be executed/,
  /Loading (\S{1,300}) requires (?:you )?to execute (?:some|the) \w+/,
];
const patterns = [
  ...named,
  /requires you to execute the (?:\w+ )?file in that repo/,
  /Please pass the argument `trust_remote_code=True`/,
  /Failed to load the model config\. If the model is a custom model/,
  /set the option `trust_remote_code=True` to remove this error/,
  /(?:must|need to|have to|please) (?:pass|set|use|specify|enable) [`'"]?(?:--trust-remote-code|trust_remote_code)/i,
];

/** The model comes with code of its own, and running it was not allowed. */
export const trustRemoteCodeRequired: Rule = {
  cause: "trust_remote_code_required",
  judge(failure, log) {
    const words = wordsOf(failure);
    if (!firstMatch(words, patterns)) return null;
    const address = /https:\/\/(?:hf|huggingface)\.co\/([\w.-]+\/[\w.-]*\w)/;
    const model = firstMatch(words, [...named, address])?.[1] ?? log.setting("model");
    return finding(failure, {
      cause: "trust_remote_code_required",
      summary: `The model ${model ?? ""} brings code of its own, which vLLM runs only when it is allowed to.`.replace(
        "  ",
        " ",
      ),
      facts: someFacts({ model }),
      remedies: [
        advice("Read the code in the model's repository; if you trust it, start with --trust-remote-code.", {
          flags: { "trust-remote-code": true },
        }),
      ],
    });
  },
};
